using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>Weights of a 2-D convolution in the order in which <see cref="Conv2dKernel"/> reads them.</summary>
/// <remarks>Two forms, where packing pays (see <see cref="IsDirect"/>): panels for wide blocks, which have images in the lanes (see <see cref="TapPanels.Pack"/>), and rows for single images, where channels are
/// the lanes ([tap][channel] in a depthwise convolution). A batch may need both; the rows then follow the panels. k runs over taps, then channels.</remarks>
internal static unsafe class Conv2dWeights
{
    /// <summary>Weights in a piece of work: some 2 us.</summary>
    private const int PieceSize = 6_000;

    /// <summary>Pixels of wide blocks up to which packing does not pay.</summary>
    private const int FewPixels = 64;

    /// <summary>Fewer channels than this are packed, one apart: there the taps themselves are a run.</summary>
    private const int FewestDirectChannels = 8;

    /// <summary>Floats of rows that a thread packs for itself at most: half of an L2.</summary>
    private const int MostOwn = 128 * 1024;

    /// <summary>Floats of a cache line, where the rows begin.</summary>
    private const int Line = Caches.Line;

    /// <summary>Whether wide blocks read the weights as the user has them. To pack a weight takes about as long as to use it at one pixel of a block: that pays
    /// for images of many pixels. Runs of so few channels that the setting up of each would be felt are always packed, so as to be merged along a kernel row.</summary>
    public static bool IsDirect(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => !Winograd.Suits(g, way) && BatchLanes.WideBlocks(g.Batch) > 0 && (long)BatchLanes.WideBlocks(g.Batch) * g.OutHeight * g.OutWidth <= FewPixels
        && (g.InChannelsPerGroup == 1 || g.InChannelsPerGroup >= FewestDirectChannels);

    /// <summary>Whether single images read the weights as the user has them.</summary>
    public static bool AreSinglesDirect(in Conv2dGeometry g, ConvWay way, bool toInputs) =>
        !Winograd.SuitsSingles(g, way) && (Conv2dFewPixels.Suits(g, toInputs) || PlaneRule.Suits(g, toInputs) || (toInputs && Conv2dInputColumns.Suits(g)) || ArePackedByUsers(g, way, toInputs));

    /// <summary>Whether who computes single images packs the weights for himself (<see cref="SinglesWork"/>): not where wide blocks have theirs packed before, nor groups, whose weights may be kept.</summary>
    private static bool ArePackedByUsers(in Conv2dGeometry g, ConvWay way, bool toInputs) =>
        g.Groups == 1 && (BatchLanes.WideBlocks(g.Batch) == 0 || IsDirect(g, way)) && Conv2dRowWeights.Length(g, toInputs) <= MostOwn;

    /// <summary>Number of floats <see cref="PackForward"/> writes; none where the weights serve as they are.</summary>
    public static int ForwardLength(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => AreUsed(g, way, toInputs: false) ? 0 : UsedLength(g, way, toInputs: false);

    /// <summary>Number of floats <see cref="PackInput"/> writes.</summary>
    public static int InputLength(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => AreUsed(g, way, toInputs: true) ? 0 : UsedLength(g, way, toInputs: true);

    /// <summary>Number of floats that a pass reads: those packed, or the weights as they are.</summary>
    public static int UsedLength(in Conv2dGeometry g, ConvWay way, bool toInputs)
    {
        if (AreUsed(g, way, toInputs)) return g.WeightShape.Count;
        long singles = BatchLanes.Singles(g.Batch) == 0 ? 0 : AreSinglesDirect(g, way, toInputs) ? g.WeightShape.Count
            : Winograd.SuitsSingles(g, way) ? WinogradWeights.Length(g.InChannels, g.OutChannels) : Conv2dRowWeights.Length(g, toInputs);
        return checked((int)(RowsStart(g, way, toInputs) + singles));
    }

    /// <summary>Where, in what is packed, that begins what single images read.</summary>
    public static long RowsStart(in Conv2dGeometry g, ConvWay way, bool toInputs) => BatchLanes.WideBlocks(g.Batch) == 0 || AreUsed(g, way, toInputs) ? 0
        : (Winograd.Suits(g, way) ? WinogradWeights.Length(g.InChannels, g.OutChannels) : g.WeightShape.Count + Line - 1) / Line * Line;

    /// <summary>Whether nothing is packed.</summary>
    private static bool AreUsed(in Conv2dGeometry g, ConvWay way, bool toInputs) =>
        (BatchLanes.WideBlocks(g.Batch) == 0 || IsDirect(g, way)) && (BatchLanes.Singles(g.Batch) == 0 || AreSinglesDirect(g, way, toInputs));

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][outputs of a tile][tap][c][output] and rows [group][tap][c][o].</summary>
    /// <returns>What the pass reads: <paramref name="packed"/>, or <paramref name="weight"/> where nothing is packed.</returns>
    public static ReadOnlySpan<float> PackForward(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed, ConvWay way = ConvWay.Best)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == ForwardLength(g, way));
        if (packed.Length == 0) return weight;
        fixed (float* from = weight, to = packed) Pack(g, from, to, toInputs: false, way);
        return packed;
    }

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][inputs of a tile][tap][o][input] and rows [group][tap][o][c].</summary>
    /// <returns>What the pass reads, as <see cref="PackForward"/>.</returns>
    public static ReadOnlySpan<float> PackInput(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed, ConvWay way = ConvWay.Best)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == InputLength(g, way));
        if (packed.Length == 0) return weight;
        fixed (float* from = weight, to = packed) Pack(g, from, to, toInputs: true, way);
        return packed;
    }

    private static void Pack(in Conv2dGeometry g, float* weight, float* packed, bool toInputs, ConvWay way)
    {
        int inputs = g.InChannelsPerGroup, outputs = g.OutChannelsPerGroup, taps = g.Kernel.Height * g.Kernel.Width;
        if (BatchLanes.WideBlocks(g.Batch) > 0 && Winograd.Suits(g, way)) WinogradWeights.Pack(g, weight, packed, toInputs);
        else if (IsDirect(g, way)) new ReadOnlySpan<float>(weight, g.WeightShape.Count).CopyTo(new Span<float>(packed, g.WeightShape.Count)); // what single images read follows
        else if (BatchLanes.WideBlocks(g.Batch) > 0)
        {
            PanelsBody panels = new() { Weight = weight, Panels = packed, Taps = taps, Lanes = toInputs ? inputs : outputs, Channels = toInputs ? outputs : inputs };
            (panels.Lane, panels.Channel) = toInputs ? (taps, inputs * taps) : (inputs * taps, taps);
            Work.For(g.Groups * panels.Channels, 1 + PieceSize / (taps * panels.Lanes), ref panels);
        }
        if (BatchLanes.Singles(g.Batch) == 0) return;
        float* singles = packed + RowsStart(g, way, toInputs);
        if (AreSinglesDirect(g, way, toInputs)) new ReadOnlySpan<float>(weight, g.WeightShape.Count).CopyTo(new Span<float>(singles, g.WeightShape.Count));
        else if (Winograd.SuitsSingles(g, way)) WinogradRowWeights.Pack(g, weight, singles, toInputs);
        else Conv2dRowWeights.Pack(g, weight, singles, toInputs);
    }

    /// <summary>An item is one source channel of one group.</summary>
    private struct PanelsBody : IWorkBody
    {
        public float* Weight, Panels;
        public int Taps, Lanes, Channels;
        public long Lane, Channel;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long group = (long)Taps * Lanes * Channels;
            for (int item = from; item < to; item++)
            {
                long start = item / Channels * group;
                int c = item % Channels;
                TapPanels.Pack(Weight + start + c * Channel, Lane, 1, Lanes, Taps, Panels + start, (long)Taps * Channels, c, Channels);
            }
        }
    }
}
