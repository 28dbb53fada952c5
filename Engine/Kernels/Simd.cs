using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>The arithmetic of one vector width. A kernel is written once against it and instantiated for 512, 256 and 128 bits and for a single float;
/// lanes never mix, so that the width changes the speed and never the bits.</summary>
/// <typeparam name="TV">The vector.</typeparam>
internal unsafe interface ISimd<TV> where TV : unmanaged
{
    static abstract int Count { get; }
    static abstract TV Load(float* p);

    /// <summary>Bytes as the floats 0 to 255.</summary>
    static abstract TV LoadBytes(byte* p);
    static abstract void Store(TV v, float* p);

    /// <summary>Lanes that are whole numbers from 0 to 255, as bytes.</summary>
    static abstract void StoreBytes(TV v, byte* p);
    static abstract TV Create(float value);
    static abstract TV Add(TV a, TV b);
    static abstract TV Subtract(TV a, TV b);
    static abstract TV Multiply(TV a, TV b);
    static abstract TV Divide(TV a, TV b);

    /// <summary>a * b + c with one rounding.</summary>
    static abstract TV Fma(TV a, TV b, TV c);

    /// <summary>IEEE 754-2019 maximum: NaN if either is NaN, +0 above -0.</summary>
    static abstract TV Max(TV a, TV b);

    /// <summary>IEEE 754-2019 minimum.</summary>
    static abstract TV Min(TV a, TV b);

    /// <summary>a &gt; b ? a : b, per lane; b where either is NaN, and of two zeros.</summary>
    static abstract TV Larger(TV a, TV b);
    static abstract TV Sqrt(TV a);
    static abstract TV Abs(TV a);
    static abstract TV Negate(TV a);

    /// <summary>a &gt; b ? x : y, per lane; y where either is NaN.</summary>
    static abstract TV IfGreater(TV a, TV b, TV x, TV y);

    /// <summary>a == b ? x : y, per lane; y where either is NaN.</summary>
    static abstract TV IfEqual(TV a, TV b, TV x, TV y);

    /// <summary>Sum of the lanes by halves: each of the lower half and its counterpart in the upper one, and so on.</summary>
    static abstract float SumOfHalves(TV a);

    /// <summary>Number of lanes where a &lt;= b; where either is NaN it is not.</summary>
    static abstract int CountAtMost(TV a, TV b);

    /// <summary>Largest whole numbers not above the lanes of four vectors, as signed bytes in any order: those from 0 to 126 as they are, larger ones and all below 0
    /// as numbers outside that range, NaN as one below 0.</summary>
    static abstract void StoreFloors(TV a, TV b, TV c, TV d, sbyte* p);

    /// <summary>A scalar function on each lane.</summary>
    static abstract TV Map<TF>(TV a) where TF : struct, IScalarFunction;
}

/// <summary>A function of one float that has no vector form (yet).</summary>
internal interface IScalarFunction
{
    static abstract float Invoke(float x);
}

/// <summary>Work that wants a vector width chosen for it: see <see cref="Simd.Dispatch{TWork}"/>.</summary>
internal interface ISimdWork
{
    void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Chooses the widest vectors the machine has.</summary>
internal static class Simd
{
    /// <summary>Name of the instruction set in use, for reports.</summary>
    public static string InstructionSet =>
        Avx512F.IsSupported ? "avx512" : Vector256.IsHardwareAccelerated ? "avx2" : Vector128.IsHardwareAccelerated ? "128-bit" : "scalar";

    /// <summary>Runs the work at the machine's best width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dispatch<TWork>(ref TWork work) where TWork : struct, ISimdWork, allows ref struct
    {
        // Vector512.IsHardwareAccelerated is false on CPUs of the JIT's throttle list, where explicit 512-bit code is still the fastest.
        if (Avx512F.IsSupported) work.Run<Vector512<float>, Simd512>();
        else if (Vector256.IsHardwareAccelerated) work.Run<Vector256<float>, Simd256>();
        else if (Vector128.IsHardwareAccelerated) work.Run<Vector128<float>, Simd128>();
        else work.Run<float, Simd1>();
    }
}
