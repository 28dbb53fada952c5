using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The register tile of <see cref="Conv2dPlanes"/>: sums of eight channels of the result and a vector of pixels. A lane that does not see a tap gets back the sum
/// it had before: a product with a zero around the image would turn -0 to 0, and infinite weights to NaN.</summary>
internal static unsafe class PlaneTile
{
    private const int Pitch = PlaneTaps.Pitch;

    /// <summary>sums [channel][pixel]; their memory is used on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8x1<TV, TS>(in PlaneTaps t, float* weights, float* init, int lane, float* sums) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV one = TS.Create(1), c00, c10, c20, c30, c40, c50, c60, c70;
        if (init != null)
        {
            c00 = TS.Create(init[0]);
            c10 = TS.Create(init[1]);
            c20 = TS.Create(init[2]);
            c30 = TS.Create(init[3]);
            c40 = TS.Create(init[4]);
            c50 = TS.Create(init[5]);
            c60 = TS.Create(init[6]);
            c70 = TS.Create(init[7]);
        }
        else c00 = c10 = c20 = c30 = c40 = c50 = c60 = c70 = default;
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
                    TV b0 = TS.Load(b), x = TS.Create(*a);
                    c00 = TS.IfEqual(m0, one, TS.Fma(x, b0, c00), c00);
                    x = TS.Create(a[row]);
                    c10 = TS.IfEqual(m0, one, TS.Fma(x, b0, c10), c10);
                    x = TS.Create(a[2 * row]);
                    c20 = TS.IfEqual(m0, one, TS.Fma(x, b0, c20), c20);
                    x = TS.Create(a[3 * row]);
                    c30 = TS.IfEqual(m0, one, TS.Fma(x, b0, c30), c30);
                    x = TS.Create(*low);
                    c40 = TS.IfEqual(m0, one, TS.Fma(x, b0, c40), c40);
                    x = TS.Create(low[row]);
                    c50 = TS.IfEqual(m0, one, TS.Fma(x, b0, c50), c50);
                    x = TS.Create(low[2 * row]);
                    c60 = TS.IfEqual(m0, one, TS.Fma(x, b0, c60), c60);
                    x = TS.Create(low[3 * row]);
                    c70 = TS.IfEqual(m0, one, TS.Fma(x, b0, c70), c70);
                    continue;
                }
                if (mask != null)
                {
                    TS.Store(c00, sums);
                    TS.Store(c10, sums + Pitch);
                    TS.Store(c20, sums + 2 * Pitch);
                    TS.Store(c30, sums + 3 * Pitch);
                    TS.Store(c40, sums + 4 * Pitch);
                    TS.Store(c50, sums + 5 * Pitch);
                    TS.Store(c60, sums + 6 * Pitch);
                    TS.Store(c70, sums + 7 * Pitch);
                }
                do
                {
                    TV b0 = TS.Load(b), x = TS.Create(*a);
                    c00 = TS.Fma(x, b0, c00);
                    x = TS.Create(a[row]);
                    c10 = TS.Fma(x, b0, c10);
                    x = TS.Create(a[2 * row]);
                    c20 = TS.Fma(x, b0, c20);
                    x = TS.Create(a[3 * row]);
                    c30 = TS.Fma(x, b0, c30);
                    x = TS.Create(*low);
                    c40 = TS.Fma(x, b0, c40);
                    x = TS.Create(low[row]);
                    c50 = TS.Fma(x, b0, c50);
                    x = TS.Create(low[2 * row]);
                    c60 = TS.Fma(x, b0, c60);
                    x = TS.Create(low[3 * row]);
                    c70 = TS.Fma(x, b0, c70);
                    a += step;
                    low += step;
                    b += next;
                }
                while (--k != 0);
                if (mask != null)
                {
                    TV m0 = second == null ? TS.Load(mask) : TS.Multiply(TS.Load(mask), TS.Load(second));
                    c00 = TS.IfEqual(m0, one, c00, TS.Load(sums));
                    c10 = TS.IfEqual(m0, one, c10, TS.Load(sums + Pitch));
                    c20 = TS.IfEqual(m0, one, c20, TS.Load(sums + 2 * Pitch));
                    c30 = TS.IfEqual(m0, one, c30, TS.Load(sums + 3 * Pitch));
                    c40 = TS.IfEqual(m0, one, c40, TS.Load(sums + 4 * Pitch));
                    c50 = TS.IfEqual(m0, one, c50, TS.Load(sums + 5 * Pitch));
                    c60 = TS.IfEqual(m0, one, c60, TS.Load(sums + 6 * Pitch));
                    c70 = TS.IfEqual(m0, one, c70, TS.Load(sums + 7 * Pitch));
                }
            }
        }
        TS.Store(t.Relu ? TS.Max(c00, default) : c00, sums);
        TS.Store(t.Relu ? TS.Max(c10, default) : c10, sums + Pitch);
        TS.Store(t.Relu ? TS.Max(c20, default) : c20, sums + 2 * Pitch);
        TS.Store(t.Relu ? TS.Max(c30, default) : c30, sums + 3 * Pitch);
        TS.Store(t.Relu ? TS.Max(c40, default) : c40, sums + 4 * Pitch);
        TS.Store(t.Relu ? TS.Max(c50, default) : c50, sums + 5 * Pitch);
        TS.Store(t.Relu ? TS.Max(c60, default) : c60, sums + 6 * Pitch);
        TS.Store(t.Relu ? TS.Max(c70, default) : c70, sums + 7 * Pitch);
    }
}
