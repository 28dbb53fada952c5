using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The weight and bias gradients of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
/// <remarks>dw[tap] = x(tap) times dy transposed, summed over pixels and images: here output channels are the lanes, so dy of wide blocks is first turned from
/// [pixel][O][n] to [pixel][n][O], which is what it already is in a single image. The sum is cut into parts, by shape alone (<see cref="GradientParts"/>), added in order.</remarks>
internal static unsafe class Conv2dWeightKernel
{
    /// <summary>dw += gradient. x, dy in batch lanes; dw [O, C/g, kH, kW] row-major.</summary>
    public static void BackwardWeight(in Conv2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw)
    {
        Debug.Assert(x.Length == g.InputShape.Count && dw.Length == g.WeightShape.Count && dy.Length == g.OutputShape.Count);
        fixed (float* px = x, pdy = dy, pdw = dw) BackwardWeight(g, px, pdy, pdw);
    }

    /// <summary>db += gradient: the sum of dy over images and pixels.</summary>
    public static void BackwardBias(in Conv2dGeometry g, ReadOnlySpan<float> dy, Span<float> db)
    {
        Debug.Assert(dy.Length == g.OutputShape.Count && db.Length == g.OutChannels);
        fixed (float* pdy = dy, pdb = db)
        {
            using Scratch sums = Scratch.Rent(g.OutChannels);
            BiasBody body = new() { G = g, Dy = pdy, Db = pdb, Sums = sums.Pointer };
            Work.For(g.OutChannels, Math.Clamp(g.OutChannels / 4, 1, ChannelSum.Grain), ref body);
        }
    }

