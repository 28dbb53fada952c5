using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>16 lanes, 512 bits.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> v, float* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBytes(byte* p)
    {
        Vector128<byte> bytes = Vector128.Load(p);
        if (Avx512F.IsSupported) return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(bytes));
        Vector256<ushort> halves = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
        return Vector512.ConvertToSingle(Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector512<float> v, byte* p)
    {
        Vector512<int> whole = Vector512.ConvertToInt32Native(v);
        if (Avx512F.IsSupported) Avx512F.ConvertToVector128Byte(whole).Store(p);
        else
        {
            Vector256<ushort> halves = Vector256.Narrow(whole.GetLower().AsUInt32(), whole.GetUpper().AsUInt32());
            Vector128.Narrow(halves.GetLower(), halves.GetUpper()).Store(p);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Larger(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Max(a, b) : IfGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Negate(Vector512<float> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IfGreater(Vector512<float> a, Vector512<float> b, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> IfEqual(Vector512<float> a, Vector512<float> b, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfHalves(Vector512<float> a) => Simd256.SumOfHalves(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountAtMost(Vector512<float> a, Vector512<float> b) => BitOperations.PopCount(Vector512.LessThanOrEqual(a, b).ExtractMostSignificantBits());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloors(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, sbyte* p)
    {
        if (Avx512BW.IsSupported)
        {
            Vector512<short> low = Avx512BW.PackSignedSaturate(Floors(a), Floors(b)), high = Avx512BW.PackSignedSaturate(Floors(c), Floors(d));
            Avx512BW.PackSignedSaturate(low, high).Store(p);
            return;
        }
        Vector512.NarrowWithSaturation(Vector512.NarrowWithSaturation(Floors(a), Floors(b)), Vector512.NarrowWithSaturation(Floors(c), Floors(d))).Store(p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Floors(Vector512<float> a) => Avx512F.IsSupported ? Avx512F.ConvertToVector512Int32(a, FloatRoundingMode.ToNegativeInfinity)
        : Vector512.ConvertToInt32(Vector512.ConditionalSelect(Vector512.Equals(a, a), Vector512.Floor(a), Vector512.Create(-1f)));

    public static Vector512<float> Map<TF>(Vector512<float> a) where TF : struct, IScalarFunction
    {
        float* lanes = stackalloc float[16];
        a.Store(lanes);
        for (int i = 0; i < 16; i++) lanes[i] = TF.Invoke(lanes[i]);
        return Vector512.Load(lanes);
    }
}
