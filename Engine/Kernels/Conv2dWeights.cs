using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Weights of a 2-D convolution in the order in which <see cref="Conv2dKernel"/> reads them.</summary>
/// <remarks>Two forms: panels for wide blocks, which have images in the lanes (see <see cref="TapGemm.PackRows"/>), and rows for single images, where channels are
/// the lanes. A batch may need both; the rows then follow the panels. k runs over taps, then channels.</remarks>
internal static unsafe class Conv2dWeights
{
    /// <summary>Number of floats <see cref="PackForward"/> writes.</summary>
    public static int ForwardLength(in Conv2dGeometry g) => checked((BatchLanes.WideBlocks(g.Batch) > 0 ? g.WeightShape.Count : 0) + (BatchLanes.Singles(g.Batch) > 0 ? g.WeightShape.Count : 0));

    /// <summary>Number of floats <see cref="PackInput"/> writes.</summary>
    public static int InputLength(in Conv2dGeometry g) => ForwardLength(g);

    /// <summary>Where the rows begin in what is packed.</summary>
    public static long RowsStart(in Conv2dGeometry g) => BatchLanes.WideBlocks(g.Batch) > 0 ? g.WeightShape.Count : 0;

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][outputs of a tile][tap][c][output] and rows [group][tap][c][o].</summary>
    public static void PackForward(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == ForwardLength(g));
        int taps = g.Kernel.Height * g.Kernel.Width;
        fixed (float* from = weight, to = packed)
            Pack(g, new PackBody
            {
                From = from, Panels = to, Rows = to + RowsStart(g), Taps = taps,
                Lanes = g.OutChannelsPerGroup, Channels = g.InChannelsPerGroup, Lane = (long)g.InChannelsPerGroup * taps, Channel = taps,
            });
    }

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][inputs of a tile][tap][o][input] and rows [group][tap][o][c].</summary>
    public static void PackInput(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == InputLength(g));
        int taps = g.Kernel.Height * g.Kernel.Width;
        fixed (float* from = weight, to = packed)
            Pack(g, new PackBody
            {
                From = from, Panels = to, Rows = to + RowsStart(g), Taps = taps,
                Lanes = g.InChannelsPerGroup, Channels = g.OutChannelsPerGroup, Lane = taps, Channel = (long)g.InChannelsPerGroup * taps,
            });
    }

    private static void Pack(in Conv2dGeometry g, PackBody body)
    {
        (body.Wide, body.Single) = (BatchLanes.WideBlocks(g.Batch) > 0, BatchLanes.Singles(g.Batch) > 0);
        Work.For(g.Groups * body.Channels, 1 + 20_000 / (body.Taps * body.Lanes), ref body);
    }

    /// <summary>An item is one source channel of one group.</summary>
    private struct PackBody : IWorkBody
    {
        public float* From, Panels, Rows;
        public bool Wide, Single;
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
                float* w = From + start + c * Channel;
                if (Wide) TapGemm.PackRows(w, Lane, 1, Lanes, Taps, Panels + start, (long)Taps * Channels, c, Channels);
                if (Single) Transposition.Run(w, Lane, Rows + start + (long)c * Lanes, (long)Channels * Lanes, Lanes, Taps);
            }
        }
    }
}