    private struct BiasBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Dy, Db, Sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            PlainTerm plain = new() { X = Dy };
            ChannelSum.Of(ref plain, G.Batch, G.OutChannels, G.OutHeight * G.OutWidth, from, to, Sums);
            for (int o = from; o < to; o++) Db[o] += Sums[o];
        }
    }

    private static void BackwardWeight(in Conv2dGeometry g, float* x, float* dy, float* dw)
    {
        if (g.Batch == 0) return;
        GradientParts parts = new(g);
        int weights = g.WeightShape.Count, wide = BatchLanes.WideBlocks(g.Batch);
        using Scratch turned = Scratch.Rent((long)BatchLanes.FirstSingle(g.Batch) * g.OutChannels * g.OutHeight * g.OutWidth);
        TurnBody turn = new() { G = g, Dy = dy, Turned = turned.Pointer };
        Work.For(wide * g.OutHeight, 4, ref turn);
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        using Scratch partial = Scratch.Rent((long)parts.Count * weights); // [part][group][tap][c][o]
        WeightBody body = new()
        {
            G = g, X = x, Turned = turned.Pointer, Dy = dy, Partial = partial.Pointer, Parts = parts,
            Rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
            Columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
        };
        Work.For(parts.Count * g.Groups * g.Kernel.Height, 1, ref body);
        WeightSums.AddTo(g, partial.Pointer, parts.Count, dw);
    }

    private struct TurnBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Dy, Turned;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            int channels = G.OutChannels;
            for (int item = from; item < to; item++)
            {
                ImageBlock block = BatchLanes.BlockOf(G.Batch, item / G.OutHeight);
                long start = block.Start((long)G.OutHeight * G.OutWidth * channels) + (long)(item % G.OutHeight) * G.OutWidth * channels * block.Width;
                for (int j = 0; j < G.OutWidth; j++, start += (long)channels * block.Width)
                    Transposition.Run(Dy + start, block.Width, Turned + start, channels, channels, block.Width);
            }
        }
    }

    /// <summary>An item is one kernel row of one group in one part.</summary>
    private struct WeightBody : IWorkBody
    {
        public Conv2dGeometry G;
        public TapAxis Rows, Columns;
        public GradientParts Parts;
        public float* X, Turned, Dy, Partial;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long pixels = Math.Max((long)G.OutHeight * G.OutWidth, (long)G.OutHeight * BatchLanes.Singles(G.Batch));
            using Scratch offsets = Scratch.Rent(4 * pixels); // two longs a tap
            long* tapsA = (long*)offsets.Pointer, tapsB = tapsA + pixels;
            int row = G.Kernel.Width * G.InChannelsPerGroup * G.OutChannelsPerGroup;
            for (int item = from; item < to; item++)
            {
                int u = item % G.Kernel.Height, group = item / G.Kernel.Height % G.Groups;
                GradientPart part = Parts.Part(item / G.Kernel.Height / G.Groups);
                float* c = Partial + (long)part.Number * G.WeightShape.Count + ((long)group * G.Kernel.Height + u) * row;
                new Span<float>(c, row).Clear();
                if (part.IsSingles) Singles(part, u, group, c, tapsA, tapsB);
                else
                    for (int block = part.From; block < part.To; block++) Wide(BatchLanes.BlockOf(G.Batch, block), part, u, group, c, tapsA, tapsB);
            }
        }

        /// <summary>Adds one wide block's share to the kernel row u: pixels are the taps, images the depth. Output columns that see the same kernel columns inside
        /// the image go together: their taps (column, channel) are rows that lie end to end in x, so one call serves the whole kernel row.</summary>
        private readonly void Wide(ImageBlock block, GradientPart part, int u, int group, float* c, long* tapsA, long* tapsB)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup, width = block.Width, kw = G.Kernel.Width;
            bool runs = G.Dilation.Width == 1 && G.Groups == 1;
            TapGemm gemm = new()
            {
                A = X + block.Start((long)G.InHeight * G.InWidth * G.InChannels) + (long)group * cg * width,
                B = Turned + block.Start((long)G.OutHeight * G.OutWidth * G.OutChannels) + group * og,
                Begin = SumStart.Accumulate, TapsA = tapsA, TapsB = tapsB, Depth = width, ARow = width, AStep = 1, BStep = G.OutChannels, CRow = og,
            };
            for (int v = 0; v < kw; v++) // the first kernel column of a call
            {
                int next;
                for (int last = runs ? kw : v + 1; last > v; last = runs ? next : v) // and one past its last
                {
                    next = last - 1;
                    gemm.Taps = Pixels(u, v, last, runs, part.FirstRow, part.LastRow, width, tapsA, tapsB);
                    if (gemm.Taps == 0) continue;
                    gemm.C = c + (long)v * cg * og;
                    TapGemm.Run(gemm, (last - v) * cg, og);
                }
            }
        }

        /// <summary>Lists the output pixels for which exactly kernel columns first..last-1 (or, one by one, column first) lie inside the image, and row u does.</summary>
        private readonly int Pixels(int u, int first, int last, bool runs, int firstRow, int lastRow, int width, long* tapsA, long* tapsB)
        {
            int count = 0;
            for (int j = 0; j < G.OutWidth; j++)
            {
                int left = j * G.Stride.Width - G.Padding.Left, w = left + first * G.Dilation.Width;
                if (runs ? Math.Max(0, -left) != first || Math.Min(G.Kernel.Width, G.InWidth - left) != last : (uint)w >= (uint)G.InWidth) continue;
                for (int i = firstRow; i < lastRow; i++)
                {
                    int h = i * G.Stride.Height - G.Padding.Top + u * G.Dilation.Height;
                    if ((uint)h >= (uint)G.InHeight) continue;
                    tapsA[count] = (long)(h * G.InWidth + w) * G.InChannels * width;
                    tapsB[count++] = (long)(i * G.OutWidth + j) * G.OutChannels * width;
                }
            }
            return count;
        }

        /// <summary>Adds the share of single images to the kernel row u: here a tap is an output row of an image, and its pixels that see the same kernel columns are the depth.</summary>
        private readonly void Singles(GradientPart part, int u, int group, float* c, long* tapsA, long* tapsB)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup;
            bool runs = G.Dilation.Width == 1 && G.Groups == 1;
            TapGemm gemm = new()
            {
                A = X + group * cg, B = Dy + group * og, Begin = SumStart.Accumulate, TapsA = tapsA, TapsB = tapsB,
                ARow = 1, AStep = (long)G.Stride.Width * G.InChannels, BStep = G.OutChannels, CRow = og,
            };
            for (int from = 0, to; from < G.OutWidth; from = to)
            {
                to = Columns.End(from);
                int columns = Columns.Count(from);
                gemm.Depth = to - from;
                for (int v = 0; v < columns; v = runs ? columns : v + 1)
                {
                    gemm.Taps = 0;
                    for (int image = part.From; image < part.To; image++)
                        for (int i = part.FirstRow; i < part.LastRow; i++)
                        {
                            int h = Rows.Source(i) + (u - Rows.First(i)) * Rows.SourceStep;
                            if ((uint)(u - Rows.First(i)) >= (uint)Rows.Count(i)) continue;
                            tapsA[gemm.Taps] = (((long)image * G.InHeight + h) * G.InWidth + Columns.Source(from) + v * Columns.SourceStep) * G.InChannels;
                            tapsB[gemm.Taps++] = (((long)image * G.OutHeight + i) * G.OutWidth + from) * G.OutChannels;
                        }
                    gemm.C = c + (long)(Columns.First(from) + v) * cg * og;
                    if (gemm.Taps > 0) TapGemm.Run(gemm, runs ? columns * cg : cg, og);
                }
            }
        }
    }
}
