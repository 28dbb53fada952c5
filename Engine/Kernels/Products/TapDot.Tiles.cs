using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>The register tiles of <see cref="TapDot"/>: 1..8 rows of A by 1..3 columns of B, every accumulator a named local so that it lives in a register.</summary>
/// <remarks>8x3 fills the 32 registers of AVX-512, 4x3 the 16 of AVX2; 8x3 also asks for what comes next (<see cref="Ahead"/>). Mechanical text, one method a tile; the inner loop's order (taps, then vectors) is the
/// same in all of them, and it is the order of every sum.</remarks>
internal unsafe partial struct TapDot
{
    /// <summary>The tile of so many rows and columns.</summary>
    private static delegate*<in TapDot, int, int, int, void> Tile<TV, TS>(int rows, int columns) where TV : unmanaged where TS : struct, ISimd<TV> => (rows, columns) switch
    {
        (1, 1) => &Tile1x1<TV, TS>,
        (2, 1) => &Tile2x1<TV, TS>,
        (3, 1) => &Tile3x1<TV, TS>,
        (4, 1) => &Tile4x1<TV, TS>,
        (5, 1) => &Tile5x1<TV, TS>,
        (6, 1) => &Tile6x1<TV, TS>,
        (7, 1) => &Tile7x1<TV, TS>,
        (8, 1) => &Tile8x1<TV, TS>,
        (1, 2) => &Tile1x2<TV, TS>,
        (2, 2) => &Tile2x2<TV, TS>,
        (3, 2) => &Tile3x2<TV, TS>,
        (4, 2) => &Tile4x2<TV, TS>,
        (5, 2) => &Tile5x2<TV, TS>,
        (6, 2) => &Tile6x2<TV, TS>,
        (7, 2) => &Tile7x2<TV, TS>,
        (8, 2) => &Tile8x2<TV, TS>,
        (1, 3) => &Tile1x3<TV, TS>,
        (2, 3) => &Tile2x3<TV, TS>,
        (3, 3) => &Tile3x3<TV, TS>,
        (4, 3) => &Tile4x3<TV, TS>,
        (5, 3) => &Tile5x3<TV, TS>,
        (6, 3) => &Tile6x3<TV, TS>,
        (7, 3) => &Tile7x3<TV, TS>,
        (8, 3) => &Tile8x3<TV, TS>,
        _ => null,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c);
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes), c30 = TS.Load(c + 3 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes), c30 = TS.Load(c + 3 * Lanes), c40 = TS.Load(c + 4 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes), c30 = TS.Load(c + 3 * Lanes), c40 = TS.Load(c + 4 * Lanes), c50 = TS.Load(c + 5 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes), c30 = TS.Load(c + 3 * Lanes), c40 = TS.Load(c + 4 * Lanes), c50 = TS.Load(c + 5 * Lanes), c60 = TS.Load(c + 6 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Load(a + 6 * aRow);
                c60 = TS.Fma(x, b0, c60);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane;
        TV c00 = TS.Load(c), c10 = TS.Load(c + Lanes), c20 = TS.Load(c + 2 * Lanes), c30 = TS.Load(c + 3 * Lanes), c40 = TS.Load(c + 4 * Lanes), c50 = TS.Load(c + 5 * Lanes), c60 = TS.Load(c + 6 * Lanes), c70 = TS.Load(c + 7 * Lanes);
        long aRow = g.ARow;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                x = TS.Load(a + 6 * aRow);
                c60 = TS.Fma(x, b0, c60);
                x = TS.Load(a + 7 * aRow);
                c70 = TS.Fma(x, b0, c70);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes); TS.Store(c70, c + 7 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from);
        from += g.CColumn;
        TV c01 = TS.Load(from);
        long bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c);
        c += g.CColumn;
        TS.Store(c01, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes), c60 = TS.Load(from + 6 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes), c61 = TS.Load(from + 6 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Load(a + 6 * aRow);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes); TS.Store(c61, c + 6 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes), c60 = TS.Load(from + 6 * Lanes), c70 = TS.Load(from + 7 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes), c61 = TS.Load(from + 6 * Lanes), c71 = TS.Load(from + 7 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                x = TS.Load(a + 6 * aRow);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                x = TS.Load(a + 7 * aRow);
                c70 = TS.Fma(x, b0, c70);
                c71 = TS.Fma(x, b1, c71);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes); TS.Store(c70, c + 7 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes); TS.Store(c61, c + 6 * Lanes); TS.Store(c71, c + 7 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from);
        from += g.CColumn;
        TV c01 = TS.Load(from);
        from += g.CColumn;
        TV c02 = TS.Load(from);
        long bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c);
        c += g.CColumn;
        TS.Store(c01, c);
        c += g.CColumn;
        TS.Store(c02, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes), c32 = TS.Load(from + 3 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes); TS.Store(c32, c + 3 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile5x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes), c32 = TS.Load(from + 3 * Lanes), c42 = TS.Load(from + 4 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes); TS.Store(c32, c + 3 * Lanes); TS.Store(c42, c + 4 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes), c32 = TS.Load(from + 3 * Lanes), c42 = TS.Load(from + 4 * Lanes), c52 = TS.Load(from + 5 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                c52 = TS.Fma(x, b2, c52);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes); TS.Store(c32, c + 3 * Lanes); TS.Store(c42, c + 4 * Lanes); TS.Store(c52, c + 5 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile7x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes), c60 = TS.Load(from + 6 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes), c61 = TS.Load(from + 6 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes), c32 = TS.Load(from + 3 * Lanes), c42 = TS.Load(from + 4 * Lanes), c52 = TS.Load(from + 5 * Lanes), c62 = TS.Load(from + 6 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                x = TS.Load(a + 4 * aRow);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                x = TS.Load(a + 5 * aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                c52 = TS.Fma(x, b2, c52);
                x = TS.Load(a + 6 * aRow);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                c62 = TS.Fma(x, b2, c62);
                a += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes); TS.Store(c61, c + 6 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes); TS.Store(c32, c + 3 * Lanes); TS.Store(c42, c + 4 * Lanes); TS.Store(c52, c + 5 * Lanes); TS.Store(c62, c + 6 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x3<TV, TS>(in TapDot g, int row, int column, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = g.C + column * g.CColumn + row * Lanes + lane, from = c;
        TV c00 = TS.Load(from), c10 = TS.Load(from + Lanes), c20 = TS.Load(from + 2 * Lanes), c30 = TS.Load(from + 3 * Lanes), c40 = TS.Load(from + 4 * Lanes), c50 = TS.Load(from + 5 * Lanes), c60 = TS.Load(from + 6 * Lanes), c70 = TS.Load(from + 7 * Lanes);
        from += g.CColumn;
        TV c01 = TS.Load(from), c11 = TS.Load(from + Lanes), c21 = TS.Load(from + 2 * Lanes), c31 = TS.Load(from + 3 * Lanes), c41 = TS.Load(from + 4 * Lanes), c51 = TS.Load(from + 5 * Lanes), c61 = TS.Load(from + 6 * Lanes), c71 = TS.Load(from + 7 * Lanes);
        from += g.CColumn;
        TV c02 = TS.Load(from), c12 = TS.Load(from + Lanes), c22 = TS.Load(from + 2 * Lanes), c32 = TS.Load(from + 3 * Lanes), c42 = TS.Load(from + 4 * Lanes), c52 = TS.Load(from + 5 * Lanes), c62 = TS.Load(from + 6 * Lanes), c72 = TS.Load(from + 7 * Lanes);
        long aRow = g.ARow, bColumn = g.BColumn;
        for (int t = 0; t < g.Taps; t++)
        {
            float* a = g.A + g.TapsA[t] + row * g.ARow + lane, b = g.B + g.TapsB[t] + column * g.BColumn + lane, low = a + 4 * aRow, ahead = a + g.Ahead;
            int k = g.Vectors;
            do
            {
                TV b0 = TS.Load(b), b1 = TS.Load(b + bColumn), b2 = TS.Load(b + 2 * bColumn);
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(ahead);
                    Sse.Prefetch0(ahead + Lanes);
                    Sse.Prefetch0(ahead + 2 * Lanes);
                    ahead += 3 * Lanes;
                }
                TV x = TS.Load(a);
                c00 = TS.Fma(x, b0, c00);
                c01 = TS.Fma(x, b1, c01);
                c02 = TS.Fma(x, b2, c02);
                x = TS.Load(a + aRow);
                c10 = TS.Fma(x, b0, c10);
                c11 = TS.Fma(x, b1, c11);
                c12 = TS.Fma(x, b2, c12);
                x = TS.Load(a + 2 * aRow);
                c20 = TS.Fma(x, b0, c20);
                c21 = TS.Fma(x, b1, c21);
                c22 = TS.Fma(x, b2, c22);
                x = TS.Load(a + 3 * aRow);
                c30 = TS.Fma(x, b0, c30);
                c31 = TS.Fma(x, b1, c31);
                c32 = TS.Fma(x, b2, c32);
                x = TS.Load(low);
                c40 = TS.Fma(x, b0, c40);
                c41 = TS.Fma(x, b1, c41);
                c42 = TS.Fma(x, b2, c42);
                x = TS.Load(low + aRow);
                c50 = TS.Fma(x, b0, c50);
                c51 = TS.Fma(x, b1, c51);
                c52 = TS.Fma(x, b2, c52);
                x = TS.Load(low + 2 * aRow);
                c60 = TS.Fma(x, b0, c60);
                c61 = TS.Fma(x, b1, c61);
                c62 = TS.Fma(x, b2, c62);
                x = TS.Load(low + 3 * aRow);
                c70 = TS.Fma(x, b0, c70);
                c71 = TS.Fma(x, b1, c71);
                c72 = TS.Fma(x, b2, c72);
                a += Lanes;
                low += Lanes;
                b += Lanes;
            }
            while (--k != 0);
        }
        TS.Store(c00, c); TS.Store(c10, c + Lanes); TS.Store(c20, c + 2 * Lanes); TS.Store(c30, c + 3 * Lanes); TS.Store(c40, c + 4 * Lanes); TS.Store(c50, c + 5 * Lanes); TS.Store(c60, c + 6 * Lanes); TS.Store(c70, c + 7 * Lanes);
        c += g.CColumn;
        TS.Store(c01, c); TS.Store(c11, c + Lanes); TS.Store(c21, c + 2 * Lanes); TS.Store(c31, c + 3 * Lanes); TS.Store(c41, c + 4 * Lanes); TS.Store(c51, c + 5 * Lanes); TS.Store(c61, c + 6 * Lanes); TS.Store(c71, c + 7 * Lanes);
        c += g.CColumn;
        TS.Store(c02, c); TS.Store(c12, c + Lanes); TS.Store(c22, c + 2 * Lanes); TS.Store(c32, c + 3 * Lanes); TS.Store(c42, c + 4 * Lanes); TS.Store(c52, c + 5 * Lanes); TS.Store(c62, c + 6 * Lanes); TS.Store(c72, c + 7 * Lanes);
    }
}
