using System.Runtime.CompilerServices;

namespace Engine.Kernels.Products;

/// <summary>The register tiles of <see cref="TapGemm"/>: 1..6 rows of A by 1, 2 or 4 vectors of lanes, every accumulator a named local so that it lives in a register.</summary>
/// <remarks>6x4 fills the 32 registers of AVX-512, 6x2 the 16 of AVX2. Mechanical text, one method a tile; the inner loop's order (taps, then depth) is the
/// same in all of them, and it is the order of every sum. An even or large number of rows has a pointer to its lower half, which may lie elsewhere.</remarks>
internal unsafe partial struct TapGemm
{
    /// <summary>The tile of so many rows and vectors.</summary>
    private static delegate*<in TapGemm, int, int, void> Tile<TV, TS>(int rows, int vectors) where TV : unmanaged where TS : struct, ISimd<TV> => (rows, vectors) switch
    {
        (1, 1) => &Tile1x1<TV, TS>,
        (2, 1) => &Tile2x1<TV, TS>,
        (3, 1) => &Tile3x1<TV, TS>,
        (4, 1) => &Tile4x1<TV, TS>,
        (5, 1) => &Tile5x1<TV, TS>,
        (6, 1) => &Tile6x1<TV, TS>,
        (7, 1) => &Tile7x1<TV, TS>,
        (8, 1) => &Tile8x1<TV, TS>,
        (9, 1) => &Tile9x1<TV, TS>,
        (10, 1) => &Tile10x1<TV, TS>,
        (11, 1) => &Tile11x1<TV, TS>,
        (12, 1) => &Tile12x1<TV, TS>,
        (1, 2) => &Tile1x2<TV, TS>,
        (2, 2) => &Tile2x2<TV, TS>,
        (3, 2) => &Tile3x2<TV, TS>,
        (4, 2) => &Tile4x2<TV, TS>,
        (5, 2) => &Tile5x2<TV, TS>,
        (6, 2) => &Tile6x2<TV, TS>,
        (7, 2) => &Tile7x2<TV, TS>,
        (8, 2) => &Tile8x2<TV, TS>,
        (1, 4) => &Tile1x4<TV, TS>,
        (2, 4) => &Tile2x4<TV, TS>,
        (3, 4) => &Tile3x4<TV, TS>,
        (4, 4) => &Tile4x4<TV, TS>,
        (5, 4) => &Tile5x4<TV, TS>,
        (6, 4) => &Tile6x4<TV, TS>,
        _ => null,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = TS.Load(init + lane);
        }
        else c00 = default;
        g.Walk(row, 1, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
        }
        TS.Store(c00, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 1);
        TV c00, c10;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from = below;
            c10 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = TS.Load(init + lane);
        }
        else c00 = c10 = default;
        g.Walk(row, 1, 2, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Create(*low);
                c10 = TS.Fma(x, b0, c10);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from = below;
            c10 = TS.Add(TS.Load(from), c10);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
        }
        TS.Store(c00, c);
        c = below;
        TS.Store(c10, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c10, c20;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = default;
        g.Walk(row, 3, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
        }
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 2);
        TV c00, c10, c20, c30;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from = below;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = default;
        g.Walk(row, 2, 4, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Create(a[aRow]);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Create(*low);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Create(low[aRow]);
                c30 = TS.Fma(x, b0, c30);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from = below;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
            c30 = TS.Max(c30, default);
        }
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c = below;
        TS.Store(c20, c);
        c += g.CRow;
        TS.Store(c30, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c10, c20, c30, c40;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = default;
        g.Walk(row, 5, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
            c30 = TS.Max(c30, default);
            c40 = TS.Max(c40, default);
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 3);
        TV c00, c10, c20, c30, c40, c50;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from = below;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
            from += g.CRow;
            c50 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = default;
        g.Walk(row, 3, 6, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Create(low[aRow]);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(low[2 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from = below;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default);
            c10 = TS.Max(c10, default);
            c20 = TS.Max(c20, default);
            c30 = TS.Max(c30, default);
            c40 = TS.Max(c40, default);
            c50 = TS.Max(c50, default);
        }
        TS.Store(c00, c);
        c += g.CRow;
        TS.Store(c10, c);
        c += g.CRow;
        TS.Store(c20, c);
        c = below;
        TS.Store(c30, c);
        c += g.CRow;
        TS.Store(c40, c);
        c += g.CRow;
        TS.Store(c50, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 4);
        TV c00, c10, c20, c30, c40, c50, c60;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from = below;
            c40 = TS.Load(from);
            from += g.CRow;
            c50 = TS.Load(from);
            from += g.CRow;
            c60 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = default;
        g.Walk(row, 4, 7, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(low[aRow]);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(low[2 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from = below;
            c40 = TS.Add(TS.Load(from), c40);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60);
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
        c = below;
        TS.Store(c40, c);
        c += g.CRow;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 4);
        TV c00, c10, c20, c30, c40, c50, c60, c70;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from = below;
            c40 = TS.Load(from);
            from += g.CRow;
            c50 = TS.Load(from);
            from += g.CRow;
            c60 = TS.Load(from);
            from += g.CRow;
            c70 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
            c70 = TS.Create(init[row + 7]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = default;
        g.Walk(row, 4, 8, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Create(low[aRow]);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(low[2 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(low[3 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from = below;
            c40 = TS.Add(TS.Load(from), c40);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70);
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
        c = below;
        TS.Store(c40, c);
        c += g.CRow;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile9x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 5);
        TV c00, c10, c20, c30, c40, c50, c60, c70, c80;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
            from = below;
            c50 = TS.Load(from);
            from += g.CRow;
            c60 = TS.Load(from);
            from += g.CRow;
            c70 = TS.Load(from);
            from += g.CRow;
            c80 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
            c70 = TS.Create(init[row + 7]);
            c80 = TS.Create(init[row + 8]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = default;
        g.Walk(row, 5, 9, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(low[aRow]);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(low[2 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                x = TS.Create(low[3 * aRow]);
                c80 = TS.Fma(x, b0, c80);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
            from = below;
            c50 = TS.Add(TS.Load(from), c50);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70);
            from += g.CRow;
            c80 = TS.Add(TS.Load(from), c80);
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
            c80 = TS.Max(c80, default);
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
        c = below;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
        c += g.CRow;
        TS.Store(c80, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile10x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 5);
        TV c00, c10, c20, c30, c40, c50, c60, c70, c80, c90;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
            from = below;
            c50 = TS.Load(from);
            from += g.CRow;
            c60 = TS.Load(from);
            from += g.CRow;
            c70 = TS.Load(from);
            from += g.CRow;
            c80 = TS.Load(from);
            from += g.CRow;
            c90 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
            c70 = TS.Create(init[row + 7]);
            c80 = TS.Create(init[row + 8]);
            c90 = TS.Create(init[row + 9]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = default;
        g.Walk(row, 5, 10, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Create(low[aRow]);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(low[2 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                x = TS.Create(low[3 * aRow]);
                c80 = TS.Fma(x, b0, c80);
                x = TS.Create(low[4 * aRow]);
                c90 = TS.Fma(x, b0, c90);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
            from = below;
            c50 = TS.Add(TS.Load(from), c50);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70);
            from += g.CRow;
            c80 = TS.Add(TS.Load(from), c80);
            from += g.CRow;
            c90 = TS.Add(TS.Load(from), c90);
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
            c80 = TS.Max(c80, default);
            c90 = TS.Max(c90, default);
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
        c = below;
        TS.Store(c50, c);
        c += g.CRow;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
        c += g.CRow;
        TS.Store(c80, c);
        c += g.CRow;
        TS.Store(c90, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile11x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 6);
        TV c00, c10, c20, c30, c40, c50, c60, c70, c80, c90, ca0;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
            from += g.CRow;
            c50 = TS.Load(from);
            from = below;
            c60 = TS.Load(from);
            from += g.CRow;
            c70 = TS.Load(from);
            from += g.CRow;
            c80 = TS.Load(from);
            from += g.CRow;
            c90 = TS.Load(from);
            from += g.CRow;
            ca0 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
            c70 = TS.Create(init[row + 7]);
            c80 = TS.Create(init[row + 8]);
            c90 = TS.Create(init[row + 9]);
            ca0 = TS.Create(init[row + 10]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = ca0 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = ca0 = default;
        g.Walk(row, 6, 11, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(low[aRow]);
                c70 = TS.Fma(x, b0, c70);
                x = TS.Create(low[2 * aRow]);
                c80 = TS.Fma(x, b0, c80);
                x = TS.Create(low[3 * aRow]);
                c90 = TS.Fma(x, b0, c90);
                x = TS.Create(low[4 * aRow]);
                ca0 = TS.Fma(x, b0, ca0);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50);
            from = below;
            c60 = TS.Add(TS.Load(from), c60);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70);
            from += g.CRow;
            c80 = TS.Add(TS.Load(from), c80);
            from += g.CRow;
            c90 = TS.Add(TS.Load(from), c90);
            from += g.CRow;
            ca0 = TS.Add(TS.Load(from), ca0);
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
            c80 = TS.Max(c80, default);
            c90 = TS.Max(c90, default);
            ca0 = TS.Max(ca0, default);
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
        c = below;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
        c += g.CRow;
        TS.Store(c80, c);
        c += g.CRow;
        TS.Store(c90, c);
        c += g.CRow;
        TS.Store(ca0, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile12x1<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 6);
        TV c00, c10, c20, c30, c40, c50, c60, c70, c80, c90, ca0, cb0;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from);
            from += g.CRow;
            c10 = TS.Load(from);
            from += g.CRow;
            c20 = TS.Load(from);
            from += g.CRow;
            c30 = TS.Load(from);
            from += g.CRow;
            c40 = TS.Load(from);
            from += g.CRow;
            c50 = TS.Load(from);
            from = below;
            c60 = TS.Load(from);
            from += g.CRow;
            c70 = TS.Load(from);
            from += g.CRow;
            c80 = TS.Load(from);
            from += g.CRow;
            c90 = TS.Load(from);
            from += g.CRow;
            ca0 = TS.Load(from);
            from += g.CRow;
            cb0 = TS.Load(from);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = TS.Create(init[row + 0]);
            c10 = TS.Create(init[row + 1]);
            c20 = TS.Create(init[row + 2]);
            c30 = TS.Create(init[row + 3]);
            c40 = TS.Create(init[row + 4]);
            c50 = TS.Create(init[row + 5]);
            c60 = TS.Create(init[row + 6]);
            c70 = TS.Create(init[row + 7]);
            c80 = TS.Create(init[row + 8]);
            c90 = TS.Create(init[row + 9]);
            ca0 = TS.Create(init[row + 10]);
            cb0 = TS.Create(init[row + 11]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = ca0 = cb0 = TS.Load(init + lane);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = c80 = c90 = ca0 = cb0 = default;
        g.Walk(row, 6, 12, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Create(low[aRow]);
                c70 = TS.Fma(x, b0, c70);
                x = TS.Create(low[2 * aRow]);
                c80 = TS.Fma(x, b0, c80);
                x = TS.Create(low[3 * aRow]);
                c90 = TS.Fma(x, b0, c90);
                x = TS.Create(low[4 * aRow]);
                ca0 = TS.Fma(x, b0, ca0);
                x = TS.Create(low[5 * aRow]);
                cb0 = TS.Fma(x, b0, cb0);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50);
            from = below;
            c60 = TS.Add(TS.Load(from), c60);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70);
            from += g.CRow;
            c80 = TS.Add(TS.Load(from), c80);
            from += g.CRow;
            c90 = TS.Add(TS.Load(from), c90);
            from += g.CRow;
            ca0 = TS.Add(TS.Load(from), ca0);
            from += g.CRow;
            cb0 = TS.Add(TS.Load(from), cb0);
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
            c80 = TS.Max(c80, default);
            c90 = TS.Max(c90, default);
            ca0 = TS.Max(ca0, default);
            cb0 = TS.Max(cb0, default);
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
        c = below;
        TS.Store(c60, c);
        c += g.CRow;
        TS.Store(c70, c);
        c += g.CRow;
        TS.Store(c80, c);
        c += g.CRow;
        TS.Store(c90, c);
        c += g.CRow;
        TS.Store(ca0, c);
        c += g.CRow;
        TS.Store(cb0, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = TS.Load(init + lane);
            c01 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = default;
        g.Walk(row, 1, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 1);
        TV c00, c01, c10, c11;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from = below;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = TS.Load(init + lane);
            c01 = c11 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = default;
        g.Walk(row, 1, 2, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
            int k = g.Depth;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count);
                TV x = TS.Create(*a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Create(*low);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from = below;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c = below;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c10, c11, c20, c21;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = TS.Load(init + lane);
            c01 = c11 = c21 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = default;
        g.Walk(row, 3, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 2);
        TV c00, c01, c10, c11, c20, c21, c30, c31;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from = below;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
            c30 = c31 = TS.Create(init[row + 3]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = default;
        g.Walk(row, 2, 4, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Create(low[aRow]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from = below;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
        c = below;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count);
            from += g.CRow;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
            c30 = c31 = TS.Create(init[row + 3]);
            c40 = c41 = TS.Create(init[row + 4]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = default;
        g.Walk(row, 5, out float* first, out long aRow, out long aStep, out long aTap);
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
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default);
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
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 3);
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
            from = below;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count);
            from += g.CRow;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count);
            from += g.CRow;
            c50 = TS.Load(from); c51 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
            c30 = c31 = TS.Create(init[row + 3]);
            c40 = c41 = TS.Create(init[row + 4]);
            c50 = c51 = TS.Create(init[row + 5]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = c51 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = default;
        g.Walk(row, 3, 6, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Create(low[aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(low[2 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
            from = below;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50); c51 = TS.Add(TS.Load(from + TS.Count), c51);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default);
            c50 = TS.Max(c50, default); c51 = TS.Max(c51, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count);
        c = below;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count);
        c += g.CRow;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 4);
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count);
            from = below;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count);
            from += g.CRow;
            c50 = TS.Load(from); c51 = TS.Load(from + TS.Count);
            from += g.CRow;
            c60 = TS.Load(from); c61 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
            c30 = c31 = TS.Create(init[row + 3]);
            c40 = c41 = TS.Create(init[row + 4]);
            c50 = c51 = TS.Create(init[row + 5]);
            c60 = c61 = TS.Create(init[row + 6]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = c51 = c61 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = default;
        g.Walk(row, 4, 7, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(low[aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Create(low[2 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31);
            from = below;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50); c51 = TS.Add(TS.Load(from + TS.Count), c51);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60); c61 = TS.Add(TS.Load(from + TS.Count), c61);
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
        c = below;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count);
        c += g.CRow;
        TS.Store(c60, c); TS.Store(c61, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        float* below = g.Below(c, 4);
        TV c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count);
            from = below;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count);
            from += g.CRow;
            c50 = TS.Load(from); c51 = TS.Load(from + TS.Count);
            from += g.CRow;
            c60 = TS.Load(from); c61 = TS.Load(from + TS.Count);
            from += g.CRow;
            c70 = TS.Load(from); c71 = TS.Load(from + TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = TS.Create(init[row + 0]);
            c10 = c11 = TS.Create(init[row + 1]);
            c20 = c21 = TS.Create(init[row + 2]);
            c30 = c31 = TS.Create(init[row + 3]);
            c40 = c41 = TS.Create(init[row + 4]);
            c50 = c51 = TS.Create(init[row + 5]);
            c60 = c61 = TS.Create(init[row + 6]);
            c70 = c71 = TS.Create(init[row + 7]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = c51 = c61 = c71 = TS.Load(init + lane + TS.Count);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = default;
        g.Walk(row, 4, 8, out float* first, out long aRow, out long aStep, out long aTap, out long aBelow);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane, low = a + aBelow;
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
                x = TS.Create(*low);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Create(low[aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Create(low[2 * aRow]);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                x = TS.Create(low[3 * aRow]);
                c70 = TS.Fma(x, b0, c70);
                c71 = TS.Fma(x, b1, c71);
                a += aStep;
                low += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31);
            from = below;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50); c51 = TS.Add(TS.Load(from + TS.Count), c51);
            from += g.CRow;
            c60 = TS.Add(TS.Load(from), c60); c61 = TS.Add(TS.Load(from + TS.Count), c61);
            from += g.CRow;
            c70 = TS.Add(TS.Load(from), c70); c71 = TS.Add(TS.Load(from + TS.Count), c71);
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
        c = below;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count);
        c += g.CRow;
        TS.Store(c60, c); TS.Store(c61, c + TS.Count);
        c += g.CRow;
        TS.Store(c70, c); TS.Store(c71, c + TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = TS.Load(init + lane);
            c01 = TS.Load(init + lane + TS.Count);
            c02 = TS.Load(init + lane + 2 * TS.Count);
            c03 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = default;
        g.Walk(row, 1, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03, c10, c11, c12, c13;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count); c12 = TS.Load(from + 2 * TS.Count); c13 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
            c10 = c11 = c12 = c13 = TS.Create(init[row + 1]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = TS.Load(init + lane);
            c01 = c11 = TS.Load(init + lane + TS.Count);
            c02 = c12 = TS.Load(init + lane + 2 * TS.Count);
            c03 = c13 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = default;
        g.Walk(row, 2, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11); c12 = TS.Add(TS.Load(from + 2 * TS.Count), c12); c13 = TS.Add(TS.Load(from + 3 * TS.Count), c13);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default); c12 = TS.Max(c12, default); c13 = TS.Max(c13, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count); TS.Store(c12, c + 2 * TS.Count); TS.Store(c13, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count); c12 = TS.Load(from + 2 * TS.Count); c13 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count); c22 = TS.Load(from + 2 * TS.Count); c23 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
            c10 = c11 = c12 = c13 = TS.Create(init[row + 1]);
            c20 = c21 = c22 = c23 = TS.Create(init[row + 2]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = TS.Load(init + lane);
            c01 = c11 = c21 = TS.Load(init + lane + TS.Count);
            c02 = c12 = c22 = TS.Load(init + lane + 2 * TS.Count);
            c03 = c13 = c23 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = c20 = c21 = c22 = c23 = default;
        g.Walk(row, 3, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11); c12 = TS.Add(TS.Load(from + 2 * TS.Count), c12); c13 = TS.Add(TS.Load(from + 3 * TS.Count), c13);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21); c22 = TS.Add(TS.Load(from + 2 * TS.Count), c22); c23 = TS.Add(TS.Load(from + 3 * TS.Count), c23);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default); c12 = TS.Max(c12, default); c13 = TS.Max(c13, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default); c22 = TS.Max(c22, default); c23 = TS.Max(c23, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count); TS.Store(c12, c + 2 * TS.Count); TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count); TS.Store(c22, c + 2 * TS.Count); TS.Store(c23, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count); c12 = TS.Load(from + 2 * TS.Count); c13 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count); c22 = TS.Load(from + 2 * TS.Count); c23 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count); c32 = TS.Load(from + 2 * TS.Count); c33 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
            c10 = c11 = c12 = c13 = TS.Create(init[row + 1]);
            c20 = c21 = c22 = c23 = TS.Create(init[row + 2]);
            c30 = c31 = c32 = c33 = TS.Create(init[row + 3]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = TS.Load(init + lane + TS.Count);
            c02 = c12 = c22 = c32 = TS.Load(init + lane + 2 * TS.Count);
            c03 = c13 = c23 = c33 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = default;
        g.Walk(row, 4, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                c33 = TS.Fma(x, b3, c33);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11); c12 = TS.Add(TS.Load(from + 2 * TS.Count), c12); c13 = TS.Add(TS.Load(from + 3 * TS.Count), c13);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21); c22 = TS.Add(TS.Load(from + 2 * TS.Count), c22); c23 = TS.Add(TS.Load(from + 3 * TS.Count), c23);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31); c32 = TS.Add(TS.Load(from + 2 * TS.Count), c32); c33 = TS.Add(TS.Load(from + 3 * TS.Count), c33);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default); c12 = TS.Max(c12, default); c13 = TS.Max(c13, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default); c22 = TS.Max(c22, default); c23 = TS.Max(c23, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default); c32 = TS.Max(c32, default); c33 = TS.Max(c33, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count); TS.Store(c12, c + 2 * TS.Count); TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count); TS.Store(c22, c + 2 * TS.Count); TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count); TS.Store(c32, c + 2 * TS.Count); TS.Store(c33, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33, c40, c41, c42, c43;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count); c12 = TS.Load(from + 2 * TS.Count); c13 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count); c22 = TS.Load(from + 2 * TS.Count); c23 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count); c32 = TS.Load(from + 2 * TS.Count); c33 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count); c42 = TS.Load(from + 2 * TS.Count); c43 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
            c10 = c11 = c12 = c13 = TS.Create(init[row + 1]);
            c20 = c21 = c22 = c23 = TS.Create(init[row + 2]);
            c30 = c31 = c32 = c33 = TS.Create(init[row + 3]);
            c40 = c41 = c42 = c43 = TS.Create(init[row + 4]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = TS.Load(init + lane + TS.Count);
            c02 = c12 = c22 = c32 = c42 = TS.Load(init + lane + 2 * TS.Count);
            c03 = c13 = c23 = c33 = c43 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = c40 = c41 = c42 = c43 = default;
        g.Walk(row, 5, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[3 * aRow]);
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
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11); c12 = TS.Add(TS.Load(from + 2 * TS.Count), c12); c13 = TS.Add(TS.Load(from + 3 * TS.Count), c13);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21); c22 = TS.Add(TS.Load(from + 2 * TS.Count), c22); c23 = TS.Add(TS.Load(from + 3 * TS.Count), c23);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31); c32 = TS.Add(TS.Load(from + 2 * TS.Count), c32); c33 = TS.Add(TS.Load(from + 3 * TS.Count), c33);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41); c42 = TS.Add(TS.Load(from + 2 * TS.Count), c42); c43 = TS.Add(TS.Load(from + 3 * TS.Count), c43);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default); c12 = TS.Max(c12, default); c13 = TS.Max(c13, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default); c22 = TS.Max(c22, default); c23 = TS.Max(c23, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default); c32 = TS.Max(c32, default); c33 = TS.Max(c33, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default); c42 = TS.Max(c42, default); c43 = TS.Max(c43, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count); TS.Store(c12, c + 2 * TS.Count); TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count); TS.Store(c22, c + 2 * TS.Count); TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count); TS.Store(c32, c + 2 * TS.Count); TS.Store(c33, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count); TS.Store(c42, c + 2 * TS.Count); TS.Store(c43, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4<TV, TS>(in TapGemm g, int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + row * g.CRow + lane, init = g.Init;
        TV c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33, c40, c41, c42, c43, c50, c51, c52, c53;
        if (g.Begin == SumStart.Accumulate)
        {
            float* from = c;
            c00 = TS.Load(from); c01 = TS.Load(from + TS.Count); c02 = TS.Load(from + 2 * TS.Count); c03 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c10 = TS.Load(from); c11 = TS.Load(from + TS.Count); c12 = TS.Load(from + 2 * TS.Count); c13 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c20 = TS.Load(from); c21 = TS.Load(from + TS.Count); c22 = TS.Load(from + 2 * TS.Count); c23 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c30 = TS.Load(from); c31 = TS.Load(from + TS.Count); c32 = TS.Load(from + 2 * TS.Count); c33 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c40 = TS.Load(from); c41 = TS.Load(from + TS.Count); c42 = TS.Load(from + 2 * TS.Count); c43 = TS.Load(from + 3 * TS.Count);
            from += g.CRow;
            c50 = TS.Load(from); c51 = TS.Load(from + TS.Count); c52 = TS.Load(from + 2 * TS.Count); c53 = TS.Load(from + 3 * TS.Count);
        }
        else if (g.Begin == SumStart.RowBias)
        {
            c00 = c01 = c02 = c03 = TS.Create(init[row + 0]);
            c10 = c11 = c12 = c13 = TS.Create(init[row + 1]);
            c20 = c21 = c22 = c23 = TS.Create(init[row + 2]);
            c30 = c31 = c32 = c33 = TS.Create(init[row + 3]);
            c40 = c41 = c42 = c43 = TS.Create(init[row + 4]);
            c50 = c51 = c52 = c53 = TS.Create(init[row + 5]);
        }
        else if (g.Begin == SumStart.LaneBias)
        {
            c00 = c10 = c20 = c30 = c40 = c50 = TS.Load(init + lane);
            c01 = c11 = c21 = c31 = c41 = c51 = TS.Load(init + lane + TS.Count);
            c02 = c12 = c22 = c32 = c42 = c52 = TS.Load(init + lane + 2 * TS.Count);
            c03 = c13 = c23 = c33 = c43 = c53 = TS.Load(init + lane + 3 * TS.Count);
        }
        else c00 = c01 = c02 = c03 = c10 = c11 = c12 = c13 = c20 = c21 = c22 = c23 = c30 = c31 = c32 = c33 = c40 = c41 = c42 = c43 = c50 = c51 = c52 = c53 = default;
        g.Walk(row, 6, out float* first, out long aRow, out long aStep, out long aTap);
        long bStep = g.BStep;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = first + g.TapsA[t] * aTap, b = g.B + g.TapsB[t] + lane;
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
                x = TS.Create(a[3 * aRow]);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                c33 = TS.Fma(x, b3, c33);
                x = TS.Create(a[4 * aRow]);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                c43 = TS.Fma(x, b3, c43);
                x = TS.Create(a[5 * aRow]);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                c52 = TS.Fma(x, b2, c52);
                c53 = TS.Fma(x, b3, c53);
                a += aStep;
                b += bStep;
            }
            while (--k != 0);
        }
        if (g.Begin == SumStart.AddAtEnd)
        {
            float* from = c;
            c00 = TS.Add(TS.Load(from), c00); c01 = TS.Add(TS.Load(from + TS.Count), c01); c02 = TS.Add(TS.Load(from + 2 * TS.Count), c02); c03 = TS.Add(TS.Load(from + 3 * TS.Count), c03);
            from += g.CRow;
            c10 = TS.Add(TS.Load(from), c10); c11 = TS.Add(TS.Load(from + TS.Count), c11); c12 = TS.Add(TS.Load(from + 2 * TS.Count), c12); c13 = TS.Add(TS.Load(from + 3 * TS.Count), c13);
            from += g.CRow;
            c20 = TS.Add(TS.Load(from), c20); c21 = TS.Add(TS.Load(from + TS.Count), c21); c22 = TS.Add(TS.Load(from + 2 * TS.Count), c22); c23 = TS.Add(TS.Load(from + 3 * TS.Count), c23);
            from += g.CRow;
            c30 = TS.Add(TS.Load(from), c30); c31 = TS.Add(TS.Load(from + TS.Count), c31); c32 = TS.Add(TS.Load(from + 2 * TS.Count), c32); c33 = TS.Add(TS.Load(from + 3 * TS.Count), c33);
            from += g.CRow;
            c40 = TS.Add(TS.Load(from), c40); c41 = TS.Add(TS.Load(from + TS.Count), c41); c42 = TS.Add(TS.Load(from + 2 * TS.Count), c42); c43 = TS.Add(TS.Load(from + 3 * TS.Count), c43);
            from += g.CRow;
            c50 = TS.Add(TS.Load(from), c50); c51 = TS.Add(TS.Load(from + TS.Count), c51); c52 = TS.Add(TS.Load(from + 2 * TS.Count), c52); c53 = TS.Add(TS.Load(from + 3 * TS.Count), c53);
        }
        if (g.Relu)
        {
            c00 = TS.Max(c00, default); c01 = TS.Max(c01, default); c02 = TS.Max(c02, default); c03 = TS.Max(c03, default);
            c10 = TS.Max(c10, default); c11 = TS.Max(c11, default); c12 = TS.Max(c12, default); c13 = TS.Max(c13, default);
            c20 = TS.Max(c20, default); c21 = TS.Max(c21, default); c22 = TS.Max(c22, default); c23 = TS.Max(c23, default);
            c30 = TS.Max(c30, default); c31 = TS.Max(c31, default); c32 = TS.Max(c32, default); c33 = TS.Max(c33, default);
            c40 = TS.Max(c40, default); c41 = TS.Max(c41, default); c42 = TS.Max(c42, default); c43 = TS.Max(c43, default);
            c50 = TS.Max(c50, default); c51 = TS.Max(c51, default); c52 = TS.Max(c52, default); c53 = TS.Max(c53, default);
        }
        TS.Store(c00, c); TS.Store(c01, c + TS.Count); TS.Store(c02, c + 2 * TS.Count); TS.Store(c03, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c10, c); TS.Store(c11, c + TS.Count); TS.Store(c12, c + 2 * TS.Count); TS.Store(c13, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c20, c); TS.Store(c21, c + TS.Count); TS.Store(c22, c + 2 * TS.Count); TS.Store(c23, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c30, c); TS.Store(c31, c + TS.Count); TS.Store(c32, c + 2 * TS.Count); TS.Store(c33, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c40, c); TS.Store(c41, c + TS.Count); TS.Store(c42, c + 2 * TS.Count); TS.Store(c43, c + 3 * TS.Count);
        c += g.CRow;
        TS.Store(c50, c); TS.Store(c51, c + TS.Count); TS.Store(c52, c + 2 * TS.Count); TS.Store(c53, c + 3 * TS.Count);
    }
}
