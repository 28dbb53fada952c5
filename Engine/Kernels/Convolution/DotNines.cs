using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>Dots of whole output rows of a 3 x 3 kernel on a lone input channel, padded (<see cref="PaddedPlane"/>), or of a kernel row on three: the nine taps of three output channels
/// stay in registers for all pixels, so each number of dy is read once, or three times, and what <see cref="TapDot"/> writes back between calls stays where it is.</summary>
/// <remarks>C[tap, output, lane] += sum over rows, pixels, vectors k of dy[pixel, output, k*16 + lane] * x[pixel + tap, k*16 + lane]. Three outputs fill the 32 registers of
/// AVX-512, one the 16 of AVX2. The sums of dy alone are the gradient of the bias.</remarks>
internal unsafe struct DotNines : ISimdWork
{
    /// <summary>Pixels ahead of which dy is fetched into L1: at most 12 of a power of two apart have room there.</summary>
    private const int Ahead = 8;

    /// <summary>dy of the first pixel and output, x of its first tap, the sums, and those of the bias, [output][16], or null.</summary>
    public float* A, B, C, Bias;

    /// <summary>Output channels, output rows, pixels of a row, and groups of 16 images.</summary>
    public int Outputs, Rows, Pixels, Vectors;

    /// <summary>Strides in floats: an output channel of dy, a pixel of it; a kernel row and column of x (or a column and channel), an output pixel and row; a tap of the sums.</summary>
    public long ARow, APixel, BRow, BColumn, BPixel, BLine, CTap;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int high = TS.Count == 16 ? 3 : 1;
        for (int output = 0, count; output < Outputs; output += count)
        {
            count = Outputs - output < high ? 1 : high;
            for (int lane = 0; lane < TapDot.Lanes; lane += TS.Count)
                if (count == 3) Tile3x9<TV, TS>(output, lane);
                else Tile1x9<TV, TS>(output, lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Tile1x9<TV, TS>(int output, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = C + output * TapDot.Lanes + lane, sums = Bias == null ? null : Bias + output * TapDot.Lanes + lane;
        long cTap = CTap, aRow = ARow, bRow = BRow, bColumn = BColumn, ahead = Ahead * APixel;
        TV c00 = TS.Load(c);
        TV c01 = TS.Load(c + cTap);
        TV c02 = TS.Load(c + 2 * cTap);
        TV c03 = TS.Load(c + 3 * cTap);
        TV c04 = TS.Load(c + 4 * cTap);
        TV c05 = TS.Load(c + 5 * cTap);
        TV c06 = TS.Load(c + 6 * cTap);
        TV c07 = TS.Load(c + 7 * cTap);
        TV c08 = TS.Load(c + 8 * cTap);
        float* dy = A + output * aRow + lane;
        for (int i = 0; i < Rows; i++)
        {
            float* x = B + i * BLine + lane;
            for (int j = Pixels; j > 0; j--, dy += APixel, x += BPixel)
            {
                float* a = dy, b = x, b1 = x + bRow, b2 = b1 + bRow;
                int k = Vectors;
                do
                {
                    TV d0 = TS.Load(a);
                    if (Sse.IsSupported)
                    {
                        float* next = a + ahead;
                        Sse.Prefetch0(next);
                    }
                    TV value = TS.Load(b);
                    c00 = TS.Fma(d0, value, c00);
                    value = TS.Load(b + bColumn);
                    c01 = TS.Fma(d0, value, c01);
                    value = TS.Load(b + 2 * bColumn);
                    c02 = TS.Fma(d0, value, c02);
                    value = TS.Load(b1);
                    c03 = TS.Fma(d0, value, c03);
                    value = TS.Load(b1 + bColumn);
                    c04 = TS.Fma(d0, value, c04);
                    value = TS.Load(b1 + 2 * bColumn);
                    c05 = TS.Fma(d0, value, c05);
                    value = TS.Load(b2);
                    c06 = TS.Fma(d0, value, c06);
                    value = TS.Load(b2 + bColumn);
                    c07 = TS.Fma(d0, value, c07);
                    value = TS.Load(b2 + 2 * bColumn);
                    c08 = TS.Fma(d0, value, c08);
                    a += TapDot.Lanes;
                    b += TapDot.Lanes;
                    b1 += TapDot.Lanes;
                    b2 += TapDot.Lanes;
                }
                while (--k != 0);
                if (sums == null) continue;
                a = dy; // in L1 now; its sums would not fit in the registers beside the others
                TV s0 = TS.Load(sums);
                for (k = Vectors; k > 0; k--, a += TapDot.Lanes)
                {
                    s0 = TS.Add(s0, TS.Load(a));
                }
                TS.Store(s0, sums);
            }
        }
        TS.Store(c00, c);
        TS.Store(c01, c + cTap);
        TS.Store(c02, c + 2 * cTap);
        TS.Store(c03, c + 3 * cTap);
        TS.Store(c04, c + 4 * cTap);
        TS.Store(c05, c + 5 * cTap);
        TS.Store(c06, c + 6 * cTap);
        TS.Store(c07, c + 7 * cTap);
        TS.Store(c08, c + 8 * cTap);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Tile3x9<TV, TS>(int output, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* c = C + output * TapDot.Lanes + lane, sums = Bias == null ? null : Bias + output * TapDot.Lanes + lane;
        long cTap = CTap, aRow = ARow, bRow = BRow, bColumn = BColumn, ahead = Ahead * APixel;
        TV c00 = TS.Load(c), c10 = TS.Load(c + TapDot.Lanes), c20 = TS.Load(c + 2 * TapDot.Lanes);
        TV c01 = TS.Load(c + cTap), c11 = TS.Load(c + cTap + TapDot.Lanes), c21 = TS.Load(c + cTap + 2 * TapDot.Lanes);
        TV c02 = TS.Load(c + 2 * cTap), c12 = TS.Load(c + 2 * cTap + TapDot.Lanes), c22 = TS.Load(c + 2 * cTap + 2 * TapDot.Lanes);
        TV c03 = TS.Load(c + 3 * cTap), c13 = TS.Load(c + 3 * cTap + TapDot.Lanes), c23 = TS.Load(c + 3 * cTap + 2 * TapDot.Lanes);
        TV c04 = TS.Load(c + 4 * cTap), c14 = TS.Load(c + 4 * cTap + TapDot.Lanes), c24 = TS.Load(c + 4 * cTap + 2 * TapDot.Lanes);
        TV c05 = TS.Load(c + 5 * cTap), c15 = TS.Load(c + 5 * cTap + TapDot.Lanes), c25 = TS.Load(c + 5 * cTap + 2 * TapDot.Lanes);
        TV c06 = TS.Load(c + 6 * cTap), c16 = TS.Load(c + 6 * cTap + TapDot.Lanes), c26 = TS.Load(c + 6 * cTap + 2 * TapDot.Lanes);
        TV c07 = TS.Load(c + 7 * cTap), c17 = TS.Load(c + 7 * cTap + TapDot.Lanes), c27 = TS.Load(c + 7 * cTap + 2 * TapDot.Lanes);
        TV c08 = TS.Load(c + 8 * cTap), c18 = TS.Load(c + 8 * cTap + TapDot.Lanes), c28 = TS.Load(c + 8 * cTap + 2 * TapDot.Lanes);
        float* dy = A + output * aRow + lane;
        for (int i = 0; i < Rows; i++)
        {
            float* x = B + i * BLine + lane;
            for (int j = Pixels; j > 0; j--, dy += APixel, x += BPixel)
            {
                float* a = dy, b = x, b1 = x + bRow, b2 = b1 + bRow;
                int k = Vectors;
                do
                {
                    TV d0 = TS.Load(a), d1 = TS.Load(a + aRow), d2 = TS.Load(a + 2 * aRow);
                    if (Sse.IsSupported)
                    {
                        float* next = a + ahead;
                        Sse.Prefetch0(next);
                        Sse.Prefetch0(next + aRow);
                        Sse.Prefetch0(next + 2 * aRow);
                    }
                    TV value = TS.Load(b);
                    c00 = TS.Fma(d0, value, c00);
                    c10 = TS.Fma(d1, value, c10);
                    c20 = TS.Fma(d2, value, c20);
                    value = TS.Load(b + bColumn);
                    c01 = TS.Fma(d0, value, c01);
                    c11 = TS.Fma(d1, value, c11);
                    c21 = TS.Fma(d2, value, c21);
                    value = TS.Load(b + 2 * bColumn);
                    c02 = TS.Fma(d0, value, c02);
                    c12 = TS.Fma(d1, value, c12);
                    c22 = TS.Fma(d2, value, c22);
                    value = TS.Load(b1);
                    c03 = TS.Fma(d0, value, c03);
                    c13 = TS.Fma(d1, value, c13);
                    c23 = TS.Fma(d2, value, c23);
                    value = TS.Load(b1 + bColumn);
                    c04 = TS.Fma(d0, value, c04);
                    c14 = TS.Fma(d1, value, c14);
                    c24 = TS.Fma(d2, value, c24);
                    value = TS.Load(b1 + 2 * bColumn);
                    c05 = TS.Fma(d0, value, c05);
                    c15 = TS.Fma(d1, value, c15);
                    c25 = TS.Fma(d2, value, c25);
                    value = TS.Load(b2);
                    c06 = TS.Fma(d0, value, c06);
                    c16 = TS.Fma(d1, value, c16);
                    c26 = TS.Fma(d2, value, c26);
                    value = TS.Load(b2 + bColumn);
                    c07 = TS.Fma(d0, value, c07);
                    c17 = TS.Fma(d1, value, c17);
                    c27 = TS.Fma(d2, value, c27);
                    value = TS.Load(b2 + 2 * bColumn);
                    c08 = TS.Fma(d0, value, c08);
                    c18 = TS.Fma(d1, value, c18);
                    c28 = TS.Fma(d2, value, c28);
                    a += TapDot.Lanes;
                    b += TapDot.Lanes;
                    b1 += TapDot.Lanes;
                    b2 += TapDot.Lanes;
                }
                while (--k != 0);
                if (sums == null) continue;
                a = dy; // in L1 now; its sums would not fit in the registers beside the others
                TV s0 = TS.Load(sums), s1 = TS.Load(sums + TapDot.Lanes), s2 = TS.Load(sums + 2 * TapDot.Lanes);
                for (k = Vectors; k > 0; k--, a += TapDot.Lanes)
                {
                    s0 = TS.Add(s0, TS.Load(a));
                    s1 = TS.Add(s1, TS.Load(a + aRow));
                    s2 = TS.Add(s2, TS.Load(a + 2 * aRow));
                }
                TS.Store(s0, sums);
                TS.Store(s1, sums + TapDot.Lanes);
                TS.Store(s2, sums + 2 * TapDot.Lanes);
            }
        }
        TS.Store(c00, c); TS.Store(c10, c + TapDot.Lanes); TS.Store(c20, c + 2 * TapDot.Lanes);
        TS.Store(c01, c + cTap); TS.Store(c11, c + cTap + TapDot.Lanes); TS.Store(c21, c + cTap + 2 * TapDot.Lanes);
        TS.Store(c02, c + 2 * cTap); TS.Store(c12, c + 2 * cTap + TapDot.Lanes); TS.Store(c22, c + 2 * cTap + 2 * TapDot.Lanes);
        TS.Store(c03, c + 3 * cTap); TS.Store(c13, c + 3 * cTap + TapDot.Lanes); TS.Store(c23, c + 3 * cTap + 2 * TapDot.Lanes);
        TS.Store(c04, c + 4 * cTap); TS.Store(c14, c + 4 * cTap + TapDot.Lanes); TS.Store(c24, c + 4 * cTap + 2 * TapDot.Lanes);
        TS.Store(c05, c + 5 * cTap); TS.Store(c15, c + 5 * cTap + TapDot.Lanes); TS.Store(c25, c + 5 * cTap + 2 * TapDot.Lanes);
        TS.Store(c06, c + 6 * cTap); TS.Store(c16, c + 6 * cTap + TapDot.Lanes); TS.Store(c26, c + 6 * cTap + 2 * TapDot.Lanes);
        TS.Store(c07, c + 7 * cTap); TS.Store(c17, c + 7 * cTap + TapDot.Lanes); TS.Store(c27, c + 7 * cTap + 2 * TapDot.Lanes);
        TS.Store(c08, c + 8 * cTap); TS.Store(c18, c + 8 * cTap + TapDot.Lanes); TS.Store(c28, c + 8 * cTap + 2 * TapDot.Lanes);
    }
}
