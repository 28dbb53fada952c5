using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels.Products;

/// <summary>Tiles of registers, rows times vectors: whole chains (c), added to what came before (s).</summary>
internal unsafe partial struct ChainGemm
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x4(in ChainGemm g, int row, int lane)
    {
        float* c = g.C + row * g.CRow + lane, a = g.A + row * g.ARow, b = g.B + lane;
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        Vector512<float> s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23;
        if (g.FromZero) s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = Vector512.Create(-0f); // the one number to which any other is added as it is
        else
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16); s02 = Vector512.Load(c + 32); s03 = Vector512.Load(c + 48);
            s10 = Vector512.Load(c + 1 * g.CRow); s11 = Vector512.Load(c + 1 * g.CRow + 16); s12 = Vector512.Load(c + 1 * g.CRow + 32); s13 = Vector512.Load(c + 1 * g.CRow + 48);
            s20 = Vector512.Load(c + 2 * g.CRow); s21 = Vector512.Load(c + 2 * g.CRow + 16); s22 = Vector512.Load(c + 2 * g.CRow + 32); s23 = Vector512.Load(c + 2 * g.CRow + 48);
        }
        for (int chain = g.Depth / Chain; chain > 0; chain--)
        {
            Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default, c20 = default, c21 = default, c22 = default, c23 = default;
            for (int k = 0; k < Chain; k++, a += aStep, b += bStep)
            {
                Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16), b2 = Vector512.Load(b + 32), b3 = Vector512.Load(b + 48);
                Vector512<float> x = Vector512.Create(*a);
                c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
                c02 = Vector512.FusedMultiplyAdd(x, b2, c02);
                c03 = Vector512.FusedMultiplyAdd(x, b3, c03);
                x = Vector512.Create(a[aRow]);
                c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
                c12 = Vector512.FusedMultiplyAdd(x, b2, c12);
                c13 = Vector512.FusedMultiplyAdd(x, b3, c13);
                x = Vector512.Create(a[2 * aRow]);
                c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
                c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
                c22 = Vector512.FusedMultiplyAdd(x, b2, c22);
                c23 = Vector512.FusedMultiplyAdd(x, b3, c23);
            }
            s00 += c00; s01 += c01; s02 += c02; s03 += c03;
            s10 += c10; s11 += c11; s12 += c12; s13 += c13;
            s20 += c20; s21 += c21; s22 += c22; s23 += c23;
        }
        s00.Store(c); s01.Store(c + 16); s02.Store(c + 32); s03.Store(c + 48);
        s10.Store(c + 1 * g.CRow); s11.Store(c + 1 * g.CRow + 16); s12.Store(c + 1 * g.CRow + 32); s13.Store(c + 1 * g.CRow + 48);
        s20.Store(c + 2 * g.CRow); s21.Store(c + 2 * g.CRow + 16); s22.Store(c + 2 * g.CRow + 32); s23.Store(c + 2 * g.CRow + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x4(in ChainGemm g, int row, int lane)
    {
        float* c = g.C + row * g.CRow + lane, a = g.A + row * g.ARow, b = g.B + lane;
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        Vector512<float> s00, s01, s02, s03, s10, s11, s12, s13;
        if (g.FromZero) s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = Vector512.Create(-0f); // the one number to which any other is added as it is
        else
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16); s02 = Vector512.Load(c + 32); s03 = Vector512.Load(c + 48);
            s10 = Vector512.Load(c + 1 * g.CRow); s11 = Vector512.Load(c + 1 * g.CRow + 16); s12 = Vector512.Load(c + 1 * g.CRow + 32); s13 = Vector512.Load(c + 1 * g.CRow + 48);
        }
        for (int chain = g.Depth / Chain; chain > 0; chain--)
        {
            Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default, c10 = default, c11 = default, c12 = default, c13 = default;
            for (int k = 0; k < Chain; k++, a += aStep, b += bStep)
            {
                Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16), b2 = Vector512.Load(b + 32), b3 = Vector512.Load(b + 48);
                Vector512<float> x = Vector512.Create(*a);
                c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
                c02 = Vector512.FusedMultiplyAdd(x, b2, c02);
                c03 = Vector512.FusedMultiplyAdd(x, b3, c03);
                x = Vector512.Create(a[aRow]);
                c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
                c12 = Vector512.FusedMultiplyAdd(x, b2, c12);
                c13 = Vector512.FusedMultiplyAdd(x, b3, c13);
            }
            s00 += c00; s01 += c01; s02 += c02; s03 += c03;
            s10 += c10; s11 += c11; s12 += c12; s13 += c13;
        }
        s00.Store(c); s01.Store(c + 16); s02.Store(c + 32); s03.Store(c + 48);
        s10.Store(c + 1 * g.CRow); s11.Store(c + 1 * g.CRow + 16); s12.Store(c + 1 * g.CRow + 32); s13.Store(c + 1 * g.CRow + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2(in ChainGemm g, int row, int lane)
    {
        float* c = g.C + row * g.CRow + lane, a = g.A + row * g.ARow, b = g.B + lane;
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        Vector512<float> s00, s01, s10, s11, s20, s21, s30, s31, s40, s41, s50, s51;
        if (g.FromZero) s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = s40 = s41 = s50 = s51 = Vector512.Create(-0f); // the one number to which any other is added as it is
        else
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16);
            s10 = Vector512.Load(c + 1 * g.CRow); s11 = Vector512.Load(c + 1 * g.CRow + 16);
            s20 = Vector512.Load(c + 2 * g.CRow); s21 = Vector512.Load(c + 2 * g.CRow + 16);
            s30 = Vector512.Load(c + 3 * g.CRow); s31 = Vector512.Load(c + 3 * g.CRow + 16);
            s40 = Vector512.Load(c + 4 * g.CRow); s41 = Vector512.Load(c + 4 * g.CRow + 16);
            s50 = Vector512.Load(c + 5 * g.CRow); s51 = Vector512.Load(c + 5 * g.CRow + 16);
        }
        for (int chain = g.Depth / Chain; chain > 0; chain--)
        {
            Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
            for (int k = 0; k < Chain; k++, a += aStep, b += bStep)
            {
                Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
                Vector512<float> x = Vector512.Create(*a);
                c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
                x = Vector512.Create(a[aRow]);
                c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
                x = Vector512.Create(a[2 * aRow]);
                c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
                c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
                x = Vector512.Create(a[3 * aRow]);
                c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
                c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
                x = Vector512.Create(a[4 * aRow]);
                c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
                c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
                x = Vector512.Create(a[5 * aRow]);
                c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
                c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            }
            s00 += c00; s01 += c01;
            s10 += c10; s11 += c11;
            s20 += c20; s21 += c21;
            s30 += c30; s31 += c31;
            s40 += c40; s41 += c41;
            s50 += c50; s51 += c51;
        }
        s00.Store(c); s01.Store(c + 16);
        s10.Store(c + 1 * g.CRow); s11.Store(c + 1 * g.CRow + 16);
        s20.Store(c + 2 * g.CRow); s21.Store(c + 2 * g.CRow + 16);
        s30.Store(c + 3 * g.CRow); s31.Store(c + 3 * g.CRow + 16);
        s40.Store(c + 4 * g.CRow); s41.Store(c + 4 * g.CRow + 16);
        s50.Store(c + 5 * g.CRow); s51.Store(c + 5 * g.CRow + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(in ChainGemm g, int row, int lane)
    {
        float* c = g.C + row * g.CRow + lane, a = g.A + row * g.ARow, b = g.B + lane;
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        Vector512<float> s00, s01, s10, s11, s20, s21, s30, s31;
        if (g.FromZero) s00 = s01 = s10 = s11 = s20 = s21 = s30 = s31 = Vector512.Create(-0f); // the one number to which any other is added as it is
        else
        {
            s00 = Vector512.Load(c); s01 = Vector512.Load(c + 16);
            s10 = Vector512.Load(c + 1 * g.CRow); s11 = Vector512.Load(c + 1 * g.CRow + 16);
            s20 = Vector512.Load(c + 2 * g.CRow); s21 = Vector512.Load(c + 2 * g.CRow + 16);
            s30 = Vector512.Load(c + 3 * g.CRow); s31 = Vector512.Load(c + 3 * g.CRow + 16);
        }
        for (int chain = g.Depth / Chain; chain > 0; chain--)
        {
            Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
            for (int k = 0; k < Chain; k++, a += aStep, b += bStep)
            {
                Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
                Vector512<float> x = Vector512.Create(*a);
                c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
                c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
                x = Vector512.Create(a[aRow]);
                c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
                c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
                x = Vector512.Create(a[2 * aRow]);
                c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
                c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
                x = Vector512.Create(a[3 * aRow]);
                c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
                c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            }
            s00 += c00; s01 += c01;
            s10 += c10; s11 += c11;
            s20 += c20; s21 += c21;
            s30 += c30; s31 += c31;
        }
        s00.Store(c); s01.Store(c + 16);
        s10.Store(c + 1 * g.CRow); s11.Store(c + 1 * g.CRow + 16);
        s20.Store(c + 2 * g.CRow); s21.Store(c + 2 * g.CRow + 16);
        s30.Store(c + 3 * g.CRow); s31.Store(c + 3 * g.CRow + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1(in ChainGemm g, int row, int lane)
    {
        float* c = g.C + row * g.CRow + lane, a = g.A + row * g.ARow, b = g.B + lane;
        long aRow = g.ARow, aStep = g.AStep, bStep = g.BStep;
        Vector512<float> s00, s10, s20, s30, s40, s50, s60, s70;
        if (g.FromZero) s00 = s10 = s20 = s30 = s40 = s50 = s60 = s70 = Vector512.Create(-0f); // the one number to which any other is added as it is
        else
        {
            s00 = Vector512.Load(c);
            s10 = Vector512.Load(c + 1 * g.CRow);
            s20 = Vector512.Load(c + 2 * g.CRow);
            s30 = Vector512.Load(c + 3 * g.CRow);
            s40 = Vector512.Load(c + 4 * g.CRow);
            s50 = Vector512.Load(c + 5 * g.CRow);
            s60 = Vector512.Load(c + 6 * g.CRow);
            s70 = Vector512.Load(c + 7 * g.CRow);
        }
        for (int chain = g.Depth / Chain; chain > 0; chain--)
        {
            Vector512<float> c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default, c60 = default, c70 = default;
            for (int k = 0; k < Chain; k++, a += aStep, b += bStep)
            {
                Vector512<float> b0 = Vector512.Load(b);
                Vector512<float> x = Vector512.Create(*a);
                c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
                x = Vector512.Create(a[aRow]);
                c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
                x = Vector512.Create(a[2 * aRow]);
                c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
                x = Vector512.Create(a[3 * aRow]);
                c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
                x = Vector512.Create(a[4 * aRow]);
                c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
                x = Vector512.Create(a[5 * aRow]);
                c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
                x = Vector512.Create(a[6 * aRow]);
                c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
                x = Vector512.Create(a[7 * aRow]);
                c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            }
            s00 += c00;
            s10 += c10;
            s20 += c20;
            s30 += c30;
            s40 += c40;
            s50 += c50;
            s60 += c60;
            s70 += c70;
        }
        s00.Store(c);
        s10.Store(c + 1 * g.CRow);
        s20.Store(c + 2 * g.CRow);
        s30.Store(c + 3 * g.CRow);
        s40.Store(c + 4 * g.CRow);
        s50.Store(c + 5 * g.CRow);
        s60.Store(c + 6 * g.CRow);
        s70.Store(c + 7 * g.CRow);
    }
}
