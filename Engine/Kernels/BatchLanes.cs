namespace Engine.Kernels;

/// <summary>The physical order of image activations: blocks of up to 64 images; in a block for each pixel all channels, for each channel the images side by side
/// ([N/64][H][W][C][64], the last block as narrow as it must be).</summary>
/// <remarks>With the batch in the lanes of the vectors a row of an im2col matrix already lies in memory: any stride, padding or dilation is an address.
/// At batch 1 this is plain H, W, C. See docs/decisions.md.</remarks>
internal static unsafe class BatchLanes
{
    /// <summary>Images in a block: four vectors of 16, a cache line each.</summary>
    public const int Block = 64;

    /// <summary>Number of blocks of a batch.</summary>
    public static int Blocks(int batch) => (batch + Block - 1) / Block;

    /// <summary>Images in block <paramref name="block"/>.</summary>
    public static int Width(int batch, int block) => Math.Min(Block, batch - block * Block);

    /// <summary>[N, C, plane] row-major to batch lanes.</summary>
    public static void FromRowMajor(ReadOnlySpan<float> source, Span<float> destination, int batch, int channels, int plane)
    {
        fixed (float* from = source, to = destination)
        {
            Turn body = new() { Source = from, Destination = to, Batch = batch, Channels = channels, Plane = plane, ToLanes = true };
            Work.For(Blocks(batch), 1, ref body);
        }
    }

    /// <summary>Batch lanes to [N, C, plane] row-major.</summary>
    public static void ToRowMajor(ReadOnlySpan<float> source, Span<float> destination, int batch, int channels, int plane)
    {
        fixed (float* from = source, to = destination)
        {
            Turn body = new() { Source = from, Destination = to, Batch = batch, Channels = channels, Plane = plane, ToLanes = false };
            Work.For(Blocks(batch), 1, ref body);
        }
    }

    private struct Turn : IWorkBody
    {
        public float* Source, Destination;
        public int Batch, Channels, Plane;
        public bool ToLanes;

        public void Run(int from, int to)
        {
            for (int block = from; block < to; block++)
            {
                int width = Width(Batch, block);
                long features = (long)Channels * Plane, start = block * (long)Block * features;
                for (int c = 0; c < Channels; c++) // images are the rows of one side, pixels those of the other
                    if (ToLanes) Transposition.Run(Source + start + (long)c * Plane, features, Destination + start + (long)c * width, (long)Channels * width, width, Plane);
                    else Transposition.Run(Source + start + (long)c * width, (long)Channels * width, Destination + start + (long)c * Plane, features, Plane, width);
            }
        }
    }
}
