using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The same as <see cref="PlaneTile"/> for two vectors of pixels, where there are 32 registers.</summary>
internal static unsafe class PlanePair
{
    private const int Pitch = PlaneTaps.Pitch;

    /// <summary>sums [channel][pixel]; their memory is used on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8x2<TV, TS>(in PlaneTaps t, float* weights, float* init, int lane, float* sums) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV one = TS.Create(1), c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
        if (init != null)
        {
            c00 = c01 = TS.Create(init[0]);
            c10 = c11 = TS.Create(init[1]);
            c20 = c21 = TS.Create(init[2]);
            c30 = c31 = TS.Create(init[3]);
            c40 = c41 = TS.Create(init[4]);
            c50 = c51 = TS.Create(init[5]);
            c60 = c61 = TS.Create(init[6]);
            c70 = c71 = TS.Create(init[7]);
        }
        else c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = default;
        long row = t.Row, step = t.Step, next = t.Channel;
        for (int u = 0; u < t.DownTaps; u++)
        {
            PlaneTap* down = t.Down + u;
            if (t.To < down->Low || t.From > down->High) continue; // none of these rows sees it
            float* rowMask = t.From < down->Low || t.To > down->High ? down->Mask + lane : null;
            for (int v = 0; v < t.AcrossTaps; v++)
            {
                PlaneTap* across = t.Across + v;
                float* a = weights + down->Tap * t.KernelWidth + across->Tap, low = a + 4 * row, b = t.Planes + down->Offset + across->Offset + lane;
                float* mask = across->Mask == null ? rowMask : across->Mask + lane, second = across->Mask == null ? null : rowMask;
                int k = t.Channels;
                if (mask != null && k == 1)
                {
                    TV m0 = second == null ? TS.Load(mask) : TS.Multiply(TS.Load(mask), TS.Load(second));
                    TV m1 = second == null ? TS.Load(mask + TS.Count) : TS.Multiply(TS.Load(mask + TS.Count), TS.Load(second + TS.Count));
                    TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), x = TS.Create(*a);
                    c00 = TS.IfEqual(m0, one, TS.Fma(x, b0, c00), c00);
                    c01 = TS.IfEqual(m1, one, TS.Fma(x, b1, c01), c01);
                    x = TS.Create(a[row]);
                    c10 = TS.IfEqual(m0, one, TS.Fma(x, b0, c10), c10);
                    c11 = TS.IfEqual(m1, one, TS.Fma(x, b1, c11), c11);
                    x = TS.Create(a[2 * row]);
                    c20 = TS.IfEqual(m0, one, TS.Fma(x, b0, c20), c20);
                    c21 = TS.IfEqual(m1, one, TS.Fma(x, b1, c21), c21);
                    x = TS.Create(a[3 * row]);
                    c30 = TS.IfEqual(m0, one, TS.Fma(x, b0, c30), c30);
                    c31 = TS.IfEqual(m1, one, TS.Fma(x, b1, c31), c31);
                    x = TS.Create(*low);
                    c40 = TS.IfEqual(m0, one, TS.Fma(x, b0, c40), c40);
                    c41 = TS.IfEqual(m1, one, TS.Fma(x, b1, c41), c41);
                    x = TS.Create(low[row]);
                    c50 = TS.IfEqual(m0, one, TS.Fma(x, b0, c50), c50);
                    c51 = TS.IfEqual(m1, one, TS.Fma(x, b1, c51), c51);
                    x = TS.Create(low[2 * row]);
                    c60 = TS.IfEqual(m0, one, TS.Fma(x, b0, c60), c60);
                    c61 = TS.IfEqual(m1, one, TS.Fma(x, b1, c61), c61);
                    x = TS.Create(low[3 * row]);
                    c70 = TS.IfEqual(m0, one, TS.Fma(x, b0, c70), c70);
                    c71 = TS.IfEqual(m1, one, TS.Fma(x, b1, c71), c71);
                    continue;
                }
                if (mask != null)
                {
                    TS.Store(c00, sums); TS.Store(c01, sums + TS.Count);
                    TS.Store(c10, sums + Pitch); TS.Store(c11, sums + Pitch + TS.Count);
                    TS.Store(c20, sums + 2 * Pitch); TS.Store(c21, sums + 2 * Pitch + TS.Count);
                    TS.Store(c30, sums + 3 * Pitch); TS.Store(c31, sums + 3 * Pitch + TS.Count);
                    TS.Store(c40, sums + 4 * Pitch); TS.Store(c41, sums + 4 * Pitch + TS.Count);
                    TS.Store(c50, sums + 5 * Pitch); TS.Store(c51, sums + 5 * Pitch + TS.Count);
                    TS.Store(c60, sums + 6 * Pitch); TS.Store(c61, sums + 6 * Pitch + TS.Count);
                    TS.Store(c70, sums + 7 * Pitch); TS.Store(c71, sums + 7 * Pitch + TS.Count);
                }
                do
                {
                    TV b0 = TS.Load(b), b1 = TS.Load(b + TS.Count), x = TS.Create(*a);
                    c00 = TS.Fma(x, b0, c00);
                    c01 = TS.Fma(x, b1, c01);
                    x = TS.Create(a[row]);
                    c10 = TS.Fma(x, b0, c10);
                    c11 = TS.Fma(x, b1, c11);
                    x = TS.Create(a[2 * row]);
                    c20 = TS.Fma(x, b0, c20);
                    c21 = TS.Fma(x, b1, c21);
                    x = TS.Create(a[3 * row]);
                    c30 = TS.Fma(x, b0, c30);
                    c31 = TS.Fma(x, b1, c31);
                    x = TS.Create(*low);
                    c40 = TS.Fma(x, b0, c40);
                    c41 = TS.Fma(x, b1, c41);
                    x = TS.Create(low[row]);
                    c50 = TS.Fma(x, b0, c50);
                    c51 = TS.Fma(x, b1, c51);
                    x = TS.Create(low[2 * row]);
                    c60 = TS.Fma(x, b0, c60);
                    c61 = TS.Fma(x, b1, c61);
                    x = TS.Create(low[3 * row]);
                    c70 = TS.Fma(x, b0, c70);
                    c71 = TS.Fma(x, b1, c71);
                    a += step;
                    low += step;
                    b += next;
                }
                while (--k != 0);
                if (mask != null)
                {
                    TV m0 = second == null ? TS.Load(mask) : TS.Multiply(TS.Load(mask), TS.Load(second));
                    TV m1 = second == null ? TS.Load(mask + TS.Count) : TS.Multiply(TS.Load(mask + TS.Count), TS.Load(second + TS.Count));
                    c00 = TS.IfEqual(m0, one, c00, TS.Load(sums));
                    c01 = TS.IfEqual(m1, one, c01, TS.Load(sums + TS.Count));
                    c10 = TS.IfEqual(m0, one, c10, TS.Load(sums + Pitch));
                    c11 = TS.IfEqual(m1, one, c11, TS.Load(sums + Pitch + TS.Count));
                    c20 = TS.IfEqual(m0, one, c20, TS.Load(sums + 2 * Pitch));
                    c21 = TS.IfEqual(m1, one, c21, TS.Load(sums + 2 * Pitch + TS.Count));
                    c30 = TS.IfEqual(m0, one, c30, TS.Load(sums + 3 * Pitch));
                    c31 = TS.IfEqual(m1, one, c31, TS.Load(sums + 3 * Pitch + TS.Count));
                    c40 = TS.IfEqual(m0, one, c40, TS.Load(sums + 4 * Pitch));
                    c41 = TS.IfEqual(m1, one, c41, TS.Load(sums + 4 * Pitch + TS.Count));
                    c50 = TS.IfEqual(m0, one, c50, TS.Load(sums + 5 * Pitch));
                    c51 = TS.IfEqual(m1, one, c51, TS.Load(sums + 5 * Pitch + TS.Count));
                    c60 = TS.IfEqual(m0, one, c60, TS.Load(sums + 6 * Pitch));
                    c61 = TS.IfEqual(m1, one, c61, TS.Load(sums + 6 * Pitch + TS.Count));
                    c70 = TS.IfEqual(m0, one, c70, TS.Load(sums + 7 * Pitch));
                    c71 = TS.IfEqual(m1, one, c71, TS.Load(sums + 7 * Pitch + TS.Count));
                }
            }
        }
        TS.Store(t.Relu ? TS.Max(c00, default) : c00, sums);
        TS.Store(t.Relu ? TS.Max(c01, default) : c01, sums + TS.Count);
        TS.Store(t.Relu ? TS.Max(c10, default) : c10, sums + Pitch);
        TS.Store(t.Relu ? TS.Max(c11, default) : c11, sums + Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c20, default) : c20, sums + 2 * Pitch);
        TS.Store(t.Relu ? TS.Max(c21, default) : c21, sums + 2 * Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c30, default) : c30, sums + 3 * Pitch);
        TS.Store(t.Relu ? TS.Max(c31, default) : c31, sums + 3 * Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c40, default) : c40, sums + 4 * Pitch);
        TS.Store(t.Relu ? TS.Max(c41, default) : c41, sums + 4 * Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c50, default) : c50, sums + 5 * Pitch);
        TS.Store(t.Relu ? TS.Max(c51, default) : c51, sums + 5 * Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c60, default) : c60, sums + 6 * Pitch);
        TS.Store(t.Relu ? TS.Max(c61, default) : c61, sums + 6 * Pitch + TS.Count);
        TS.Store(t.Relu ? TS.Max(c70, default) : c70, sums + 7 * Pitch);
        TS.Store(t.Relu ? TS.Max(c71, default) : c71, sums + 7 * Pitch + TS.Count);
    }
}
