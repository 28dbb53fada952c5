namespace Engine.Kernels;

/// <summary>The physical order of image activations: blocks of 64 images; of what is left over one block whose width is the largest multiple of 16, and the
/// remaining 1 to 15 images each by itself (batch 100: 64 + 32 + 4 x 1). In a wide block for each pixel all channels, for each channel the images side by side
/// ([H][W][C][width]); a single image is plain [H][W][C].</summary>
/// <remarks>With the batch in the lanes of the vectors a row of an im2col matrix already lies in memory: any stride, padding or dilation is an address. A wide
/// block is whole vectors on every machine; single images have channels in the lanes, and lie end to end. See docs/decisions.md.</remarks>
internal static unsafe class BatchLanes
{
    /// <summary>Images in a full block: four vectors of 16, a cache line each.</summary>
    public const int FullWidth = 64;

    /// <summary>Wide blocks are multiples of this, the lanes of the widest vectors.</summary>
    public const int Step = 16;

    /// <summary>Pixels of a single image in a piece of parallel work of the conversions.</summary>
    private const int PixelChunk = 4096;

    /// <summary>Pixels of a channel of a wide block in a piece: 64 KB, some 2 us; a cache line's worth of them always goes together.</summary>
    private const int WideChunk = 256, Line = 16;

    /// <summary>Number of blocks of 16 images and more; they come first.</summary>
    public static int WideBlocks(int batch) => (batch - Singles(batch) + FullWidth - 1) / FullWidth;

    /// <summary>Number of images, the last ones, that lie by themselves.</summary>
    public static int Singles(int batch) => batch % Step;

    /// <summary>Number of blocks of a batch.</summary>
    public static int Blocks(int batch) => WideBlocks(batch) + Singles(batch);

    /// <summary>Block number <paramref name="block"/>.</summary>
    public static ImageBlock BlockOf(int batch, int block)
    {
        int wide = WideBlocks(batch), inWide = batch - Singles(batch), first = block * FullWidth;
        return block < wide ? new(first, Math.Min(FullWidth, inWide - first)) : new(inWide + block - wide, 1);
    }

    /// <summary>All single images as one run: the first of them. A single image follows the other in memory.</summary>
    public static int FirstSingle(int batch) => batch - Singles(batch);

    /// <summary>[N, C, plane] row-major to batch lanes.</summary>
    public static void FromRowMajor(ReadOnlySpan<float> source, Span<float> destination, int batch, int channels, int plane) =>
        Convert(source, destination, batch, channels, plane, toLanes: true);

    /// <summary>Batch lanes to [N, C, plane] row-major.</summary>
    public static void ToRowMajor(ReadOnlySpan<float> source, Span<float> destination, int batch, int channels, int plane) =>
        Convert(source, destination, batch, channels, plane, toLanes: false);

    private static void Convert(ReadOnlySpan<float> source, Span<float> destination, int batch, int channels, int plane, bool toLanes)
    {
        if (plane == 1) (channels, plane) = (1, channels); // the numbers of a lone pixel lie as the pixels of a lone channel do, and are turned together
        fixed (float* from = source, to = destination)
        {
            int wideChunks = Math.Max(1, (plane + WideChunk - 1) / WideChunk), widePixels = ((plane + wideChunks - 1) / wideChunks + Line - 1) / Line * Line;
            Turn body = new()
            {
                Source = from, Destination = to, Batch = batch, Channels = channels, Plane = plane, Chunks = (plane + PixelChunk - 1) / PixelChunk,
                WideChunks = wideChunks, WidePixels = widePixels, ToLanes = toLanes,
            };
            int grain = 1 + 8_192 / Math.Max(1, Math.Min(batch, FullWidth) * Math.Min(plane, widePixels));
            Work.For(WideBlocks(batch) * channels * wideChunks + Singles(batch) * body.Chunks, grain, ref body);
        }
    }

    private struct Turn : IWorkBody
    {
        public float* Source, Destination;
        public int Batch, Channels, Plane, Chunks, WideChunks, WidePixels;
        public bool ToLanes;

        public void Run(int from, int to)
        {
            for (int item = from, wide = WideBlocks(Batch) * Channels * WideChunks; item < to; item++)
                if (item < wide) Channel(BlockOf(Batch, item / WideChunks / Channels), item / WideChunks % Channels, item % WideChunks * WidePixels);
                else Single(FirstSingle(Batch) + (item - wide) / Chunks, (item - wide) % Chunks * PixelChunk);
        }

        /// <summary>Some pixels of one channel of a wide block: images are the rows of one side, pixels those of the other.</summary>
        private readonly void Channel(ImageBlock block, int c, int pixel)
        {
            int pixels = Math.Min(WidePixels, Plane - pixel);
            long features = (long)Channels * Plane, pitch = (long)Channels * block.Width;
            long rows = block.Start(features) + (long)c * Plane + pixel, lanes = block.Start(features) + pixel * pitch + (long)c * block.Width;
            if (pixels <= 0) return; // rounding up to whole lines may leave the last piece nothing
            if (ToLanes) Transposition.Run(Source + rows, features, Destination + lanes, pitch, block.Width, pixels);
            else Transposition.Run(Source + lanes, pitch, Destination + rows, features, pixels, block.Width);
        }

        /// <summary>Some pixels of a single image: channels are the rows of one side, pixels those of the other.</summary>
        private readonly void Single(int image, int pixel)
        {
            long start = (long)image * Channels * Plane, rows = start + pixel, lanes = start + (long)pixel * Channels;
            int pixels = Math.Min(PixelChunk, Plane - pixel);
            if (Channels == 1) new ReadOnlySpan<float>(Source + rows, pixels).CopyTo(new Span<float>(Destination + rows, pixels));
            else if (ToLanes) Transposition.Run(Source + rows, Plane, Destination + lanes, Channels, Channels, pixels);
            else Transposition.Run(Source + lanes, Channels, Destination + rows, Plane, pixels, Channels);
        }
    }
}
