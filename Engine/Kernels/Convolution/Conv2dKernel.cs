using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>2-D convolution over <see cref="BatchLanes"/> activations: forward pass and input gradient.</summary>
/// <remarks>im2col without columns: a tap is an address (see <see cref="TapGemm"/>); taps that fall into the padding are left out of the list.
/// Both passes sum in the order kernel row, kernel column, channel. Slow twin: <c>Reference.Conv2d</c>.</remarks>
internal static unsafe class Conv2dKernel
{
    /// <summary>Multiply-adds in a piece of work: 1 to 2 us.</summary>
    private const long PieceSize = 50_000;

    /// <summary>Pieces at least, where the work suffices: few of them would leave threads waiting for the last one. The channels of a row are cut for it.</summary>
    private const int Pieces = 24;

    /// <summary>Floats of source and result, 5 MB, up to which all activations of a net lie in a third cache as a rule, and asking for them costs more than it saves.</summary>
    private const long InCaches = 1280 * 1024;

    /// <summary>Multiply-adds for each float of source and result up to which asking costs more than it saves, a line every 30 cycles: unless there are so many floats, 32 MB, that
    /// they come from memory.</summary>
    private const long FewMultiplyAdds = 64, BeyondCaches = 8 * 1024 * 1024;

    /// <summary>y = conv(x, w) + bias. x, y in batch lanes; weights as <see cref="Conv2dWeights.PackForward"/> returns them; bias may be empty. y is overwritten.</summary>
    public static void Forward(in Conv2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> packed, ReadOnlySpan<float> bias, Span<float> y, bool relu = false, ConvWay way = ConvWay.Best)
    {
        long taps = (long)g.Kernel.Height * g.Kernel.Width;
        bool isDirect = Conv2dWeights.IsDirect(g, way);
        Debug.Assert(x.Length == g.InputShape.Count && packed.Length == Conv2dWeights.UsedLength(g, way, toInputs: false) && y.Length == g.OutputShape.Count);
        Debug.Assert(bias.IsEmpty || bias.Length == g.OutChannels);
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        fixed (float* px = x, pw = packed, pb = bias, py = y)
        {
            Run(new Conv2dPass
            {
                Rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
                Columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
                SourceHeight = g.InHeight, SourceWidth = g.InWidth, SourceGroup = g.InChannelsPerGroup, ResultGroup = g.OutChannelsPerGroup, Groups = g.Groups,
                Kernel = g.Kernel, Batch = g.Batch, Source = px, Weights = pw, RowWeights = pw + Conv2dWeights.RowsStart(g, way, toInputs: false), Bias = pb, Result = py, Relu = relu,
                WeightRow = isDirect ? taps * g.InChannelsPerGroup : 0, WeightStep = g.InChannelsPerGroup == 1 ? 1 : taps, // a lone channel's runs go along the taps
            }, g, way);
        }
    }

