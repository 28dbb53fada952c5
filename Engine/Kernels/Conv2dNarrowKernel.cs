using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Convolution of blocks of few images, where lanes of images would run mostly empty: here output channels (input channels in the input gradient) are the
/// lanes, and neighbouring pixels that see the same taps are the rows.</summary>
/// <remarks>Each element's chain is the one of <see cref="Conv2dKernel"/>, so which of the two ran cannot be seen in the bits of outputs and input gradients.</remarks>
internal static unsafe class Conv2dNarrowKernel
{
    /// <summary>Blocks of fewer images fill not even one register of AVX-512.</summary>
    public const int Below = 16;

    /// <summary>Whether a block of so many images runs this way, with so many channels as lanes.</summary>
    public static bool Suits(int width, int lanes) => width < Below && lanes >= Math.Min(width, 8);

    /// <summary>One output row of one block. Weights packed [group][tap][c][o].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ForwardRow(in Conv2dGeometry g, int block, int i, float* x, float* packed, float* bias, float* y, bool relu)
    {
        int kw = g.Kernel.Width, cg = g.InChannelsPerGroup, og = g.OutChannelsPerGroup, width = BatchLanes.Width(g.Batch, block);
        bool runs = g.Dilation.Width == 1 && g.Groups == 1;
        x += (long)block * BatchLanes.Block * g.InHeight * g.InWidth * g.InChannels;
        y += (long)block * BatchLanes.Block * g.OutHeight * g.OutWidth * g.OutChannels;
        using Scratch taps = Scratch.Rent(4L * g.Kernel.Height * kw); // two longs a tap
        long* tapsA = (long*)taps.Pointer, tapsB = tapsA + g.Kernel.Height * kw;
        using Scratch result = Scratch.Rent((long)g.OutWidth * og);
        for (int from = 0, to; from < g.OutWidth; from = to)
        {
            (int first, int last) = Columns(g, from);
            for (to = from + 1; to < g.OutWidth && Columns(g, to) == (first, last);) to++;
            for (int group = 0; group < g.Groups; group++)
                for (int n = 0; n < width; n++)
                {
                    float* c = y + ((long)(i * g.OutWidth + from) * g.OutChannels + group * og) * width + n;
                    TapGemm gemm = new()
                    {
                        A = x + n, B = packed + (long)group * g.Kernel.Height * kw * cg * og, C = width == 1 ? c : result.Pointer,
                        Init = bias == null ? null : bias + group * og, Begin = bias == null ? SumStart.Zero : SumStart.LaneBias, TapsA = tapsA, TapsB = tapsB,
                        Depth = runs ? (last - first) * cg : cg, ARow = (long)g.Stride.Width * g.InChannels * width, AStep = width, BStep = og, CRow = width == 1 ? g.OutChannels : og, Relu = relu,
                    };
                    for (int u = 0; u < g.Kernel.Height; u++)
                    {
                        int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height;
                        if ((uint)h >= (uint)g.InHeight) continue;
                        for (int v = first; v < (runs ? Math.Min(first + 1, last) : last); v++)
                        {
                            int w = from * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
                            tapsA[gemm.Taps] = ((long)(h * g.InWidth + w) * g.InChannels + group * cg) * width;
                            tapsB[gemm.Taps++] = (long)(u * kw + v) * cg * og;
                        }
                    }
                    TapGemm.Run(gemm, to - from, og);
                    if (width > 1) Scatter(result.Pointer, to - from, og, c, (long)g.OutChannels * width, width);
                }
        }
    }

    /// <summary>One input row of one block. Weights packed [group][tap][o][c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BackwardInputRow(in Conv2dGeometry g, int block, int h, float* dy, float* packed, float* dx)
    {
        int kw = g.Kernel.Width, cg = g.InChannelsPerGroup, og = g.OutChannelsPerGroup, width = BatchLanes.Width(g.Batch, block), step = g.Stride.Width;
        dx += (long)block * BatchLanes.Block * g.InHeight * g.InWidth * g.InChannels;
        dy += (long)block * BatchLanes.Block * g.OutHeight * g.OutWidth * g.OutChannels;
        using Scratch taps = Scratch.Rent(4L * g.Kernel.Height * kw); // two longs a tap
        long* tapsA = (long*)taps.Pointer, tapsB = tapsA + g.Kernel.Height * kw;
        using Scratch result = Scratch.Rent((long)g.InWidth * cg);
        for (int phase = 0; phase < Math.Min(step, g.InWidth); phase++) // pixels a stride apart see the same kernel columns
            for (int from = phase, to; from < g.InWidth; from = to)
            {
                for (to = from + step; to < g.InWidth && SameColumns(g, from, to);) to += step;
                int rows = (to - from) / step;
                for (int group = 0; group < g.Groups; group++)
                    for (int n = 0; n < width; n++)
                    {
                        float* c = dx + ((long)(h * g.InWidth + from) * g.InChannels + group * cg) * width + n;
                        TapGemm gemm = new()
                        {
                            A = dy + n, B = packed + (long)group * g.Kernel.Height * kw * cg * og, C = width == 1 ? c : result.Pointer, Begin = SumStart.Zero,
                            TapsA = tapsA, TapsB = tapsB, Depth = og, ARow = (long)g.OutChannels * width, AStep = width, BStep = cg, CRow = width == 1 ? (long)step * g.InChannels : cg,
                        };
                        for (int u = 0; u < g.Kernel.Height; u++)
                        {
                            int up = h + g.Padding.Top - u * g.Dilation.Height;
                            if (up < 0 || up % g.Stride.Height != 0 || up / g.Stride.Height >= g.OutHeight) continue;
                            for (int v = 0; v < kw; v++)
                            {
                                if (OutColumn(g, from, v) is not (>= 0 and int j)) continue;
                                tapsA[gemm.Taps] = ((long)(up / g.Stride.Height * g.OutWidth + j) * g.OutChannels + group * og) * width;
                                tapsB[gemm.Taps++] = (long)(u * kw + v) * cg * og;
                            }
                        }
                        TapGemm.Run(gemm, rows, cg);
                        if (width > 1) Scatter(result.Pointer, rows, cg, c, (long)step * g.InChannels * width, width);
                    }
            }
    }

