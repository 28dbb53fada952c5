using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>What a kernel tells the caches; no result depends on it.</summary>
internal static unsafe class Caches
{
    /// <summary>Floats of a line.</summary>
    public const int Line = 16;

    /// <summary>Brings rows of floats into the core's second cache while it computes something else: where they lie in pieces all over a block, its own guesses fail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ahead(float* from, int rows, long step, int floats)
    {
        if (!Sse.IsSupported) return;
        for (int row = 0; row < rows; row++, from += step)
            for (int i = 0; i < floats; i += Line) Sse.Prefetch1(from + i);
    }

    /// <summary>Brings a tile of four vectors into the core's first cache, as a hint: the memory need not be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Soon<TV, TS>(float* tile) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        if (!Sse.IsSupported) return;
        if (4 * TS.Count >= Line) Sse.Prefetch0(tile);
        if (4 * TS.Count >= 2 * Line) Sse.Prefetch0(tile + Line);
        if (4 * TS.Count < 4 * Line) return;
        Sse.Prefetch0(tile + 2 * Line);
        Sse.Prefetch0(tile + 3 * Line);
    }
}