    /// <summary>dx = convolution of dy with the turned kernel. dx, dy in batch lanes; weights as <see cref="Conv2dWeights.PackInput"/> returns them. dx is overwritten.
    /// Where the input was the result of a ReLU and is given as <paramref name="rectified"/>, dx is the gradient of that one's input.</summary>
    public static void BackwardInput(in Conv2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<float> packed, Span<float> dx, ConvWay way = ConvWay.Best, ReadOnlySpan<float> rectified = default)
    {
        long taps = (long)g.Kernel.Height * g.Kernel.Width;
        bool isDirect = Conv2dWeights.IsDirect(g, way), columns = Conv2dWeights.AreSinglesDirect(g, way, toInputs: true) && Conv2dInputColumns.Suits(g);
        Debug.Assert(dx.Length == g.InputShape.Count && packed.Length == Conv2dWeights.UsedLength(g, way, toInputs: true) && dy.Length == g.OutputShape.Count);
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.InHeight) + TapAxis.Memory(g.InWidth));
        Debug.Assert(rectified.IsEmpty || rectified.Length == dx.Length);
        fixed (float* pdy = dy, pw = packed, pdx = dx, pRectified = rectified)
        {
            Run(new Conv2dPass
            {
                Rows = TapAxis.Backward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
                Columns = TapAxis.Backward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.InHeight)),
                SourceHeight = g.OutHeight, SourceWidth = g.OutWidth, SourceGroup = g.OutChannelsPerGroup, ResultGroup = g.InChannelsPerGroup, Groups = g.Groups,
                Kernel = g.Kernel, Batch = g.Batch, Source = pdy, Weights = pw, RowWeights = pw + Conv2dWeights.RowsStart(g, way, toInputs: true), Result = pdx, Rectified = pRectified,
                WeightRow = isDirect ? taps : 0, WeightStep = taps * g.InChannelsPerGroup,
            }, g, way, hasSingles: !columns);
            if (columns && BatchLanes.Singles(g.Batch) > 0) Conv2dInputColumns.Run(g, pdy, pw + Conv2dWeights.RowsStart(g, way, toInputs: true), pdx);
            if (pRectified != null) RectifySingles(g, pdx, pRectified);
        }
    }

    private static void Run(Conv2dPass pass, in Conv2dGeometry g, ConvWay way, bool hasSingles = true)
    {
        bool isWinograd = Winograd.Suits(g, way);
        if (isWinograd) RunWinograd(pass, g, way);
        if (hasSingles && Winograd.SuitsSingles(g, way)) hasSingles = false; // done with them
        int rows = pass.Rows.Length, wide = isWinograd ? 0 : BatchLanes.WideBlocks(pass.Batch) * rows, images = hasSingles ? BatchLanes.Singles(pass.Batch) : 0;
        if (wide == 0 && images == 0) return;
        bool toInputs = pass.Rows.SourceStep < 0;
        if (images > 0 && Conv2dFewPixels.Suits(g, toInputs))
        {
            Conv2dFewPixels pixels = new(pass, pass.RowWeights, toInputs);
            Work.For(pixels.Items, 1, ref pixels);
            return;
        }
        bool hasPlanes = images > 0 && PlaneRule.Suits(g, toInputs);
        Conv2dPlanes planes = hasPlanes ? new(pass, pass.RowWeights, toInputs) : default;
        if (hasPlanes && wide == 0)
        {
            Work.For(planes.Items, (planes.Items + Work.Threads - 1) / Work.Threads, ref planes); // a thread makes its lists once
            return;
        }
        if (hasPlanes) images = 0;
        if (wide > 0)
            pass.Chunks = (int)Math.Clamp(Math.Min((Pieces + wide - 1) / wide, g.MultiplyAdds / (4 * PieceSize * wide)), 1, TapPanels.Tiles(pass.ResultGroup));
        wide *= pass.Chunks;
        long floats = (pass.SourceFeatures + pass.ResultFeatures) * pass.Batch;
        pass.LooksAhead = floats > InCaches && (g.MultiplyAdds > FewMultiplyAdds * floats || floats > BeyondCaches);
        Conv2dSingles singles = new() { PixelLanes = new Conv2dPixelLanes { Pass = pass }, FirstImage = BatchLanes.FirstSingle(g.Batch), Images = images };
        singles.IsDepthwise = Conv2dDepthwise.Suits(pass.Groups, pass.SourceGroup, pass.ResultGroup);
        singles.HasPixelLanes = images > 0 && !singles.IsDepthwise && singles.PixelLanes.IsNeeded;
        using Scratch turned = Scratch.Rent(singles.HasPixelLanes ? singles.PixelLanes.Memory : 0);
        if (singles.HasPixelLanes)
        {
            singles.PixelLanes.Turned = turned.Pointer;
            TurnBody turn = new() { Lanes = singles.PixelLanes };
            Work.For(turn.Lanes.SourceRows, 1 + (int)(PieceSize / 4 / (pass.SourceWidth * pass.SourceChannels)), ref turn);
        }
        float* own = Conv2dWeights.AreSinglesDirect(g, way, toInputs) ? pass.RowWeights : null;
        SinglesWork work = images > 0 ? new(singles, own, g.MultiplyAdds / g.Batch * images) { ToInputs = toInputs } : default;
        if (wide == 0)
        {
            Work.For(work.Count, work.Grain, ref work);
            return;
        }
        // single images first: they are the caller's share, who has packed their weights
        Body body = new() { Pass = pass, Singles = work, WideItems = wide, Planes = planes, HasPlanes = hasPlanes, SinglesItems = hasPlanes ? planes.Items : work.Count };
        int items = wide + body.SinglesItems;
        Work.For(items, (int)Math.Clamp(PieceSize / Math.Max(1, g.MultiplyAdds / items), 1, 1 << 20), ref body);
    }

    /// <summary>The derivative of the ReLU before, for single images; wide blocks have applied it to each piece they had just written.</summary>
    private static void RectifySingles(in Conv2dGeometry g, float* dx, float* rectified)
    {
        int features = g.InputShape.Count / Math.Max(1, g.Batch), count = BatchLanes.Singles(g.Batch) * features;
        long from = (long)BatchLanes.FirstSingle(g.Batch) * features;
        Elementwise.Map(default(ReluGradientMap), new(dx + from, count), new ReadOnlySpan<float>(rectified + from, count), new Span<float>(dx + from, count));
    }

    /// <summary>Wide blocks, and single images where they go this way.</summary>
    private static void RunWinograd(in Conv2dPass pass, in Conv2dGeometry g, ConvWay way)
    {
        bool isForward = pass.Rows.SourceStep > 0;
        WinogradPass winograd = new()
        {
            Source = pass.Source, Weights = pass.Weights, Bias = pass.Bias, Result = pass.Result, Relu = pass.Relu, Batch = pass.Batch,
            SourceHeight = pass.SourceHeight, SourceWidth = pass.SourceWidth, SourceChannels = pass.SourceChannels,
            ResultHeight = pass.Rows.Length, ResultWidth = pass.Columns.Length, ResultChannels = pass.ResultChannels,
            Rectified = pass.Rectified, Top = isForward ? g.Padding.Top : 2 - g.Padding.Top, Left = isForward ? g.Padding.Left : 2 - g.Padding.Left,
        };
        if (BatchLanes.WideBlocks(g.Batch) > 0) winograd.Run();
        winograd.Weights = pass.RowWeights;
        if (BatchLanes.Singles(g.Batch) > 0 && Winograd.SuitsSingles(g, way)) WinogradSingles.Run(winograd);
    }

    private struct Body : IWorkBody
    {
        public Conv2dPass Pass;
        public SinglesWork Singles;
        public Conv2dPlanes Planes;
        public bool HasPlanes;
        public int WideItems, SinglesItems;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            int singles = Math.Min(to, SinglesItems);
            if (from < singles && HasPlanes) Planes.Run(from, singles);
            else if (from < singles) Singles.Run(from, singles);
            from = Math.Max(from, singles) - SinglesItems;
            to -= SinglesItems;
            if (from >= to) return;
            Conv2dPass pass = Pass; // the body is shared by threads
            int area = Pass.Kernel.Height * Pass.Kernel.Width;
            using Scratch taps = Scratch.Rent(4L * area); // two longs a tap; not on the stack, where a kernel as large as an image would not fit
            long* first = (long*)taps.Pointer, second = first + area;
            for (int item = from; item < to; item++)
            {
                // rows outside, channels inside: a thread's share is neighbouring rows, whose sources it has mostly written itself in the layer before
                int chunk = item % Pass.Chunks, row = item / Pass.Chunks % Pass.Rows.Length;
                ImageBlock block = BatchLanes.BlockOf(Pass.Batch, item / Pass.Chunks / Pass.Rows.Length);
                if (pass.LooksAhead) pass.LookAhead(block, row);
                pass.WideRow(block, row, chunk, first, second);
            }
        }
    }

    private struct TurnBody : IWorkBody
    {
        public Conv2dPixelLanes Lanes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            for (int row = from; row < to; row++) Lanes.Turn(row);
        }
    }
}
