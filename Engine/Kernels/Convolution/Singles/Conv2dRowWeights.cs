using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Weights for single images, whose vectors are channels of the result: rows [group][tap][source channel][result channel], which fill whole vectors where
/// there is one group. What is beyond the channels is zero. Moves numbers, computes none.</summary>
internal static unsafe class Conv2dRowWeights
{
    /// <summary>Weights in a piece of work: some 1 us.</summary>
    private const int PieceSize = 8_000;

    /// <summary>Output channels in an item: a cache line of a row.</summary>
    private const int Chunk = 16;

    /// <summary>Lanes of half a line.</summary>
    private const int Block = 8;

    /// <summary>Length of a row: the channels of a group; of a lone group so many that 8 and 16 lanes go into it, 16 where 8 would leave more than 8 over.</summary>
    public static int Pitch(int groups, int channels) => groups > 1 ? channels : channels % (2 * Block) is 0 or > Block ? Whole(channels, 2 * Block) : Whole(channels, Block);

    /// <summary>Floats of all rows.</summary>
    public static long Length(in Conv2dGeometry g, bool toInputs)
    {
        (int sources, int results) = toInputs ? (g.OutChannelsPerGroup, g.InChannelsPerGroup) : (g.InChannelsPerGroup, g.OutChannelsPerGroup);
        return (long)g.Groups * g.Kernel.Height * g.Kernel.Width * sources * Pitch(g.Groups, results);
    }

    /// <summary>Weights [O, C/g, kH, kW] to rows; those of a depthwise convolution to [tap][channel].</summary>
    public static void Pack(in Conv2dGeometry g, float* weight, float* rows, bool toInputs)
    {
        int inputs = g.InChannelsPerGroup, outputs = g.OutChannelsPerGroup, taps = g.Kernel.Height * g.Kernel.Width, chunks = (outputs + Chunk - 1) / Chunk;
        if (Conv2dDepthwise.Suits(g.Groups, inputs, outputs))
        {
            Transposition.Run(weight, taps, rows, g.Groups, g.Groups, taps);
            return;
        }
        Body body = new() { Weight = weight, Rows = rows, Taps = taps, Inputs = inputs, Outputs = outputs, Chunks = chunks, ToInputs = toInputs };
        body.Pitch = Pitch(g.Groups, toInputs ? inputs : outputs);
        Work.For(g.Groups * chunks, 1 + PieceSize / Math.Max(1, taps * inputs * outputs / chunks), ref body);
    }

    /// <summary>Some channels of the result of a convolution of one group: weights [O, C, tap], or of its input gradient, to rows of their own.</summary>
    public static void Part(float* weight, int taps, bool toInputs, int sources, int results, int first, int count, float* rows)
    {
        int pitch = Pitch(1, count), features = taps * (toInputs ? results : sources);
        if (toInputs) // [o][c][tap] to [tap][o][c]
            for (int o = 0; o < sources; o++)
                for (int c = 0, step; c < count; c += step)
                    step = Turning.Run(weight + (long)o * features + (long)(first + c) * taps, taps, count - c, taps, rows + (long)o * pitch + c, (long)sources * pitch, taps, 0, pitch - c);
        else // [o][c][tap] to [tap][c][o]
            for (int o = 0, step; o < count; o += step)
                step = Turning.Run(weight + (long)(first + o) * features, features, count - o, features, rows + o, (long)sources * pitch, taps, pitch, pitch - o);
    }

    private static int Whole(int channels, int lanes) => (channels + lanes - 1) / lanes * lanes;

    /// <summary>An item is some output channels of one group.</summary>
    private struct Body : IWorkBody
    {
        public float* Weight, Rows;
        public int Taps, Inputs, Outputs, Chunks, Pitch;
        public bool ToInputs;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            int features = Taps * Inputs, lanes = ToInputs ? Inputs : Outputs;
            for (int item = from; item < to; item++)
            {
                int group = item / Chunks, first = item % Chunks * Chunk, end = Math.Min(Outputs, first + Chunk);
                float* weight = Weight + (long)group * Outputs * features, rows = Rows + (long)group * Taps * (ToInputs ? Outputs : Inputs) * Pitch;
                if (ToInputs) // [o][c][tap] to [tap][o][c]
                    for (int o = first; o < end; o++)
                        for (int c = 0, step; c < lanes; c += step)
                            step = Turning.Run(weight + (long)o * features + (long)c * Taps, Taps, lanes - c, Taps, rows + (long)o * Pitch + c, (long)Outputs * Pitch, Taps, 0, Pitch - c);
                else // [o][c][tap] to [tap][c][o]
                    for (int o = first, step; o < end; o += step)
                        step = Turning.Run(weight + (long)o * features, features, lanes - o, features, rows + o, (long)Inputs * Pitch, Taps, Pitch, Pitch - o);
            }
        }
    }
}
