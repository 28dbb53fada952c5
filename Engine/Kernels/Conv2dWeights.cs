using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Weights of a 2-D convolution in the order in which <see cref="Conv2dKernel"/> reads them.</summary>
/// <remarks>Two forms: panels for blocks with images in the lanes (see <see cref="TapGemm.PackRows"/>), and rows for narrow blocks, where channels are the lanes.
/// A batch may need both; the rows then follow the panels. k runs over taps, then channels.</remarks>
internal static unsafe class Conv2dWeights
{
    /// <summary>Number of floats <see cref="PackForward"/> writes.</summary>
    public static int ForwardLength(in Conv2dGeometry g) => checked((int)(ForwardRows(g) + (Narrow(g, g.OutChannelsPerGroup) ? g.WeightShape.Count : 0)));

    /// <summary>Number of floats <see cref="PackInput"/> writes.</summary>
    public static int InputLength(in Conv2dGeometry g) => checked((int)(InputRows(g) + (Narrow(g, g.InChannelsPerGroup) ? g.WeightShape.Count : 0)));

    /// <summary>Where the rows begin in what <see cref="PackForward"/> writes.</summary>
    public static long ForwardRows(in Conv2dGeometry g) => Wide(g, g.OutChannelsPerGroup) ? g.WeightShape.Count : 0;

    /// <summary>Where the rows begin in what <see cref="PackInput"/> writes.</summary>
    public static long InputRows(in Conv2dGeometry g) => Wide(g, g.InChannelsPerGroup) ? g.WeightShape.Count : 0;

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][outputs of a tile][tap][c][output] and rows [group][tap][c][o].</summary>
    public static void PackForward(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == ForwardLength(g));
        fixed (float* from = weight, to = packed)
        {
            PackBody body = new() { From = from, Panels = to, Rows = to + ForwardRows(g), Wide = Wide(g, g.OutChannelsPerGroup), Narrow = Narrow(g, g.OutChannelsPerGroup) };
            body.Taps = g.Kernel.Height * g.Kernel.Width;
            (body.Lanes, body.Channels) = (g.OutChannelsPerGroup, g.InChannelsPerGroup);
            (body.Lane, body.Channel) = (g.InChannelsPerGroup * body.Taps, body.Taps);
            Work.For(g.Groups, 1 + 100_000 / (body.Taps * body.Lanes * body.Channels), ref body);
        }
    }

    /// <summary>Weights [O, C/g, kH, kW] to panels [group][inputs of a tile][tap][o][input] and rows [group][tap][o][c].</summary>
    public static void PackInput(in Conv2dGeometry g, ReadOnlySpan<float> weight, Span<float> packed)
    {
        Debug.Assert(weight.Length == g.WeightShape.Count && packed.Length == InputLength(g));
        fixed (float* from = weight, to = packed)
        {
            PackBody body = new() { From = from, Panels = to, Rows = to + InputRows(g), Wide = Wide(g, g.InChannelsPerGroup), Narrow = Narrow(g, g.InChannelsPerGroup) };
            body.Taps = g.Kernel.Height * g.Kernel.Width;
            (body.Lanes, body.Channels) = (g.InChannelsPerGroup, g.OutChannelsPerGroup);
            (body.Lane, body.Channel) = (body.Taps, g.InChannelsPerGroup * body.Taps);
            Work.For(g.Groups, 1 + 100_000 / (body.Taps * body.Lanes * body.Channels), ref body);
        }
    }

    /// <summary>Whether some block of the batch has images in its lanes, given the channels that would be lanes else.</summary>
    private static bool Wide(in Conv2dGeometry g, int lanes) => g.Batch >= BatchLanes.Block || !Conv2dNarrowKernel.Suits(BatchLanes.Width(g.Batch, BatchLanes.Blocks(g.Batch) - 1), lanes);

    private static bool Narrow(in Conv2dGeometry g, int lanes) => g.Batch > 0 && Conv2dNarrowKernel.Suits(BatchLanes.Width(g.Batch, BatchLanes.Blocks(g.Batch) - 1), lanes);

    private struct PackBody : IWorkBody
    {
        public float* From, Panels, Rows;
        public bool Wide, Narrow;
        public int Taps, Lanes, Channels;
        public long Lane, Channel;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long group = (long)Taps * Lanes * Channels;
            for (int item = from; item < to; item++)
            {
                float* w = From + item * group;
                for (int c = 0; Wide && c < Channels; c++) TapGemm.PackRows(w + c * Channel, Lane, 1, Lanes, Taps, Panels + item * group, (long)Taps * Channels, c, Channels);
                for (int c = 0; Narrow && c < Channels; c++) Transposition.Run(w + c * Channel, Lane, Rows + item * group + (long)c * Lanes, (long)Channels * Lanes, Lanes, Taps);
            }
        }
    }
}
