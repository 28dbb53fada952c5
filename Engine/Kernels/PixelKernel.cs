using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Gathers images of bytes into a float batch in <see cref="BatchLanes"/> order, each byte looked up in its channel's table.</summary>
internal static class PixelKernel
{
    /// <summary>batch[n] = table[pixels[indices[n]]].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> indices, int channels, int plane, float[][] tables, Span<float> batch)
    {
        int features = channels * plane;
        Debug.Assert(batch.Length == indices.Length * features);
        for (int block = 0; block < BatchLanes.Blocks(indices.Length); block++)
        {
            int width = BatchLanes.Width(indices.Length, block);
            ReadOnlySpan<int> images = indices.Slice(block * BatchLanes.Block, width);
            Span<float> lanes = batch.Slice(block * BatchLanes.Block * features, width * features);
            for (int n = 0; n < width; n++)
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<byte> source = pixels.Slice(images[n] * features + c * plane, plane);
                    ReadOnlySpan<float> table = tables[c];
                    for (int p = 0; p < plane; p++) lanes[(p * channels + c) * width + n] = table[source[p]];
                }
        }
    }
}
