using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The weight and bias gradients of a 2-D convolution over <see cref="BatchLanes"/> activations.</summary>
/// <remarks>dw[tap] = x(tap) times dy transposed, summed over pixels and images: here output channels are the lanes, so dy of wide blocks is first turned from
/// [pixel][O][n] to [pixel][n][O], which is what it already is in a single image. The sum is cut into parts, by shape alone (<see cref="GradientParts"/>), added in order.</remarks>
internal static unsafe class Conv2dWeightKernel
{
    /// <summary>Input channels of which a tile's rows are made without taking kernel columns together.</summary>
    private const int LeastRows = 4;

    /// <summary>Lanes of the widest vectors, to which few output channels are filled up: a product of 8 + 1 + 1 would take three times as long as one of 16.</summary>
    private const int Lanes = 16;

    /// <summary>Floats that are worth a piece of work of their own where dy is turned.</summary>
    private const int TurnSize = 4_096;

    /// <summary>Input channels from which a tap is an item.</summary>
    private const int ManyInputs = 8;

    /// <summary>dw += gradient, db += gradient. x, dy in batch lanes; dw [O, C/g, kH, kW] row-major; db may be empty.</summary>
    public static void BackwardWeight(in Conv2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw, Span<float> db = default, ConvWay way = ConvWay.Best)
    {
        Debug.Assert(x.Length == g.InputShape.Count && dw.Length == g.WeightShape.Count && dy.Length == g.OutputShape.Count && (db.IsEmpty || db.Length == g.OutChannels));
        bool singles = Winograd.SuitsSinglesWeights(g, way), isWinograd = singles || Winograd.SuitsWeights(g, way);
        bool columns = !singles && Conv2dWeightColumns.Suits(g), others = !columns || BatchLanes.WideBlocks(g.Batch) > 0;
        bool together = !db.IsEmpty && (!others || (!isWinograd && Conv2dWeightDots.Suits(g) && (columns || BatchLanes.Singles(g.Batch) == 0)));
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
        GradientParts parts = new(g, isWinograd, withSingles);
        int weights = g.WeightShape.Count, wide = BatchLanes.WideBlocks(g.Batch);
        bool turns = !isWinograd && !Conv2dWeightDots.Suits(g);
        int pitch = turns && g.Groups == 1 && wide > 0 ? (g.OutChannels + Lanes - 1) / Lanes * Lanes : g.OutChannels, partSize = weights / g.OutChannels * pitch;
        using Scratch turned = Scratch.Rent(!turns ? 0 : (long)BatchLanes.FirstSingle(g.Batch) * pitch * g.OutHeight * g.OutWidth);
        UpstreamTurn turn = new() { G = g, Dy = dy, Turned = turned.Pointer, Pitch = pitch };
        if (turns) Work.For(wide * g.OutHeight, 1 + (int)(TurnSize / ((long)BatchLanes.FullWidth * g.OutWidth * g.OutChannels)), ref turn);
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        using Scratch partial = Scratch.Rent((long)parts.Count * (partSize + (db == null ? 0 : g.OutChannels))); // [part][group][tap][c][o], then [part][o]
        float* bias = db == null ? null : partial.Pointer + (long)parts.Count * partSize;
        WeightBody body = new()
        {
            G = g, X = x, Turned = turned.Pointer, Dy = dy, Partial = partial.Pointer, Parts = parts, Pitch = pitch / g.Groups,
            Rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
            Columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
        };
        if (isWinograd) WinogradGradient.Run(g, x, dy, partial.Pointer, winogradSingles);
        else if (!turns)
        {
            Conv2dWeightDots wideBody = new(g, body.Rows, body.Columns, parts, x, dy, partial.Pointer, bias);
            Work.For(wideBody.Items, 1, ref wideBody);
        }
        else body.WideItems = parts.Wide * body.PartItems;
        Work.For(body.WideItems + parts.Singles * body.SingleItems, 1, ref body);
        WeightSums.AddTo(g, partial.Pointer, parts.Count, dw, partSize, pitch / g.Groups);
        if (db == null) return;
        for (int o = 0; o < g.OutChannels; o++)
        {
            float sum = bias[o];
            for (int part = 1; part < parts.Count; part++) sum += bias[part * g.OutChannels + o];
            db[o] += sum;
        }
    }

    /// <summary>An item is one kernel row of one group in one part, or one tap where channels are many; of single images, where channels alone are rows enough for a
    /// tile, one tap.</summary>
    private struct WeightBody : IWorkBody
    {
        public Conv2dGeometry G;
        public TapAxis Rows, Columns;
        public GradientParts Parts;
        public float* X, Turned, Dy, Partial;
        public int WideItems, Pitch;

        /// <summary>Whether neighbouring kernel columns, which lie end to end in x and in dw, go together in wide blocks, and in single images.</summary>
        private readonly bool HasRuns => G.Dilation.Width == 1 && G.Groups == 1 && G.InChannels < ManyInputs;

