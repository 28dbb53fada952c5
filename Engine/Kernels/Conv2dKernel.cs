using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>2-D convolution over <see cref="BatchLanes"/> activations: which taps of which rows make an output pixel, for all three passes.</summary>
/// <remarks>im2col without columns: a tap is an address (see <see cref="TapGemm"/>); taps that fall into the padding are left out of the list.
/// Forward and input gradient sum in the order kernel row, kernel column, channel. Slow twin: <c>Reference.Conv2d</c>.</remarks>
internal static unsafe class Conv2dKernel
{
    /// <summary>y = conv(x, w) + bias. x, y in batch lanes; weights by <see cref="Conv2dWeights.PackForward"/>; bias may be empty. y is overwritten.</summary>
    public static void Forward(in Conv2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, Span<float> y, bool relu = false)
    {
        Debug.Assert(x.Length == g.InputShape.Count && packed.Length == Conv2dWeights.ForwardLength(g) && y.Length == g.OutputShape.Count);
        Debug.Assert(bias.IsEmpty || bias.Length == g.OutChannels);
        fixed (float* px = x, pw = packed, pb = bias, py = y)
        {
            ForwardBody body = new() { G = g, X = px, Panels = pw, Rows = pw + Conv2dWeights.ForwardRows(g), Bias = pb, Y = py, Relu = relu };
            Work.For(BatchLanes.Blocks(g.Batch) * g.OutHeight, RowGrain(g, g.OutHeight), ref body);
        }
    }

    /// <summary>dx = convolution of dy with the turned kernel. dx, dy in batch lanes; weights by <see cref="Conv2dWeights.PackInput"/>. dx is overwritten.</summary>
    public static void BackwardInput(in Conv2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<float> packed, Span<float> dx)
    {
        Debug.Assert(dx.Length == g.InputShape.Count && packed.Length == Conv2dWeights.InputLength(g) && dy.Length == g.OutputShape.Count);
        fixed (float* pdy = dy, pw = packed, pdx = dx)
        {
            BackwardInputBody body = new() { G = g, Dy = pdy, Panels = pw, Rows = pw + Conv2dWeights.InputRows(g), Dx = pdx };
            Work.For(BatchLanes.Blocks(g.Batch) * g.InHeight, RowGrain(g, g.InHeight), ref body);
        }
    }

    /// <summary>Rows in a piece of work: about 200,000 multiply-adds, some 5 us.</summary>
    private static int RowGrain(in Conv2dGeometry g, int rows)
    {
        long perRow = g.MultiplyAdds / Math.Max(1, (long)BatchLanes.Blocks(g.Batch) * rows);
        return (int)Math.Clamp(200_000 / Math.Max(1, perRow), 1, 1 << 20);
    }

