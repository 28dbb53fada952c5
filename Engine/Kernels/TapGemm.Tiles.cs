using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The register tiles of <see cref="TapGemm"/>: 1..6 rows of A by 1, 2 or 4 vectors of lanes, every accumulator a named local so that it lives in a register.</summary>
/// <remarks>6x4 fills the 32 registers of AVX-512, 6x2 the 16 of AVX2. Mechanical text, one method a tile; the inner loop's order (taps, then depth) is the
/// same in all of them, and it is the order of every sum.</remarks>
internal unsafe partial struct TapGemm
{
    private static void Rows1<TV, TS>(in TapGemm g, int row, int height, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        switch (height)
        {
            case 1: Tile1x1<TV, TS>(g, row, lane); break;
            case 2: Tile2x1<TV, TS>(g, row, lane); break;
            case 3: Tile3x1<TV, TS>(g, row, lane); break;
            case 4: Tile4x1<TV, TS>(g, row, lane); break;
            case 5: Tile5x1<TV, TS>(g, row, lane); break;
            case 6: Tile6x1<TV, TS>(g, row, lane); break;
        }
    }

    private static void Rows2<TV, TS>(in TapGemm g, int row, int height, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        switch (height)
        {
            case 1: Tile1x2<TV, TS>(g, row, lane); break;
            case 2: Tile2x2<TV, TS>(g, row, lane); break;
            case 3: Tile3x2<TV, TS>(g, row, lane); break;
            case 4: Tile4x2<TV, TS>(g, row, lane); break;
            case 5: Tile5x2<TV, TS>(g, row, lane); break;
            case 6: Tile6x2<TV, TS>(g, row, lane); break;
        }
    }