        private readonly bool HasSingleRuns => HasRuns && G.InChannels < LeastRows;

        /// <summary>Kernel columns that are items of their own in wide blocks.</summary>
        private readonly int WideColumns => G.InChannelsPerGroup < ManyInputs ? 1 : G.Kernel.Width;

        /// <summary>Items of one part of wide blocks.</summary>
        public readonly int PartItems => G.Kernel.Height * WideColumns * G.Groups;

        private readonly long PartSize => (long)G.Kernel.Height * G.Kernel.Width * G.InChannels * Pitch;

        private readonly bool IsDepthwise => Conv2dDepthwise.Suits(G.Groups, G.InChannelsPerGroup, G.OutChannelsPerGroup);

        /// <summary>Items of one part of single images.</summary>
        public readonly int SingleItems => G.Kernel.Height * (HasSingleRuns ? 1 : IsDepthwise ? G.Kernel.Width : G.Kernel.Width * G.Groups);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long pixels = Math.Max((long)G.OutHeight * G.OutWidth, (long)G.OutHeight * BatchLanes.Singles(G.Batch));
            using Scratch offsets = Scratch.Rent(4 * pixels); // two longs a tap
            long* tapsA = (long*)offsets.Pointer, tapsB = tapsA + pixels;
            int columns = G.Kernel.Width / WideColumns, row = columns * G.InChannelsPerGroup * Pitch, wideItems = WideItems, perGroup = G.Kernel.Height * WideColumns;
            for (int item = from; item < to; item++)
                if (item < wideItems)
                {
                    GradientPart part = Parts.Part(item / PartItems);
                    float* c = Partial + part.Number * PartSize + (long)(item % PartItems) * row;
                    new Span<float>(c, row).Clear();
                    int first = item % WideColumns * columns, u = item / WideColumns % G.Kernel.Height;
                    for (int block = part.From; block < part.To; block++) Wide(BatchLanes.BlockOf(G.Batch, block), part, u, first, first + columns, item / perGroup % G.Groups, c, tapsA, tapsB);
                }
                else Singles(Parts.Part((item - wideItems) / SingleItems + Parts.Wide), (item - wideItems) % SingleItems, tapsA, tapsB);
        }

        private readonly void Singles(GradientPart part, int item, long* tapsA, long* tapsB)
        {
            int tapWeights = G.InChannelsPerGroup * Pitch, taps = G.Kernel.Height * G.Kernel.Width, u = item % taps / G.Kernel.Width, v = item % G.Kernel.Width;
            float* c = Partial + part.Number * PartSize;
            if (HasSingleRuns) SinglesRow(part, item, c + (long)item * G.Kernel.Width * tapWeights, tapsA, tapsB);
            else if (IsDepthwise)
            {
                Conv2dDepthwiseWeights depthwise = new() { G = G, Rows = Rows, Columns = Columns, Part = part, U = u, V = v, X = X, Dy = Dy, Sums = c };
                Simd.Dispatch(ref depthwise);
            }
            else SinglesTap(part, u, v, item / taps, c + (long)item * tapWeights, tapsA, tapsB);
        }

        /// <summary>Adds one wide block's share to the kernel row u: pixels are the taps, images the depth. Output columns that see the same kernel columns inside
        /// the image go together: their taps (column, channel) are rows that lie end to end in x, so one call serves the whole kernel row.</summary>
        private readonly void Wide(ImageBlock block, GradientPart part, int u, int firstColumn, int endColumn, int group, float* c, long* tapsA, long* tapsB)
        {
            int cg = G.InChannelsPerGroup, og = Pitch, width = block.Width, kw = endColumn;
            bool runs = HasRuns;
            TapGemm gemm = new()
            {
                A = X + block.Start((long)G.InHeight * G.InWidth * G.InChannels) + (long)group * cg * width,
                B = Turned + block.Start((long)G.OutHeight * G.OutWidth * G.Groups * og) + group * og,
                Begin = SumStart.Accumulate, TapsA = tapsA, TapsB = tapsB, Depth = width, ARow = width, AStep = 1, BStep = (long)G.Groups * og, CRow = og,
            };
            for (int v = firstColumn; v < kw; v++) // the first kernel column of a call
            {
                int next;
                for (int last = runs ? kw : v + 1; last > v; last = runs ? next : v) // and one past its last
                {
                    next = last - 1;
                    gemm.Taps = Pixels(u, v, last, runs, part.FirstRow, part.LastRow, width, tapsA, tapsB);
                    if (gemm.Taps == 0) continue;
                    gemm.C = c + (long)(v - firstColumn) * cg * og;
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
                    tapsB[count++] = (long)(i * G.OutWidth + j) * G.Groups * Pitch * width;
                }
            }
            return count;
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
