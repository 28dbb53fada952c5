using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The weight and bias gradients of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
/// <remarks>dw[tap] = x(tap) times dy transposed, summed over pixels and images: here output channels are the lanes, so dy is first turned from
/// [pixel][O][n] to [pixel][n][O]. The sum over the batch is cut into at most <see cref="MaxParts"/> runs of blocks, by shape alone, added in order.</remarks>
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
            BiasBody body = new() { G = g, Dy = pdy, Db = pdb };
            Work.For(g.OutChannels, 1, ref body);
        }
    }

    private struct BiasBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* Dy, Db;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            for (int o = from; o < to; o++)
            {
                PlainTerm plain = new() { X = Dy };
                Db[o] += ChannelSum.Of(ref plain, G.Batch, G.OutChannels, G.OutHeight * G.OutWidth, o);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardWeight(in Conv2dGeometry g, float* x, float* dy, float* dw)
    {
        int blocks = BatchLanes.Blocks(g.Batch), run = (blocks + MaxParts - 1) / MaxParts;
        if (blocks == 0) return;
        int parts = (blocks + run - 1) / run, taps = g.Kernel.Height * g.Kernel.Width, cg = g.InChannelsPerGroup, og = g.OutChannelsPerGroup;
        long weights = (long)g.OutChannels * cg * taps;
        using Scratch turned = Scratch.Rent((long)g.Batch * g.OutChannels * g.OutHeight * g.OutWidth);
        TurnBody turn = new() { G = g, Dy = dy, Turned = turned.Pointer };
        Work.For(blocks * g.OutHeight, 4, ref turn);
        using Scratch partial = Scratch.Rent(parts * weights); // [part][tap][group][c][o]
        WeightBody body = new() { G = g, X = x, Turned = turned.Pointer, Partial = partial.Pointer, Weights = weights, BlocksPerPart = run };
        Work.For(parts * taps * g.Groups, 1, ref body);
        for (int part = 0; part < parts; part++)
            for (int group = 0; group < g.Groups; group++)
                for (int o = 0; o < og; o++)
                    for (int c = 0; c < cg; c++)
                        for (int t = 0; t < taps; t++)
                            dw[((long)(group * og + o) * cg + c) * taps + t] += partial.Pointer[part * weights + (((long)t * g.Groups + group) * cg + c) * og + o];
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
                    for (int n = 0; n < width; n++)
                        for (int o = 0; o < channels; o++)
                            Turned[start + (long)n * channels + o] = Dy[start + (long)o * width + n];
            }
        }
    }

    private struct WeightBody : IWorkBody
    {
        public Conv2dGeometry G;
        public float* X, Turned, Partial;
        public long Weights;
        public int BlocksPerPart;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int from, int to)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup, taps = G.Kernel.Height * G.Kernel.Width;
            using Scratch offsets = Scratch.Rent(4L * G.OutHeight * G.OutWidth); // two longs a pixel
            long* tapsA = (long*)offsets.Pointer, tapsB = tapsA + G.OutHeight * G.OutWidth;
            for (int item = from; item < to; item++)
            {
                int group = item % G.Groups, tap = item / G.Groups % taps, part = item / G.Groups / taps;
                float* c = Partial + part * Weights + ((long)tap * G.Groups + group) * cg * og;
                int firstBlock = part * BlocksPerPart, lastBlock = Math.Min(firstBlock + BlocksPerPart, BatchLanes.Blocks(G.Batch));
                for (int block = firstBlock; block < lastBlock; block++)
                {
                    int width = BatchLanes.Width(G.Batch, block);
                    TapGemm gemm = new()
                    {
                        A = X + (long)block * BatchLanes.Block * G.InHeight * G.InWidth * G.InChannels + (long)group * cg * width,
                        B = Turned + (long)block * BatchLanes.Block * G.OutHeight * G.OutWidth * G.OutChannels + group * og,
                        C = c, Begin = block == firstBlock ? SumStart.Zero : SumStart.Accumulate,
                        TapsA = tapsA, TapsB = tapsB, Taps = Pixels(tap, width, tapsA, tapsB),
                        Depth = width, ARow = width, AStep = 1, BStep = G.OutChannels, CRow = og,
                    };
                    TapGemm.Run(gemm, cg, og);
                }
            }
        }

        /// <summary>Lists the output pixels whose window has this tap inside the image.</summary>
        private readonly int Pixels(int tap, int width, long* tapsA, long* tapsB)
        {
            int count = 0, u = tap / G.Kernel.Width, v = tap % G.Kernel.Width;
            for (int i = 0; i < G.OutHeight; i++)
            {
                int h = i * G.Stride.Height - G.Padding.Top + u * G.Dilation.Height;
                if ((uint)h >= (uint)G.InHeight) continue;
                for (int j = 0; j < G.OutWidth; j++)
                {
                    int w = j * G.Stride.Width - G.Padding.Left + v * G.Dilation.Width;
                    if ((uint)w >= (uint)G.InWidth) continue;
                    tapsA[count] = (long)(h * G.InWidth + w) * G.InChannels * width;
                    tapsB[count++] = (long)(i * G.OutWidth + j) * G.OutChannels * width;
                }
            }
            return count;
        }
    }
}
