using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>4 lanes, 128 bits.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* p) => Vector128.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> v, float* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* p)
    {
        Vector128<ushort> halves = Vector128.WidenLower(Vector128.CreateScalar(*(uint*)p).AsByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(halves).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector128<float> v, byte* p)
    {
        Vector128<ushort> halves = Vector128.Narrow(Vector128.ConvertToInt32Native(v).AsUInt32(), default);
        *(uint*)p = Vector128.Narrow(halves, default).AsUInt32().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.IsSupported ? Vector128.FusedMultiplyAdd(a, b, c) : SoftwareFma(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) => Vector128.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Larger(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.Max(a, b) : IfGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Negate(Vector128<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> IfGreater(Vector128<float> a, Vector128<float> b, Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> IfEqual(Vector128<float> a, Vector128<float> b, Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Equals(a, b), x, y);

    /// <summary>The same bits on machines without the instruction: the product of two floats is exact in double, and only the sum is rounded, first to double and
    /// then to float. The two roundings differ from one only where the double lies half-way between two floats or the float is subnormal; those go the slow way.</summary>
    private static Vector128<float> SoftwareFma(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        Vector128<double> low = Vector128.WidenLower(a) * Vector128.WidenLower(b) + Vector128.WidenLower(c);
        Vector128<double> high = Vector128.WidenUpper(a) * Vector128.WidenUpper(b) + Vector128.WidenUpper(c);
        Vector128<double> smallest = Vector128.Create(1.1754943508222875e-38);
        Vector128<ulong> rest = Vector128.Create(0x1FFFFFFFUL), half = Vector128.Create(0x10000000UL);
        Vector128<ulong> unsafeLow = Vector128.Equals(low.AsUInt64() & rest, half) | Vector128.LessThanOrEqual(Vector128.Abs(low), smallest).AsUInt64();
        Vector128<ulong> unsafeHigh = Vector128.Equals(high.AsUInt64() & rest, half) | Vector128.LessThanOrEqual(Vector128.Abs(high), smallest).AsUInt64();
        if ((unsafeLow | unsafeHigh) == Vector128<ulong>.Zero) return Vector128.Narrow(low, high);
        return OneByOne(a, b, c);
    }

    private static Vector128<float> OneByOne(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        Vector128<float> result = default;
        for (int i = 0; i < Count; i++) result = result.WithElement(i, MathF.FusedMultiplyAdd(a[i], b[i], c[i]));
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfHalves(Vector128<float> a)
    {
        Vector128<float> pairs = a + Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1));
        return pairs.ToScalar() + pairs.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountAtMost(Vector128<float> a, Vector128<float> b) => BitOperations.PopCount(Vector128.LessThanOrEqual(a, b).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloors(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, sbyte* p)
    {
        Vector128.NarrowWithSaturation(Vector128.NarrowWithSaturation(Floors(a), Floors(b)), Vector128.NarrowWithSaturation(Floors(c), Floors(d))).Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Floors(Vector128<float> a) => Vector128.ConvertToInt32(Vector128.ConditionalSelect(Vector128.Equals(a, a), Vector128.Floor(a), Vector128.Create(-1f)));

    public static Vector128<float> Map<TF>(Vector128<float> a) where TF : struct, IScalarFunction
    {
        float* lanes = stackalloc float[4];
        a.Store(lanes);
        for (int i = 0; i < 4; i++) lanes[i] = TF.Invoke(lanes[i]);
        return Vector128.Load(lanes);
    }
}
