using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>The operations of every width, on all pairs of special and ordinary values, against the scalar definition.</summary>
[TestFixture]
internal sealed unsafe class SimdTests
{
    private static readonly float[] Values =
    [
        0f, -0f, 1, -1, 0.5f, -3.75f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, float.Epsilon, -float.Epsilon,
        1.17549435e-38f, MathF.PI, -MathF.E, 16777216, 1.00000012f,
    ];

    public enum Op { Add, Subtract, Multiply, Divide, Fma, Max, Min, Sqrt, Abs, Negate, IfGreater, IfEqual, Larger, Bytes, Map }

    [Test]
    public void Every_width_computes_what_the_scalar_definition_says([Values] Op op, [Values(1, 4, 8, 16)] int width)
    {
        int n = Values.Length;
        float[] a = new float[(n * n + 15) / 16 * 16], b = new float[a.Length], c = new float[a.Length], y = new float[a.Length];
        for (int i = 0; i < a.Length; i++) (a[i], b[i], c[i]) = (Values[i % n], Values[i / n % n], Values[i * 7 % n]);
        fixed (float* pa = a, pb = b, pc = c, py = y)
        {
            Body body = new() { Op = op, A = pa, B = pb, C = pc, Y = py, Count = a.Length };
            Widths.Run(width, ref body);
        }
        float[] expected = [.. Enumerable.Range(0, a.Length).Select(i => Scalar(op, a[i], b[i], c[i]))];
        for (int i = 0; i < a.Length; i++)
            Assert.That(Widths.Bits(y.AsSpan(i, 1)), Is.EqualTo(Widths.Bits(expected.AsSpan(i, 1))), $"{op}({a[i]:R}, {b[i]:R}, {c[i]:R})");
    }

    [Test]
    public void Maximum_and_minimum_follow_IEEE_754_2019()
    {
        Assert.That(float.IsNaN(Simd1.Max(float.NaN, 1)) && float.IsNaN(Simd1.Max(1, float.NaN)) && float.IsNaN(Simd1.Min(float.NaN, 1)), Is.True);
        Assert.That((float.IsNegative(Simd1.Max(-0f, 0f)), float.IsNegative(Simd1.Max(0f, -0f)), float.IsNegative(Simd1.Min(0f, -0f)), float.IsNegative(Simd1.Min(-0f, 0f))), Is.EqualTo((false, false, true, true)));
    }

    [Test]
    public void A_fused_multiply_add_rounds_once() // (1 + 2^-23)(1 - 2^-23) - 1 = -2^-46; rounded twice it would be 0
    {
        float up = 1 + MathF.ScaleB(1, -23), down = 1 - MathF.ScaleB(1, -23);
        Assert.That(Simd1.Fma(up, down, -1), Is.EqualTo(-MathF.ScaleB(1, -46)));
    }

    /// <summary>Without the System's Max and Min: their definition is what is tested.</summary>
    private static float Scalar(Op op, float a, float b, float c) => op switch
    {
        Op.Add => a + b, Op.Subtract => a - b, Op.Multiply => a * b, Op.Divide => a / b,
        Op.Fma => MathF.FusedMultiplyAdd(a, b, c),
        Op.Max => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a > b || (a == b && !float.IsNegative(a)) ? a : b,
        Op.Min => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a < b || (a == b && float.IsNegative(a)) ? a : b,
        Op.Sqrt => MathF.Sqrt(a), Op.Abs => MathF.Abs(a), Op.Negate => -a,
        Op.IfGreater => a > b ? a : c, Op.IfEqual => a == b ? a : c,
        Op.Larger => a > b ? a : b,
        Op.Bytes => AsByte(a),
        _ => Double.Invoke(a),
    };

    /// <summary>Some byte for every value, the same one for equal values: 0 to 255 all come up.</summary>
    private static float AsByte(float a) => BitConverter.SingleToUInt32Bits(a) * 2654435761u >> 24;

    private struct Double : IScalarFunction
    {
        public static float Invoke(float x) => x * 2 + 1;
    }

    private struct Body : ISimdWork
    {
        public Op Op;
        public float* A, B, C, Y;
        public int Count;

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int i = 0; i < Count; i += TS.Count)
            {
                if (Op == Op.Bytes)
                {
                    Bytes<TV, TS>(i);
                    continue;
                }
                TV a = TS.Load(A + i), b = TS.Load(B + i), c = TS.Load(C + i);
                TS.Store(Op switch
                {
                    Op.Add => TS.Add(a, b), Op.Subtract => TS.Subtract(a, b), Op.Multiply => TS.Multiply(a, b), Op.Divide => TS.Divide(a, b),
                    Op.Fma => TS.Fma(a, b, c), Op.Max => TS.Max(a, b), Op.Min => TS.Min(a, b), Op.Sqrt => TS.Sqrt(a), Op.Abs => TS.Abs(a), Op.Negate => TS.Negate(a),
                    Op.IfGreater => TS.IfGreater(a, b, a, c), Op.IfEqual => TS.IfEqual(a, b, a, c), Op.Larger => TS.Larger(a, b), _ => TS.Map<Double>(a),
                }, Y + i);
            }
        }

        /// <summary>To bytes and back, with a byte before and behind that must stay.</summary>
        private readonly void Bytes<TV, TS>(int i) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            byte* bytes = stackalloc byte[18];
            new Span<byte>(bytes, 18).Fill(77);
            for (int lane = 0; lane < TS.Count; lane++) Y[i + lane] = AsByte(A[i + lane]);
            TS.StoreBytes(TS.Load(Y + i), bytes + 1);
            for (int lane = 0; lane < TS.Count; lane++) Assert.That(bytes[1 + lane], Is.EqualTo(AsByte(A[i + lane])));
            Assert.That((bytes[0], bytes[1 + TS.Count]), Is.EqualTo((77, 77)));
            TS.Store(TS.LoadBytes(bytes + 1), Y + i);
        }
    }
}
