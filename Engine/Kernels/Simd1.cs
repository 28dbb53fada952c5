using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>One lane: a plain float. Runs the tails of every wider loop, and everything where the machine (or a switch) offers no vectors.</summary>
internal readonly unsafe struct Simd1 : ISimd<float>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* p) => *p;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float v, float* p) => *p = v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadBytes(byte* p) => *p;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(float v, byte* p) => *p = (byte)(int)v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Create(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float a, float b) => MathF.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float a, float b) => MathF.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Larger(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float a) => MathF.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float a) => MathF.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Negate(float a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float IfGreater(float a, float b, float x, float y) => a > b ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float IfEqual(float a, float b, float x, float y) => a == b ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfHalves(float a) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountAtMost(float a, float b) => a <= b ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFloors(float a, float b, float c, float d, sbyte* p) => (p[0], p[1], p[2], p[3]) = (FloorByte(a), FloorByte(b), FloorByte(c), FloorByte(d));

    /// <summary>One lane of <see cref="StoreFloors"/>.</summary>
    public static sbyte FloorByte(float a) => a >= 127 ? (sbyte)127 : a >= 0 ? (sbyte)(int)a : (sbyte)-1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Map<TF>(float a) where TF : struct, IScalarFunction => TF.Invoke(a);
}
