using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>A tap as four pixels see it.</summary>
internal unsafe struct PixelTap
{
    /// <summary>Where its source lies for each; anywhere for one that does not see it.</summary>
    public fixed long Sources[PixelTile.Rows];

    /// <summary>Which of them see it.</summary>
    public fixed bool Sees[PixelTile.Rows];

    /// <summary>Whether all do, or any.</summary>
    public bool SeesAll, SeesAny;
}

/// <summary>The register tile of <see cref="Conv2dFewPixels"/>: four pixels, each with a source of its own, and two vectors of channels.</summary>
internal static unsafe class PixelTile
{
    /// <summary>Pixels.</summary>
    public const int Rows = 4;

    /// <summary>Sums [pixel][two vectors]; their memory is used on the way.</summary>
    /// <param name="source">The source.</param>
    /// <param name="taps">All taps of the kernel.</param>
    /// <param name="count">How many.</param>
    /// <param name="depth">Channels of the source.</param>
    /// <param name="weights">[tap][source channel][row].</param>
    /// <param name="row">Length of a row.</param>
    /// <param name="init">Where sums begin; null for 0.</param>
    /// <param name="sums">Result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4x2<TV, TS>(float* source, PixelTap* taps, int count, int depth, float* weights, long row, float* init, float* sums) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00, c01, c10, c11, c20, c21, c30, c31;
        if (init != null)
        {
            c00 = c10 = c20 = c30 = TS.Load(init);
            c01 = c11 = c21 = c31 = TS.Load(init + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = default;
        for (int t = 0; t < count; t++, taps++)
        {
            if (!taps->SeesAny) continue;
            float* a0 = source + taps->Sources[0], a1 = source + taps->Sources[1], a2 = source + taps->Sources[2], a3 = source + taps->Sources[3], b = weights + t * depth * row;
            if (!taps->SeesAll)
            {
                TS.Store(c00, sums); TS.Store(c01, sums + TS.Count);
                TS.Store(c10, sums + 2 * TS.Count); TS.Store(c11, sums + 3 * TS.Count);
                TS.Store(c20, sums + 4 * TS.Count); TS.Store(c21, sums + 5 * TS.Count);
                TS.Store(c30, sums + 6 * TS.Count); TS.Store(c31, sums + 7 * TS.Count);
            }
            for (long k = 0; k < depth; k++, b += row)
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), x = TS.Create(a0[k]);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Create(a1[k]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Create(a2[k]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Create(a3[k]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
            }
            if (taps->SeesAll) continue;
            if (!taps->Sees[0]) (c00, c01) = (TS.Load(sums), TS.Load(sums + TS.Count));
            if (!taps->Sees[1]) (c10, c11) = (TS.Load(sums + 2 * TS.Count), TS.Load(sums + 3 * TS.Count));
            if (!taps->Sees[2]) (c20, c21) = (TS.Load(sums + 4 * TS.Count), TS.Load(sums + 5 * TS.Count));
            if (!taps->Sees[3]) (c30, c31) = (TS.Load(sums + 6 * TS.Count), TS.Load(sums + 7 * TS.Count));
        }
        TS.Store(c00, sums); TS.Store(c01, sums + TS.Count);
        TS.Store(c10, sums + 2 * TS.Count); TS.Store(c11, sums + 3 * TS.Count);
        TS.Store(c20, sums + 4 * TS.Count); TS.Store(c21, sums + 5 * TS.Count);
        TS.Store(c30, sums + 6 * TS.Count); TS.Store(c31, sums + 7 * TS.Count);
    }
}