    private struct ForwardBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* X, Panels, Rows, Bias, Y;
        public bool Relu;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            int kh = G.Kernel.Height, kw = G.Kernel.Width, cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup;
            bool runs = G.Dilation.Width == 1 && G.Groups == 1; // neighbouring kernel columns then lie end to end, in x and in the packed weights
            using Scratch taps = Scratch.Rent(4L * kh * kw); // two longs a tap; not on the stack, where a kernel as large as an image would not fit
            long* tapsA = (long*)taps.Pointer, tapsB = tapsA + kh * kw;
            for (int item = from; item < to; item++)
            {
                int block = item / G.OutHeight, i = item % G.OutHeight, width = BatchLanes.Width(G.Batch, block);
                if (Conv2dNarrowKernel.Suits(width, og))
                {
                    Conv2dNarrowKernel.ForwardRow(G, block, i, X, Rows, Bias, Y, Relu);
                    continue;
                }
                float* x = X + (long)block * BatchLanes.Block * G.InHeight * G.InWidth * G.InChannels;
                float* y = Y + (long)block * BatchLanes.Block * G.OutHeight * G.OutWidth * G.OutChannels;
                for (int j = 0; j < G.OutWidth; j++)
                    for (int group = 0; group < G.Groups; group++)
                    {
                        TapGemm gemm = new()
                        {
                            A = Panels + (long)group * kh * kw * cg * og, B = x,
                            C = y + ((long)(i * G.OutWidth + j) * G.OutChannels + group * og) * width,
                            Init = Bias == null ? null : Bias + group * og, Begin = Bias == null ? SumStart.Zero : SumStart.RowBias,
                            TapsA = tapsA, TapsB = tapsB, Depth = cg, PanelDepth = kh * kw * cg, BStep = width, CRow = width, Relu = Relu,
                        };
                        int top = i * G.Stride.Height - G.Padding.Top, left = j * G.Stride.Width - G.Padding.Left;
                        for (int u = 0; u < kh; u++)
                        {
                            int h = top + u * G.Dilation.Height;
                            if ((uint)h >= (uint)G.InHeight) continue;
                            int first = 0, last = kw;
                            if (runs)
                            {
                                (first, last) = (Math.Max(0, -left), Math.Min(kw, G.InWidth - left));
                                if (first >= last) continue;
                                gemm.Depth = (last - first) * cg;
                                last = first + 1;
                            }
                            for (int v = first; v < last; v++)
                            {
                                int w = left + v * G.Dilation.Width;
                                if ((uint)w >= (uint)G.InWidth) continue;
                                tapsA[gemm.Taps] = (long)(u * kw + v) * cg;
                                tapsB[gemm.Taps++] = ((long)(h * G.InWidth + w) * G.InChannels + group * cg) * width;
                            }
                        }
                        TapGemm.Run(gemm, og, width);
                    }
            }
        }
    }

    private struct BackwardInputBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Dy, Panels, Rows, Dx;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            int kh = G.Kernel.Height, kw = G.Kernel.Width, cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup;
            using Scratch taps = Scratch.Rent(4L * kh * kw); // two longs a tap; not on the stack, where a kernel as large as an image would not fit
            long* tapsA = (long*)taps.Pointer, tapsB = tapsA + kh * kw;
            for (int item = from; item < to; item++)
            {
                int block = item / G.InHeight, h = item % G.InHeight, width = BatchLanes.Width(G.Batch, block);
                if (Conv2dNarrowKernel.Suits(width, cg))
                {
                    Conv2dNarrowKernel.BackwardInputRow(G, block, h, Dy, Rows, Dx);
                    continue;
                }
                float* dx = Dx + (long)block * BatchLanes.Block * G.InHeight * G.InWidth * G.InChannels;
                float* dy = Dy + (long)block * BatchLanes.Block * G.OutHeight * G.OutWidth * G.OutChannels;
                for (int w = 0; w < G.InWidth; w++)
                    for (int group = 0; group < G.Groups; group++)
                    {
                        TapGemm gemm = new()
                        {
                            A = Panels + (long)group * kh * kw * cg * og, B = dy,
                            C = dx + ((long)(h * G.InWidth + w) * G.InChannels + group * cg) * width, Begin = SumStart.Zero,
                            TapsA = tapsA, TapsB = tapsB, Depth = og, PanelDepth = kh * kw * og, BStep = width, CRow = width,
                        };
                        for (int u = 0; u < kh; u++)
                        {
                            int up = h + G.Padding.Top - u * G.Dilation.Height;
                            if (up < 0 || up % G.Stride.Height != 0 || up / G.Stride.Height >= G.OutHeight) continue;
                            for (int v = 0; v < kw; v++)
                            {
                                int back = w + G.Padding.Left - v * G.Dilation.Width;
                                if (back < 0 || back % G.Stride.Width != 0 || back / G.Stride.Width >= G.OutWidth) continue;
                                int pixel = up / G.Stride.Height * G.OutWidth + back / G.Stride.Width;
                                tapsA[gemm.Taps] = (long)(u * kw + v) * og;
                                tapsB[gemm.Taps++] = ((long)pixel * G.OutChannels + group * og) * width;
                            }
                        }
                        TapGemm.Run(gemm, cg, width);
                    }
            }
        }
    }
}