    /// <summary>Adds one block's share to kernel row u of dw [tap][c][o] of one group. dy turned to [pixel][n][O]. Here a tap is an output row: its pixels are the depth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightRow(in Conv2dGeometry g, int block, int u, int group, int firstRow, int lastRow, float* x, float* turned, float* dw)
    {
        int kw = g.Kernel.Width, cg = g.InChannelsPerGroup, og = g.OutChannelsPerGroup, width = BatchLanes.Width(g.Batch, block);
        bool runs = g.Dilation.Width == 1 && g.Groups == 1;
        x += (long)block * BatchLanes.Block * g.InHeight * g.InWidth * g.InChannels + (long)group * cg * width;
        turned += (long)block * BatchLanes.Block * g.OutHeight * g.OutWidth * g.OutChannels + group * og;
        using Scratch offsets = Scratch.Rent(4L * (lastRow - firstRow)); // two longs a row
        long* tapsA = (long*)offsets.Pointer, tapsB = tapsA + (lastRow - firstRow);
        for (int from = 0, to; from < g.OutWidth; from = to)
        {
            (int first, int last) = Columns(g, from);
            for (to = from + 1; to < g.OutWidth && Columns(g, to) == (first, last);) to++;
            for (int v = first; v < last; v = runs ? last : v + 1)
                for (int n = 0; n < width; n++)
                {
                    TapGemm gemm = new()
                    {
                        A = x + n, B = turned + (long)n * g.OutChannels, C = dw + (long)v * cg * og, Begin = SumStart.Accumulate, TapsA = tapsA, TapsB = tapsB,
                        Depth = to - from, ARow = width, AStep = (long)g.Stride.Width * g.InChannels * width, BStep = (long)g.OutChannels * width, CRow = og,
                    };
                    for (int i = firstRow; i < lastRow; i++)
                    {
                        int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height, w = from * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
                        if ((uint)h >= (uint)g.InHeight) continue;
                        tapsA[gemm.Taps] = (long)(h * g.InWidth + w) * g.InChannels * width;
                        tapsB[gemm.Taps++] = (long)(i * g.OutWidth + from) * g.OutChannels * width;
                    }
                    if (gemm.Taps > 0) TapGemm.Run(gemm, runs ? (last - first) * cg : cg, og);
                }
        }
    }

    /// <summary>The kernel columns first..last-1 that lie inside the image at output column j.</summary>
    private static (int First, int Last) Columns(in Conv2dGeometry g, int j)
    {
        int left = j * g.Stride.Width - g.Padding.Left, d = g.Dilation.Width;
        int first = left >= 0 ? 0 : (-left + d - 1) / d, last = left >= g.InWidth ? 0 : Math.Min(g.Kernel.Width, (g.InWidth - 1 - left) / d + 1);
        return first < last ? (first, last) : (0, 0);
    }

    /// <summary>The output column to which kernel column v brings input column w, or -1.</summary>
    private static int OutColumn(in Conv2dGeometry g, int w, int v)
    {
        int back = w + g.Padding.Left - v * g.Dilation.Width;
        return back >= 0 && back % g.Stride.Width == 0 && back / g.Stride.Width < g.OutWidth ? back / g.Stride.Width : -1;
    }

    private static bool SameColumns(in Conv2dGeometry g, int w1, int w2)
    {
        for (int v = 0; v < g.Kernel.Width; v++)
            if (OutColumn(g, w1, v) >= 0 != OutColumn(g, w2, v) >= 0) return false;
        return true;
    }

    /// <summary>[rows, lanes] to every <paramref name="step"/>-th place of rows <paramref name="row"/> apart: one image among its neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(float* source, int rows, int lanes, float* destination, long row, int step)
    {
        for (int r = 0; r < rows; r++)
            for (int l = 0; l < lanes; l++) destination[r * row + (long)l * step] = source[r * lanes + l];
    }
}
