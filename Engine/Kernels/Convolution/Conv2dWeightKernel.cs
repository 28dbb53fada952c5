using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>The weight and bias gradients of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
/// <remarks>dw[tap] = x(tap) times dy transposed, summed over pixels and images, in wide blocks by <see cref="Conv2dWeightDots"/> or <see cref="Conv2dWeightProducts"/>. In a
/// single image output channels are the lanes. The sum is cut into parts, by shape alone (<see cref="GradientParts"/>), added in order.</remarks>
internal static unsafe class Conv2dWeightKernel
{
    /// <summary>Input channels of which a tile's rows are made without taking kernel columns together.</summary>
    private const int LeastRows = 4;

    /// <summary>dw += gradient, db += gradient. x, dy in batch lanes; dw [O, C/g, kH, kW] row-major; db may be empty.</summary>
    public static void BackwardWeight(in Conv2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw, Span<float> db = default, ConvWay way = ConvWay.Best)
    {
        Debug.Assert(x.Length == g.InputShape.Count && dw.Length == g.WeightShape.Count && dy.Length == g.OutputShape.Count && (db.IsEmpty || db.Length == g.OutChannels));
        bool singles = Winograd.SuitsSinglesWeights(g, way), isWinograd = singles || Winograd.SuitsWeights(g, way);
        bool columns = !singles && Conv2dWeightColumns.Suits(g), others = !columns || BatchLanes.WideBlocks(g.Batch) > 0;
        bool together = !db.IsEmpty && (!others || (!isWinograd && (columns || BatchLanes.Singles(g.Batch) == 0)));
        fixed (float* px = x, pdy = dy, pdw = dw, pdb = db)
        {
            if (others) BackwardWeight(g, px, pdy, pdw, together ? pdb : null, isWinograd, singles, !columns && !singles);
            if (columns) Conv2dWeightColumns.Run(g, px, pdy, pdw, together ? pdb : null);
        }
        if (!db.IsEmpty && !together) Conv2dBiasKernel.Backward(g, dy, db);
    }

    private static void BackwardWeight(in Conv2dGeometry g, float* x, float* dy, float* dw, float* db, bool isWinograd, bool winogradSingles, bool withSingles)
    {
        if (g.Batch == 0) return;
        bool isProducts = !isWinograd && BatchLanes.WideBlocks(g.Batch) > 0 && !Conv2dWeightDots.Suits(g);
        ProductCut cut = isProducts ? new(g) : default;
        GradientParts parts = new(g, isWinograd ? 1 : cut.Parts, withSingles);
        bool direct = isProducts && parts.Count == 1; // the products add their sums to dw themselves
        int pitch = isProducts ? Conv2dWeightProducts.Pitch(g) : g.OutChannelsPerGroup, partSize = direct ? 0 : g.Kernel.Height * g.Kernel.Width * g.InChannels * pitch;
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        using Scratch partial = Scratch.Rent((long)parts.Count * (partSize + (db == null ? 0 : g.OutChannels))); // [part][group][tap][c][o], then [part][o]
        float* bias = db == null ? null : partial.Pointer + (long)parts.Count * partSize;
        SinglesBody body = new()
        {
            G = g, X = x, Dy = dy, Partial = partial.Pointer, Parts = parts, Pitch = pitch,
            Rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
            Columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
        };
        if (isWinograd) WinogradGradient.Run(g, x, dy, partial.Pointer, winogradSingles);
        else if (isProducts)
        {
            Conv2dWeightProducts products = new(g, body.Rows, body.Columns, cut, x, dy, partial.Pointer, bias, direct ? dw : null);
            Work.For(cut.Items(g), 1, ref products);
        }
        else if (parts.Wide > 0)
        {
            Conv2dWeightDots dots = new(g, body.Rows, body.Columns, parts, x, dy, partial.Pointer, bias);
            Work.For(dots.Items, 1, ref dots);
        }
        Work.For(parts.Singles * body.Items, 1, ref body);
        if (!direct) WeightSums.AddTo(g, partial.Pointer, parts.Count, dw, partSize, pitch);
        if (db == null) return;
        for (int o = 0; o < g.OutChannels; o++)
        {
            float sum = bias[o];
            for (int part = 1; part < parts.Count; part++) sum += bias[part * g.OutChannels + o];
            db[o] += sum;
        }
    }

    /// <summary>The share of single images. An item is one tap of a group in one part, or one kernel row where channels are too few to be a tile's rows.</summary>
    private struct SinglesBody : IWorkBody
    {
        public Conv2dGeometry G;
        public TapAxis Rows, Columns;
        public GradientParts Parts;
        public float* X, Dy, Partial;
        public int Pitch;

        /// <summary>Whether neighbouring kernel columns, which lie end to end in x and in dw, go together.</summary>
        private readonly bool HasRuns => G.Dilation.Width == 1 && G.Groups == 1 && G.InChannels < LeastRows;

