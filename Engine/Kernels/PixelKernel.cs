using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Gathers images of bytes into a float batch in <see cref="BatchLanes"/> order, each byte looked up in its channel's table.</summary>
internal static unsafe class PixelKernel
{
    /// <summary>Entries of a channel's table.</summary>
    public const int TableLength = 256;

    /// <summary>batch[n] = table[channel][pixels[indices[n]]]; tables one after the other.</summary>
    public static void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, int channels, int plane, ReadOnlySpan<float> tables, Span<float> batch)
    {
        Debug.Assert(batch.Length == indices.Length * channels * plane && tables.Length == channels * TableLength);
        fixed (byte* pPixels = pixels)
        fixed (int* pIndices = indices)
        fixed (float* pTables = tables, pBatch = batch)
        {
            GatherBody body = new() { Pixels = pPixels, Indices = pIndices, Tables = pTables, Batch = pBatch, Count = indices.Length, Channels = channels, Plane = plane };
            Work.For(BatchLanes.Blocks(indices.Length), 1, ref body);
        }
    }

    private struct GatherBody : IWorkBody
    {
        private const int Tile = 16; // pixels whose rows of lanes, 4 KB, stay in L1 while every image writes its place in them
        public byte* Pixels;
        public int* Indices;
        public float* Tables, Batch;
        public int Count, Channels, Plane;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long features = (long)Channels * Plane;
            for (int item = from; item < to; item++)
            {
                ImageBlock block = BatchLanes.BlockOf(Count, item);
                int width = block.Width;
                float* lanes = Batch + block.Start(features);
                for (int c = 0; c < Channels; c++)
                    for (int p0 = 0; p0 < Plane; p0 += Tile)
                        for (int n = 0; n < width; n++)
                        {
                            byte* source = Pixels + Indices[block.First + n] * features + (long)c * Plane;
                            float* table = Tables + c * TableLength, target = lanes + (long)c * width + n;
                            for (int p = p0; p < Math.Min(p0 + Tile, Plane); p++) target[(long)p * Channels * width] = table[source[p]];
                        }
            }
        }
    }
}
