using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Weights of a 2-D convolution in the order in which <see cref="Conv2dKernel"/> reads them.</summary>
/// <remarks>Two forms, where packing pays (see <see cref="IsDirect"/>): panels for wide blocks, which have images in the lanes (see <see cref="TapGemm.PackRows"/>), and rows for single images, where channels are
/// the lanes ([tap][channel] in a depthwise convolution). A batch may need both; the rows then follow the panels. k runs over taps, then channels.</remarks>
internal static unsafe class Conv2dWeights
{
    /// <summary>Weights in a piece of work: some 2 us.</summary>
    private const int PieceSize = 6_000;

    /// <summary>Pixels of wide blocks up to which packing does not pay.</summary>
    private const int FewPixels = 64;

    /// <summary>Fewer channels than this are packed, one apart: there the taps themselves are a run.</summary>
    private const int FewestDirectChannels = 8;

    /// <summary>Output channels whose rows are made together: a cache line.</summary>
    private const int Chunk = 16;

    /// <summary>Whether wide blocks read the weights as the user has them. To pack a weight takes about as long as to use it at one pixel of a block: that pays
    /// for images of many pixels. Runs of so few channels that the setting up of each would be felt are always packed, so as to be merged along a kernel row.</summary>
    public static bool IsDirect(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => !Winograd.Suits(g, way) && BatchLanes.WideBlocks(g.Batch) > 0 && (long)BatchLanes.WideBlocks(g.Batch) * g.OutHeight * g.OutWidth <= FewPixels
        && (g.InChannelsPerGroup == 1 || g.InChannelsPerGroup >= FewestDirectChannels);

    /// <summary>Number of floats <see cref="PackForward"/> writes; none where the weights serve as they are.</summary>
    public static int ForwardLength(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => IsDirect(g, way) && BatchLanes.Singles(g.Batch) == 0 ? 0 : UsedLength(g, way);

    /// <summary>Number of floats <see cref="PackInput"/> writes.</summary>
    public static int InputLength(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => ForwardLength(g, way);

    /// <summary>Number of floats that a pass reads: those packed, or the weights as they are.</summary>
    public static int UsedLength(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => checked((int)RowsStart(g, way) + (BatchLanes.Singles(g.Batch) > 0 ? g.WeightShape.Count : 0));

    /// <summary>Where the rows begin in what is packed.</summary>
    public static long RowsStart(in Conv2dGeometry g, ConvWay way = ConvWay.Best) => BatchLanes.WideBlocks(g.Batch) == 0 ? 0
        : Winograd.Suits(g, way) ? WinogradWeights.Length(g.InChannels, g.OutChannels) : g.WeightShape.Count;

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
        int inputs = g.InChannelsPerGroup, outputs = g.OutChannelsPerGroup, taps = g.Kernel.Height * g.Kernel.Width, chunks = (outputs + Chunk - 1) / Chunk;
        if (Winograd.Suits(g, way)) WinogradWeights.Pack(g, weight, packed, toInputs);
        else if (IsDirect(g, way)) new ReadOnlySpan<float>(weight, g.WeightShape.Count).CopyTo(new Span<float>(packed, g.WeightShape.Count)); // the rows follow
        else if (BatchLanes.WideBlocks(g.Batch) > 0)
        {
            PanelsBody panels = new() { Weight = weight, Panels = packed, Taps = taps, Lanes = toInputs ? inputs : outputs, Channels = toInputs ? outputs : inputs };
            (panels.Lane, panels.Channel) = toInputs ? (taps, inputs * taps) : (inputs * taps, taps);
            Work.For(g.Groups * panels.Channels, 1 + PieceSize / (taps * panels.Lanes), ref panels);
        }
        if (BatchLanes.Singles(g.Batch) == 0) return;
        if (Conv2dDepthwise.Suits(g.Groups, inputs, outputs))
        {
            Transposition.Run(weight, taps, packed + RowsStart(g, way), g.Groups, g.Groups, taps);
            return;
        }
        RowsBody rows = new() { Weight = weight, Rows = packed + RowsStart(g, way), Taps = taps, Inputs = inputs, Outputs = outputs, Chunks = chunks, ToInputs = toInputs };
        Work.For(g.Groups * chunks, 1 + PieceSize / Math.Max(1, taps * inputs * outputs / chunks), ref rows);
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
                TapGemm.PackRows(Weight + start + c * Channel, Lane, 1, Lanes, Taps, Panels + start, (long)Taps * Channels, c, Channels);
            }
        }
    }

    /// <summary>An item is some output channels of one group. They go by way of working memory that stays in L1: in one step each tap would be written kilobytes
    /// from the next, at distances of powers of two, of which a cache holds few.</summary>
    private struct RowsBody : IWorkBody
    {
        public float* Weight, Rows;
        public int Taps, Inputs, Outputs, Chunks;
        public bool ToInputs;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            int features = Taps * Inputs;
            using Scratch memory = Scratch.Rent((long)Chunk * features);
            for (int item = from; item < to; item++)
            {
                int first = item % Chunks * Chunk, count = Math.Min(Chunk, Outputs - first);
                long group = (long)(item / Chunks) * Outputs * features;
                float* chunk = Weight + group + (long)first * features, rows = Rows + group;
                if (ToInputs) Inward(chunk, memory.Pointer, count, rows + (long)first * Inputs);
                else if (Taps == 1 || Inputs == 1) Transposition.Run(chunk, features, rows + first, Outputs, count, features);
                else Outward(chunk, memory.Pointer, count, rows + first);
            }
        }

        /// <summary>[o][c][tap] to [c][tap][o], and its rows to [tap][c][o].</summary>
        private readonly void Outward(float* chunk, float* turned, int count, float* rows)
        {
            Transposition.Run(chunk, Taps * Inputs, turned, Chunk, count, Taps * Inputs);
            for (int tap = 0; tap < Taps; tap++)
            {
                float* from = turned + tap * Chunk;
                for (int c = 0; c < Inputs; c++, from += Taps * Chunk, rows += Outputs)
                {
                    int o = 0; // copies of a constant size are a load and a store
                    if (count == Chunk) Unsafe.CopyBlockUnaligned(rows, from, Chunk * sizeof(float));
                    else
                    {
                        for (; o + 8 <= count; o += 8) Unsafe.CopyBlockUnaligned(rows + o, from + o, 8 * sizeof(float));
                        for (; o < count; o++) rows[o] = from[o];
                    }
                }
            }
        }

        /// <summary>[o][c][tap] to [o][tap][c], and its rows to [tap][o][c].</summary>
        private readonly void Inward(float* chunk, float* turned, int count, float* rows)
        {
            for (int o = 0; o < count; o++, chunk += Taps * Inputs)
            {
                Transposition.Run(chunk, Taps, turned, Inputs, Inputs, Taps);
                for (int tap = 0; tap < Taps; tap++)
                    Unsafe.CopyBlockUnaligned(rows + ((long)tap * Outputs + o) * Inputs, turned + (long)tap * Inputs, (uint)Inputs * sizeof(float));
            }
        }
    }
}
