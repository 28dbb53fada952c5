using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Convolution of a lone channel by 3 x 3 taps: the weights of two vectors of channels stay in registers, 18 of the 32 there are, while four pixels at a time go by.
/// In <see cref="TapGemm"/> nine steps would pay for a tile's beginning and end.</summary>
internal unsafe struct LoneChannel
{
    /// <summary>Pixels that go together.</summary>
    public const int Together = 4;

    /// <summary>The first pixel's window, its kernel rows, and its result.</summary>
    public float* Source, Result;
    public long Second, Third;

    /// <summary>Weights [tap][channel], from one tap to the next.</summary>
    public float* Weights;
    public long Tap;

    /// <summary>Where sums begin; null for 0.</summary>
    public float* Init;

    /// <summary>From a pixel to the next and from a row to the next, in source and result.</summary>
    public long Step, ResultStep, Row, ResultRow;

    /// <summary>Pixels of a row, at least four, and rows.</summary>
    public int Count, Rows;

    /// <summary>Whether a sum below zero becomes zero.</summary>
    public bool Relu;

    /// <summary>All pixels, two vectors of channels. The last four of a row may be computed twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Tile4x2<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* b = Weights;
        TV w000 = TS.Load(b), w001 = TS.Load(b + TS.Count);
        b += Tap;
        TV w010 = TS.Load(b), w011 = TS.Load(b + TS.Count);
        b += Tap;
        TV w020 = TS.Load(b), w021 = TS.Load(b + TS.Count);
        b += Tap;
        TV w100 = TS.Load(b), w101 = TS.Load(b + TS.Count);
        b += Tap;
        TV w110 = TS.Load(b), w111 = TS.Load(b + TS.Count);
        b += Tap;
        TV w120 = TS.Load(b), w121 = TS.Load(b + TS.Count);
        b += Tap;
        TV w200 = TS.Load(b), w201 = TS.Load(b + TS.Count);
        b += Tap;
        TV w210 = TS.Load(b), w211 = TS.Load(b + TS.Count);
        b += Tap;
        TV w220 = TS.Load(b), w221 = TS.Load(b + TS.Count);
        TV init0 = Init == null ? default : TS.Load(Init), init1 = Init == null ? default : TS.Load(Init + TS.Count);
        long step = Step, next = ResultStep, second = Second, third = Third;
        float* row = Source, result = Result;
        for (int i = 0; i < Rows; i++, row += Row, result += ResultRow)
            for (int left = Count, more; left > 0; left -= more)
            {
                int at = Math.Min(Count - left, Count - Together);
                more = Count - left - at == 0 ? Together : left;
                float* a = row + at * step, c = result + at * next;
                TV c00 = init0, c01 = init1, c10 = init0, c11 = init1, c20 = init0, c21 = init1, c30 = init0, c31 = init1, x;
                x = TS.Create(a[0]);
                c00 = TS.Fma(x, w000, c00);
                c01 = TS.Fma(x, w001, c01);
                x = TS.Create(a[step]);
                c10 = TS.Fma(x, w000, c10);
                c11 = TS.Fma(x, w001, c11);
                x = TS.Create(a[2 * step]);
                c20 = TS.Fma(x, w000, c20);
                c21 = TS.Fma(x, w001, c21);
                x = TS.Create(a[3 * step]);
                c30 = TS.Fma(x, w000, c30);
                c31 = TS.Fma(x, w001, c31);
                x = TS.Create(a[1]);
                c00 = TS.Fma(x, w010, c00);
                c01 = TS.Fma(x, w011, c01);
                x = TS.Create(a[step + 1]);
                c10 = TS.Fma(x, w010, c10);
                c11 = TS.Fma(x, w011, c11);
                x = TS.Create(a[2 * step + 1]);
                c20 = TS.Fma(x, w010, c20);
                c21 = TS.Fma(x, w011, c21);
                x = TS.Create(a[3 * step + 1]);
                c30 = TS.Fma(x, w010, c30);
                c31 = TS.Fma(x, w011, c31);
                x = TS.Create(a[2]);
                c00 = TS.Fma(x, w020, c00);
                c01 = TS.Fma(x, w021, c01);
                x = TS.Create(a[step + 2]);
                c10 = TS.Fma(x, w020, c10);
                c11 = TS.Fma(x, w021, c11);
                x = TS.Create(a[2 * step + 2]);
                c20 = TS.Fma(x, w020, c20);
                c21 = TS.Fma(x, w021, c21);
                x = TS.Create(a[3 * step + 2]);
                c30 = TS.Fma(x, w020, c30);
                c31 = TS.Fma(x, w021, c31);
                a += second;
                x = TS.Create(a[0]);
                c00 = TS.Fma(x, w100, c00);
                c01 = TS.Fma(x, w101, c01);
                x = TS.Create(a[step]);
                c10 = TS.Fma(x, w100, c10);
                c11 = TS.Fma(x, w101, c11);
                x = TS.Create(a[2 * step]);
                c20 = TS.Fma(x, w100, c20);
                c21 = TS.Fma(x, w101, c21);
                x = TS.Create(a[3 * step]);
                c30 = TS.Fma(x, w100, c30);
                c31 = TS.Fma(x, w101, c31);
                x = TS.Create(a[1]);
                c00 = TS.Fma(x, w110, c00);
                c01 = TS.Fma(x, w111, c01);
                x = TS.Create(a[step + 1]);
                c10 = TS.Fma(x, w110, c10);
                c11 = TS.Fma(x, w111, c11);
                x = TS.Create(a[2 * step + 1]);
                c20 = TS.Fma(x, w110, c20);
                c21 = TS.Fma(x, w111, c21);
                x = TS.Create(a[3 * step + 1]);
                c30 = TS.Fma(x, w110, c30);
                c31 = TS.Fma(x, w111, c31);
                x = TS.Create(a[2]);
                c00 = TS.Fma(x, w120, c00);
                c01 = TS.Fma(x, w121, c01);
                x = TS.Create(a[step + 2]);
                c10 = TS.Fma(x, w120, c10);
                c11 = TS.Fma(x, w121, c11);
                x = TS.Create(a[2 * step + 2]);
                c20 = TS.Fma(x, w120, c20);
                c21 = TS.Fma(x, w121, c21);
                x = TS.Create(a[3 * step + 2]);
                c30 = TS.Fma(x, w120, c30);
                c31 = TS.Fma(x, w121, c31);
                a += third;
                x = TS.Create(a[0]);
                c00 = TS.Fma(x, w200, c00);
                c01 = TS.Fma(x, w201, c01);
                x = TS.Create(a[step]);
                c10 = TS.Fma(x, w200, c10);
                c11 = TS.Fma(x, w201, c11);
                x = TS.Create(a[2 * step]);
                c20 = TS.Fma(x, w200, c20);
                c21 = TS.Fma(x, w201, c21);
                x = TS.Create(a[3 * step]);
                c30 = TS.Fma(x, w200, c30);
                c31 = TS.Fma(x, w201, c31);
                x = TS.Create(a[1]);
                c00 = TS.Fma(x, w210, c00);
                c01 = TS.Fma(x, w211, c01);
                x = TS.Create(a[step + 1]);
                c10 = TS.Fma(x, w210, c10);
                c11 = TS.Fma(x, w211, c11);
                x = TS.Create(a[2 * step + 1]);
                c20 = TS.Fma(x, w210, c20);
                c21 = TS.Fma(x, w211, c21);
                x = TS.Create(a[3 * step + 1]);
                c30 = TS.Fma(x, w210, c30);
                c31 = TS.Fma(x, w211, c31);
                x = TS.Create(a[2]);
                c00 = TS.Fma(x, w220, c00);
                c01 = TS.Fma(x, w221, c01);
                x = TS.Create(a[step + 2]);
                c10 = TS.Fma(x, w220, c10);
                c11 = TS.Fma(x, w221, c11);
                x = TS.Create(a[2 * step + 2]);
                c20 = TS.Fma(x, w220, c20);
                c21 = TS.Fma(x, w221, c21);
                x = TS.Create(a[3 * step + 2]);
                c30 = TS.Fma(x, w220, c30);
                c31 = TS.Fma(x, w221, c31);
                TS.Store(Relu ? TS.Max(c00, default) : c00, c);
                TS.Store(Relu ? TS.Max(c01, default) : c01, c + TS.Count);
                TS.Store(Relu ? TS.Max(c10, default) : c10, c + next);
                TS.Store(Relu ? TS.Max(c11, default) : c11, c + next + TS.Count);
                TS.Store(Relu ? TS.Max(c20, default) : c20, c + 2 * next);
                TS.Store(Relu ? TS.Max(c21, default) : c21, c + 2 * next + TS.Count);
                TS.Store(Relu ? TS.Max(c30, default) : c30, c + 3 * next);
                TS.Store(Relu ? TS.Max(c31, default) : c31, c + 3 * next + TS.Count);
            }
    }
}