        private readonly long PartSize => (long)G.Kernel.Height * G.Kernel.Width * G.InChannels * Pitch;

        private readonly bool IsDepthwise => Conv2dDepthwise.Suits(G.Groups, G.InChannelsPerGroup, G.OutChannelsPerGroup);

        /// <summary>Items of one part.</summary>
        public readonly int Items => G.Kernel.Height * (HasRuns ? 1 : IsDepthwise ? G.Kernel.Width : G.Kernel.Width * G.Groups);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long rows = (long)G.OutHeight * BatchLanes.Singles(G.Batch);
            using Scratch offsets = Scratch.Rent(4 * rows); // two longs a tap
            long* tapsA = (long*)offsets.Pointer, tapsB = tapsA + rows;
            for (int item = from; item < to; item++) Singles(Parts.Part(item / Items + Parts.Wide), item % Items, tapsA, tapsB);
        }

        private readonly void Singles(GradientPart part, int item, long* tapsA, long* tapsB)
        {
            int tapWeights = G.InChannelsPerGroup * Pitch, taps = G.Kernel.Height * G.Kernel.Width, u = item % taps / G.Kernel.Width, v = item % G.Kernel.Width;
            float* c = Partial + part.Number * PartSize;
            if (HasRuns) SinglesRow(part, item, c + (long)item * G.Kernel.Width * tapWeights, tapsA, tapsB);
            else if (IsDepthwise)
            {
                Conv2dDepthwiseWeights depthwise = new() { G = G, Rows = Rows, Columns = Columns, Part = part, U = u, V = v, X = X, Dy = Dy, Sums = c };
                Simd.Dispatch(ref depthwise);
            }
            else SinglesTap(part, u, v, item / taps, c + (long)item * tapWeights, tapsA, tapsB);
        }

        /// <summary>The share of single images in tap (u, v): here a tap of the product is an output row of an image, and its pixels are the depth.</summary>
        private readonly void SinglesTap(GradientPart part, int u, int v, int group, float* c, long* tapsA, long* tapsB)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup, from = 0, to = G.OutWidth;
            while (from < to && !Columns.Sees(from, v)) from++;
            while (from < to && !Columns.Sees(to - 1, v)) to--;
            TapGemm gemm = new()
            {
                A = X + group * cg, B = Dy + group * og, C = c, Begin = SumStart.Zero, TapsA = tapsA, TapsB = tapsB, Depth = to - from,
                ARow = 1, AStep = (long)G.Stride.Width * G.InChannels, BStep = G.OutChannels, CRow = Pitch,
            };
            if (from < to) gemm.Taps = OutputRows(part, u, from * G.Stride.Width - G.Padding.Left + v * G.Dilation.Width, from, tapsA, tapsB);
            TapGemm.Run(gemm, cg, og);
        }

        /// <summary>Adds the share of single images to the kernel row u, where channels are few: pixels that see the same kernel columns go together, so that taps
        /// (column, channel) are the rows of one product.</summary>
        private readonly void SinglesRow(GradientPart part, int u, float* c, long* tapsA, long* tapsB)
        {
            int cg = G.InChannelsPerGroup, og = G.OutChannelsPerGroup;
            new Span<float>(c, G.Kernel.Width * cg * Pitch).Clear();
            TapGemm gemm = new()
            {
                A = X, B = Dy, Begin = SumStart.Accumulate, TapsA = tapsA, TapsB = tapsB,
                ARow = 1, AStep = (long)G.Stride.Width * G.InChannels, BStep = G.OutChannels, CRow = Pitch,
            };
            for (int from = 0, to; from < G.OutWidth; from = to)
            {
                to = Columns.End(from);
                gemm.Depth = to - from;
                gemm.C = c + (long)Columns.First(from) * cg * Pitch;
                gemm.Taps = Columns.Count(from) == 0 ? 0 : OutputRows(part, u, Columns.Source(from), from, tapsA, tapsB);
                if (gemm.Taps > 0) TapGemm.Run(gemm, Columns.Count(from) * cg, og);
            }
        }

        /// <summary>Lists the output rows, from pixel j on, in which kernel row u lies inside the image, and where it lies, from pixel w on.</summary>
        private readonly int OutputRows(GradientPart part, int u, int w, int j, long* tapsA, long* tapsB)
        {
            int count = 0;
            for (int image = part.From; image < part.To; image++)
                for (int i = part.FirstRow; i < part.LastRow; i++)
                    if (Rows.Sees(i, u))
                    {
                        int h = i * G.Stride.Height - G.Padding.Top + u * G.Dilation.Height;
                        tapsA[count] = (((long)image * G.InHeight + h) * G.InWidth + w) * G.InChannels;
                        tapsB[count++] = (((long)image * G.OutHeight + i) * G.OutWidth + j) * G.OutChannels;
                    }
            return count;
        }
    }
}
