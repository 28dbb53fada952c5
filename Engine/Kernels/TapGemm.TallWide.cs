using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Tiles of 7 and 8 rows by 2 vectors.</summary>
internal unsafe partial struct TapGemm
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init + row;
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61;
        c00 = c01 = TS.Create(init[0]);
        c10 = c11 = TS.Create(init[1]);
        c20 = c21 = TS.Create(init[2]);
        c30 = c31 = TS.Create(init[3]);
        c40 = c41 = TS.Create(init[4]);
        c50 = c51 = TS.Create(init[5]);
        c60 = c61 = TS.Create(init[6]);
        g.Walk(row, 7, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(a[5 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Create(a[6 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default);
            c50 = TS.Max(c50, default); c51 = TS.Max(c51, default);
            c60 = TS.Max(c60, default); c61 = TS.Max(c61, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count);
        c += g.CRow;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count);
        c += g.CRow;
        TS.Store(c60, c); TS.Store(c61, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init + row;
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        c00 = c01 = TS.Create(init[0]);
        c10 = c11 = TS.Create(init[1]);
        c20 = c21 = TS.Create(init[2]);
        c30 = c31 = TS.Create(init[3]);
        c40 = c41 = TS.Create(init[4]);
        c50 = c51 = TS.Create(init[5]);
        c60 = c61 = TS.Create(init[6]);
        c70 = c71 = TS.Create(init[7]);
        g.Walk(row, 8, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(a[5 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Create(a[6 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                x = TS.Create(a[7 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                c71 = TS.Fma(x, b1, c71);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default);
            c50 = TS.Max(c50, default); c51 = TS.Max(c51, default);
            c60 = TS.Max(c60, default); c61 = TS.Max(c61, default);
            c70 = TS.Max(c70, default); c71 = TS.Max(c71, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count);
        c += g.CRow;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count);
        c += g.CRow;
        TS.Store(c60, c); TS.Store(c61, c + TS.Count);
        c += g.CRow;
        TS.Store(c70, c); TS.Store(c71, c + TS.Count);
    }
}
