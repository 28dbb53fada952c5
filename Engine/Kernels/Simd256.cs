using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>8 lanes, 256 bits.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* p) => Vector256.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> v, float* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBytes(byte* p)
    {
        Vector128<ushort> halves = Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)p).AsByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector256<float> v, byte* p)
    {
        Vector256<uint> whole = Vector256.ConvertToInt32Native(v).AsUInt32();
        *(ulong*)p = Vector128.Narrow(Vector128.Narrow(whole.GetLower(), whole.GetUpper()), default).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) => Vector256.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Larger(Vector256<float> a, Vector256<float> b) => Avx.IsSupported ? Avx.Max(a, b) : IfGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> a) => Vector256.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Negate(Vector256<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IfGreater(Vector256<float> a, Vector256<float> b, Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> IfEqual(Vector256<float> a, Vector256<float> b, Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfHalves(Vector256<float> a) => Simd128.SumOfHalves(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountAtMost(Vector256<float> a, Vector256<float> b) => BitOperations.PopCount(Vector256.LessThanOrEqual(a, b).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloors(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, sbyte* p)
    {
        if (Avx2.IsSupported)
        {
            Vector256<short> low = Avx2.PackSignedSaturate(Floors(a), Floors(b)), high = Avx2.PackSignedSaturate(Floors(c), Floors(d));
            Avx2.PackSignedSaturate(low, high).Store(p);
            return;
        }
        Vector256.NarrowWithSaturation(Vector256.NarrowWithSaturation(Floors(a), Floors(b)), Vector256.NarrowWithSaturation(Floors(c), Floors(d))).Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Floors(Vector256<float> a) => Avx.IsSupported ? Avx.ConvertToVector256Int32WithTruncation(Avx.Floor(a))
        : Vector256.ConvertToInt32(Vector256.ConditionalSelect(Vector256.Equals(a, a), Vector256.Floor(a), Vector256.Create(-1f)));

    public static Vector256<float> Map<TF>(Vector256<float> a) where TF : struct, IScalarFunction
    {
        float* lanes = stackalloc float[8];
        a.Store(lanes);
        for (int i = 0; i < 8; i++) lanes[i] = TF.Invoke(lanes[i]);
        return Vector256.Load(lanes);
    }
}
