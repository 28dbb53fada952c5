using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The share of single images in one tap of a depthwise convolution's weight gradient, channels in the lanes.</summary>
internal unsafe struct Conv2dDepthwiseWeights : ISimdWork
{
    public Conv2dGeometry G;
    public TapAxis Rows, Columns;
    public GradientPart Part;

    /// <summary>The tap.</summary>
    public int U, V;

    /// <summary>x, dy, and the part's sums, [channel][tap].</summary>
    public float* X, Dy, Sums;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int from = 0, to = G.OutWidth, c = 0;
        while (from < to && !Columns.Sees(from, V)) from++;
        while (from < to && !Columns.Sees(to - 1, V)) to--;
        for (; c + 4 * TS.Count <= G.Groups; c += 4 * TS.Count) Four<TV, TS>(c, from, to);
        for (; c + TS.Count <= G.Groups; c += TS.Count) One<TV, TS>(c, from, to);
        for (; c < G.Groups; c++) One<float, Simd1>(c, from, to);
    }

    /// <summary>The pixels of x under output row i of an image, and of dy, from output column j on.</summary>
    private readonly (long X, long Dy) At(int image, int i, int j)
    {
        int h = i * G.Stride.Height - G.Padding.Top + U * G.Dilation.Height, w = j * G.Stride.Width - G.Padding.Left + V * G.Dilation.Width;
        return ((((long)image * G.InHeight + h) * G.InWidth + w) * G.Groups, (((long)image * G.OutHeight + i) * G.OutWidth + j) * G.Groups);
    }

    /// <summary>Four vectors of channels: each waits for its own sum alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Four<TV, TS>(int c, int from, int to) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV first = default, second = default, third = default, fourth = default;
        long move = (long)G.Stride.Width * G.Groups;
        for (int image = Part.From; image < Part.To; image++)
            for (int i = Part.FirstRow; i < Part.LastRow; i++)
            {
                if (!Rows.Sees(i, U)) continue;
                (long atX, long atDy) = At(image, i, from);
                float* x = X + atX + c, dy = Dy + atDy + c;
                for (int j = from; j < to; j++, x += move, dy += G.Groups)
                {
                    first = TS.Fma(TS.Load(x), TS.Load(dy), first);
                    second = TS.Fma(TS.Load(x + TS.Count), TS.Load(dy + TS.Count), second);
                    third = TS.Fma(TS.Load(x + 2 * TS.Count), TS.Load(dy + 2 * TS.Count), third);
                    fourth = TS.Fma(TS.Load(x + 3 * TS.Count), TS.Load(dy + 3 * TS.Count), fourth);
                }
            }
        Store<TV, TS>(first, c);
        Store<TV, TS>(second, c + TS.Count);
        Store<TV, TS>(third, c + 2 * TS.Count);
        Store<TV, TS>(fourth, c + 3 * TS.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void One<TV, TS>(int c, int from, int to) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV sum = default;
        for (int image = Part.From; image < Part.To; image++)
            for (int i = Part.FirstRow; i < Part.LastRow; i++)
            {
                if (!Rows.Sees(i, U)) continue;
                (long x, long dy) = At(image, i, from);
                for (int j = from; j < to; j++, x += (long)G.Stride.Width * G.Groups, dy += G.Groups) sum = TS.Fma(TS.Load(X + x + c), TS.Load(Dy + dy + c), sum);
            }
        Store<TV, TS>(sum, c);
    }

    private readonly void Store<TV, TS>(TV sum, int c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* lanes = stackalloc float[16];
        TS.Store(sum, lanes);
        int taps = G.Kernel.Height * G.Kernel.Width;
        for (int i = 0; i < TS.Count; i++) Sums[(long)(c + i) * taps + U * G.Kernel.Width + V] = lanes[i];
    }
}
