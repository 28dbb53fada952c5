using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Tiles of 7 and 8 rows by 1 or 2 vectors, for 32 registers: blocks of 16 and 32 images would wait for their own sums in 6 rows. They begin at the
/// bias of a row and run over a whole sum.</summary>
internal unsafe partial struct TapGemm
{
    /// <summary>The tallest tile there may be beside so many lanes.</summary>
    public static int TallestRows(int lanes) => Avx512F.IsSupported && lanes is 16 or 32 ? 8 : MaxRows;

    private static delegate*<in TapGemm, int, int, void> TallTile<TV, TS>(int rows, int vectors) where TV : unmanaged where TS : struct, ISimd<TV> => (rows, vectors) switch
    {
        (7, 1) => &Tile7x1<TV, TS>,
        (8, 1) => &Tile8x1<TV, TS>,
        (7, 2) => &Tile7x2<TV, TS>,
        (8, 2) => &Tile8x2<TV, TS>,
        _ => throw new UnreachableException(),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init + row;
        TV c00, c10, c20, c30, c40, c50, c60;
        c00 = TS.Create(init[0]);
        c10 = TS.Create(init[1]);
        c20 = TS.Create(init[2]);
        c30 = TS.Create(init[3]);
        c40 = TS.Create(init[4]);
        c50 = TS.Create(init[5]);
        c60 = TS.Create(init[6]);
        g.Walk(row, 7, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(a[5 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(a[6 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
            c30 = TS.Max(c30, default);
            c40 = TS.Max(c40, default);
            c50 = TS.Max(c50, default);
            c60 = TS.Max(c60, default);
        }
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
        c += g.CRow;
        TS.Store(c30, c);
        c += g.CRow;
        TS.Store(c40, c);
        c += g.CRow;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init + row;
        TV c00, c10, c20, c30, c40, c50, c60, c70;
        c00 = TS.Create(init[0]);
        c10 = TS.Create(init[1]);
        c20 = TS.Create(init[2]);
        c30 = TS.Create(init[3]);
        c40 = TS.Create(init[4]);
        c50 = TS.Create(init[5]);
        c60 = TS.Create(init[6]);
        c70 = TS.Create(init[7]);
        g.Walk(row, 8, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(a[5 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(a[6 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(a[7 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
            c30 = TS.Max(c30, default);
            c40 = TS.Max(c40, default);
            c50 = TS.Max(c50, default);
            c60 = TS.Max(c60, default);
            c70 = TS.Max(c70, default);
        }
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
        c += g.CRow;
        TS.Store(c30, c);
        c += g.CRow;
        TS.Store(c40, c);
        c += g.CRow;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
    }
}