    private static void Rows4<TV, TS>(in TapGemm g, int row, int height, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        switch (height)
        {
            case 1: Tile1x4<TV, TS>(g, row, lane); break;
            case 2: Tile2x4<TV, TS>(g, row, lane); break;
            case 3: Tile3x4<TV, TS>(g, row, lane); break;
            case 4: Tile4x4<TV, TS>(g, row, lane); break;
            case 5: Tile5x4<TV, TS>(g, row, lane); break;
            case 6: Tile6x4<TV, TS>(g, row, lane); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        TV c10 = Start<TV, TS>(g, row + 1, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        TV c10 = Start<TV, TS>(g, row + 1, lane);
        TV c20 = Start<TV, TS>(g, row + 2, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        TV c10 = Start<TV, TS>(g, row + 1, lane);
        TV c20 = Start<TV, TS>(g, row + 2, lane);
        TV c30 = Start<TV, TS>(g, row + 3, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
        c += g.CRow;
        TS.Store(c30, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        TV c10 = Start<TV, TS>(g, row + 1, lane);
        TV c20 = Start<TV, TS>(g, row + 2, lane);
        TV c30 = Start<TV, TS>(g, row + 3, lane);
        TV c40 = Start<TV, TS>(g, row + 4, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
        c += g.CRow;
        TS.Store(c30, c);
        c += g.CRow;
        TS.Store(c40, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane);
        TV c10 = Start<TV, TS>(g, row + 1, lane);
        TV c20 = Start<TV, TS>(g, row + 2, lane);
        TV c30 = Start<TV, TS>(g, row + 3, lane);
        TV c40 = Start<TV, TS>(g, row + 4, lane);
        TV c50 = Start<TV, TS>(g, row + 5, lane);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(a[aRow3 + 2 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count);
        TV c40 = Start<TV, TS>(g, row + 4, lane), c41 = Start<TV, TS>(g, row + 4, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
        c += g.CRow;
        TS.Store(c40, c);
        TS.Store(c41, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count);
        TV c40 = Start<TV, TS>(g, row + 4, lane), c41 = Start<TV, TS>(g, row + 4, lane + 1 * TS.Count);
        TV c50 = Start<TV, TS>(g, row + 5, lane), c51 = Start<TV, TS>(g, row + 5, lane + 1 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(a[aRow3 + 2 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
        c += g.CRow;
        TS.Store(c40, c);
        TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c);
        TS.Store(c51, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count), c12 = Start<TV, TS>(g, row + 1, lane + 2 * TS.Count), c13 = Start<TV, TS>(g, row + 1, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                c13 = TS.Fma(x, b3, c13);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        TS.Store(c12, c + 2 * TS.Count);
        TS.Store(c13, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count), c12 = Start<TV, TS>(g, row + 1, lane + 2 * TS.Count), c13 = Start<TV, TS>(g, row + 1, lane + 3 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count), c22 = Start<TV, TS>(g, row + 2, lane + 2 * TS.Count), c23 = Start<TV, TS>(g, row + 2, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                c13 = TS.Fma(x, b3, c13);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                c23 = TS.Fma(x, b3, c23);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        TS.Store(c12, c + 2 * TS.Count);
        TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        TS.Store(c22, c + 2 * TS.Count);
        TS.Store(c23, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count), c12 = Start<TV, TS>(g, row + 1, lane + 2 * TS.Count), c13 = Start<TV, TS>(g, row + 1, lane + 3 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count), c22 = Start<TV, TS>(g, row + 2, lane + 2 * TS.Count), c23 = Start<TV, TS>(g, row + 2, lane + 3 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count), c32 = Start<TV, TS>(g, row + 3, lane + 2 * TS.Count), c33 = Start<TV, TS>(g, row + 3, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                c13 = TS.Fma(x, b3, c13);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                c23 = TS.Fma(x, b3, c23);
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                c33 = TS.Fma(x, b3, c33);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        TS.Store(c12, c + 2 * TS.Count);
        TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        TS.Store(c22, c + 2 * TS.Count);
        TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
        TS.Store(c32, c + 2 * TS.Count);
        TS.Store(c33, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count), c12 = Start<TV, TS>(g, row + 1, lane + 2 * TS.Count), c13 = Start<TV, TS>(g, row + 1, lane + 3 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count), c22 = Start<TV, TS>(g, row + 2, lane + 2 * TS.Count), c23 = Start<TV, TS>(g, row + 2, lane + 3 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count), c32 = Start<TV, TS>(g, row + 3, lane + 2 * TS.Count), c33 = Start<TV, TS>(g, row + 3, lane + 3 * TS.Count);
        TV c40 = Start<TV, TS>(g, row + 4, lane), c41 = Start<TV, TS>(g, row + 4, lane + 1 * TS.Count), c42 = Start<TV, TS>(g, row + 4, lane + 2 * TS.Count), c43 = Start<TV, TS>(g, row + 4, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                c13 = TS.Fma(x, b3, c13);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                c23 = TS.Fma(x, b3, c23);
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                c33 = TS.Fma(x, b3, c33);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                c43 = TS.Fma(x, b3, c43);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        TS.Store(c12, c + 2 * TS.Count);
        TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        TS.Store(c22, c + 2 * TS.Count);
        TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
        TS.Store(c32, c + 2 * TS.Count);
        TS.Store(c33, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c40, c);
        TS.Store(c41, c + TS.Count);
        TS.Store(c42, c + 2 * TS.Count);
        TS.Store(c43, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV c00 = Start<TV, TS>(g, row + 0, lane), c01 = Start<TV, TS>(g, row + 0, lane + 1 * TS.Count), c02 = Start<TV, TS>(g, row + 0, lane + 2 * TS.Count), c03 = Start<TV, TS>(g, row + 0, lane + 3 * TS.Count);
        TV c10 = Start<TV, TS>(g, row + 1, lane), c11 = Start<TV, TS>(g, row + 1, lane + 1 * TS.Count), c12 = Start<TV, TS>(g, row + 1, lane + 2 * TS.Count), c13 = Start<TV, TS>(g, row + 1, lane + 3 * TS.Count);
        TV c20 = Start<TV, TS>(g, row + 2, lane), c21 = Start<TV, TS>(g, row + 2, lane + 1 * TS.Count), c22 = Start<TV, TS>(g, row + 2, lane + 2 * TS.Count), c23 = Start<TV, TS>(g, row + 2, lane + 3 * TS.Count);
        TV c30 = Start<TV, TS>(g, row + 3, lane), c31 = Start<TV, TS>(g, row + 3, lane + 1 * TS.Count), c32 = Start<TV, TS>(g, row + 3, lane + 2 * TS.Count), c33 = Start<TV, TS>(g, row + 3, lane + 3 * TS.Count);
        TV c40 = Start<TV, TS>(g, row + 4, lane), c41 = Start<TV, TS>(g, row + 4, lane + 1 * TS.Count), c42 = Start<TV, TS>(g, row + 4, lane + 2 * TS.Count), c43 = Start<TV, TS>(g, row + 4, lane + 3 * TS.Count);
        TV c50 = Start<TV, TS>(g, row + 5, lane), c51 = Start<TV, TS>(g, row + 5, lane + 1 * TS.Count), c52 = Start<TV, TS>(g, row + 5, lane + 2 * TS.Count), c53 = Start<TV, TS>(g, row + 5, lane + 3 * TS.Count);
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        long aRow3 = 3 * aRow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * aRow, b = g.B + g.TapsB[t] + lane;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), b2 = TS.Load(b + 2 * TS.Count), b3 = TS.Load(b + 3 * TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                c03 = TS.Fma(x, b3, c03);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                c13 = TS.Fma(x, b3, c13);
                x = TS.Create(a[2 * aRow]);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                c23 = TS.Fma(x, b3, c23);
                x = TS.Create(a[aRow3]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                c33 = TS.Fma(x, b3, c33);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                c43 = TS.Fma(x, b3, c43);
                x = TS.Create(a[aRow3 + 2 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                c52 = TS.Fma(x, b2, c52);
                c53 = TS.Fma(x, b3, c53);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        float* c = g.C + row * g.CRow + lane;
        TS.Store(c00, c);
        TS.Store(c01, c + TS.Count);
        TS.Store(c02, c + 2 * TS.Count);
        TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c);
        TS.Store(c11, c + TS.Count);
        TS.Store(c12, c + 2 * TS.Count);
        TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c);
        TS.Store(c21, c + TS.Count);
        TS.Store(c22, c + 2 * TS.Count);
        TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c);
        TS.Store(c31, c + TS.Count);
        TS.Store(c32, c + 2 * TS.Count);
        TS.Store(c33, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c40, c);
        TS.Store(c41, c + TS.Count);
        TS.Store(c42, c + 2 * TS.Count);
        TS.Store(c43, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c50, c);
        TS.Store(c51, c + TS.Count);
        TS.Store(c52, c + 2 * TS.Count);
        TS.Store(c53, c + 3 * TS.Count);
    }
}
