using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The weight and bias gradients of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
/// <remarks>dw[tap] = x(tap) times dy transposed, summed over pixels and images: here output channels are the lanes, so dy is first turned from
/// [pixel][O][n] to [pixel][n][O]. The sum over the batch is cut into parts, by shape alone, added in order.</remarks>
internal static unsafe class Conv2dWeightKernel
{
    /// <summary>Partial sums kept at once: enough work for many cores at small kernels, little memory at large ones.</summary>
    private const int MaxParts = 8;

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
        int parts = Parts(g), taps = g.Kernel.Height * g.Kernel.Width, weights = g.WeightShape.Count;
        using Scratch turned = Scratch.Rent((long)g.Batch * g.OutChannels * g.OutHeight * g.OutWidth);
        TurnBody turn = new() { G = g, Dy = dy, Turned = turned.Pointer };
        Work.For(BatchLanes.Blocks(g.Batch) * g.OutHeight, 4, ref turn);
        using Scratch partial = Scratch.Rent((long)parts * weights); // [part][group][tap][c][o]
        WeightBody body = new() { G = g, X = x, Turned = turned.Pointer, Partial = partial.Pointer, Parts = parts };
        Work.For(parts * g.Groups * g.Kernel.Height, 1, ref body);
        UnpackBody unpack = new() { G = g, Partial = partial.Pointer, Parts = parts, Dw = dw };
        Work.For(g.Groups * taps, 1 + 16_384 / Math.Max(1, weights / (g.Groups * taps)), ref unpack);
    }

    /// <summary>Cuts the sum: blocks of the batch into at most <see cref="MaxParts"/> runs; the rows of a lone block into two, of a lone narrow one into more,
    /// where threads have nothing else to share and a chain over all pixels would be long.</summary>
    private static int Parts(in Conv2dGeometry g)
    {
        int blocks = BatchLanes.Blocks(g.Batch);
        if (blocks == 1) return g.Batch < Conv2dNarrowKernel.Below ? Math.Clamp(g.OutHeight / 2, 1, MaxParts) : g.OutHeight >= 4 ? 2 : 1;
        int run = (blocks + MaxParts - 1) / MaxParts;
        return (blocks + run - 1) / run;
    }

    private struct TurnBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Dy, Turned;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            for (int item = from; item < to; item++)
            {
                int block = item / G.OutHeight, i = item % G.OutHeight, width = BatchLanes.Width(G.Batch, block), channels = G.OutChannels;
                long start = (long)block * BatchLanes.Block * G.OutHeight * G.OutWidth * channels + (long)i * G.OutWidth * channels * width;
                for (int j = 0; j < G.OutWidth; j++, start += (long)channels * width)
                    Transposition.Run(Dy + start, width, Turned + start, channels, channels, width);
            }
        }
    }

    private struct WeightBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* X, Turned, Partial;
        public int Parts;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            using Scratch offsets = Scratch.Rent(4L * G.OutHeight * G.OutWidth); // two longs a pixel
            for (int item = from; item < to; item++)
            {
                int u = item % G.Kernel.Height, group = item / G.Kernel.Height % G.Groups, part = item / G.Kernel.Height / G.Groups;
                int blocks = BatchLanes.Blocks(G.Batch), run = (blocks + Parts - 1) / Parts;
                float* c = Partial + (long)part * G.WeightShape.Count + ((long)group * G.Kernel.Height + u) * G.Kernel.Width * G.InChannelsPerGroup * G.OutChannelsPerGroup;
                new Span<float>(c, G.Kernel.Width * G.InChannelsPerGroup * G.OutChannelsPerGroup).Clear();
                if (blocks == 1) Block(0, u, group, G.OutHeight * part / Parts, G.OutHeight * (part + 1) / Parts, c, (long*)offsets.Pointer);
                else
                    for (int block = part * run; block < Math.Min(part * run + run, blocks); block++) Block(block, u, group, 0, G.OutHeight, c, (long*)offsets.Pointer);
            }
        }

        /// <summary>Adds one block's share to the kernel row u. Output columns that see the same kernel columns inside the image go together: their taps
        /// (column, channel) are rows that lie end to end in x, so one call serves the whole kernel row.</summary>
        private readonly void Block(int block, int u, int group, int firstRow, int lastRow, float* c, long* offsets)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup, width = BatchLanes.Width(G.Batch, block), kw = G.Kernel.Width;
            if (width < Conv2dNarrowKernel.Below)
            {
                Conv2dNarrowKernel.WeightRow(G, block, u, group, firstRow, lastRow, X, Turned, c);
                return;
            }
            bool runs = G.Dilation.Width == 1 && G.Groups == 1;
            TapGemm gemm = new()
            {
                B = Turned + (long)block * BatchLanes.Block * G.OutHeight * G.OutWidth * G.OutChannels + group * og,
                Begin = SumStart.Accumulate, TapsA = offsets, TapsB = offsets + G.OutHeight * G.OutWidth,
                Depth = width, ARow = width, AStep = 1, BStep = G.OutChannels, CRow = og,
            };
            float* x = X + (long)block * BatchLanes.Block * G.InHeight * G.InWidth * G.InChannels + (long)group * cg * width;
            for (int v = 0; v < kw; v++) // the first kernel column of a call
            {
                int next;
                for (int last = runs ? kw : v + 1; last > v; last = runs ? next : v) // and one past its last
                {
                    next = last - 1;
                    gemm.Taps = Pixels(u, v, last, runs, firstRow, lastRow, width, gemm.TapsA, gemm.TapsB);
                    if (gemm.Taps == 0) continue;
                    gemm.A = x;
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
    }

    private struct UnpackBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Partial, Dw;
        public int Parts;

        /// <summary>Adds the parts in order, then adds the sum to dw, turned back to [O, C/g, kH, kW]. An item is one tap of one group.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup, taps = G.Kernel.Height * G.Kernel.Width, weights = G.WeightShape.Count;
            for (int item = from; item < to; item++)
            {
                float* sum = Partial + (long)item * cg * og;
                for (int part = 1; part < Parts; part++)
                {
                    Span<float> total = new(sum, cg * og);
                    TensorPrimitives.Add(total, new ReadOnlySpan<float>(sum + (long)part * weights, cg * og), total);
                }
                float* target = Dw + (long)(item / taps) * og * cg * taps + item % taps;
                for (int o = 0; o < og; o++)
                    for (int c = 0; c < cg; c++) target[((long)o * cg + c) * taps] += sum[c * og + o];
            }
        }
    }
}
