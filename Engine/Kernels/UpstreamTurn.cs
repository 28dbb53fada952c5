using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Turns dy of wide blocks from [pixel][O][n] to [pixel][n][pitch], so that output channels are the lanes, filled up with zeros. An item is a row of a block.</summary>
internal unsafe struct UpstreamTurn : IWorkBody
{
    /// <summary>The convolution.</summary>
    public Conv2dGeometry G;

    /// <summary>dy, and room for the result.</summary>
    public float* Dy, Turned;

    /// <summary>Lanes of the result.</summary>
    public int Pitch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        int channels = G.OutChannels;
        for (int item = from; item < to; item++)
        {
            ImageBlock block = BatchLanes.BlockOf(G.Batch, item / G.OutHeight);
            long pixel = block.Start((long)G.OutHeight * G.OutWidth) + (long)(item % G.OutHeight) * G.OutWidth * block.Width;
            float* source = Dy + pixel * channels, lanes = Turned + pixel * Pitch;
            if (Pitch > channels) new Span<float>(lanes, G.OutWidth * block.Width * Pitch).Clear();
            for (int j = 0; j < G.OutWidth; j++, source += (long)channels * block.Width, lanes += (long)Pitch * block.Width)
                Transposition.Run(source, block.Width, lanes, Pitch, channels, block.Width);
        }
    }
}
