namespace Engine.Kernels;

/// <summary>How the backward passes of pooling are cut: windows may overlap, so pieces share no channel of an image.</summary>
internal static class PoolPieces
{
    /// <summary>Floats of a wide block's pixel in a piece, and of a single image's.</summary>
    private const int WideChunk = 256, SingleChunk = 64;

    /// <summary>Number of pieces of a batch.</summary>
    public static int Count(in Pool2dGeometry g) => BatchLanes.WideBlocks(g.Batch) * Chunks(g, BatchLanes.FullWidth) + BatchLanes.Singles(g.Batch) * Chunks(g, 1);

    /// <summary>The block of a piece and the floats of each of its pixels that belong to it; none beyond the end of a block that is not full.</summary>
    public static (ImageBlock Block, int From, int To) Of(in Pool2dGeometry g, int piece)
    {
        int wide = BatchLanes.WideBlocks(g.Batch), chunks = Chunks(g, BatchLanes.FullWidth), chunk = WideChunk;
        if (piece < wide * chunks) return Cut(BatchLanes.BlockOf(g.Batch, piece / chunks), g.Channels, piece % chunks * chunk, chunk);
        piece -= wide * chunks;
        (chunks, chunk) = (Chunks(g, 1), SingleChunk);
        return Cut(BatchLanes.BlockOf(g.Batch, wide + piece / chunks), g.Channels, piece % chunks * chunk, chunk);
    }

    private static (ImageBlock Block, int From, int To) Cut(ImageBlock block, int channels, int from, int chunk)
    {
        int pixel = channels * block.Width;
        return (block, Math.Min(from, pixel), Math.Min(from + chunk, pixel));
    }

    private static int Chunks(in Pool2dGeometry g, int width) => width == 1 ? (g.Channels + SingleChunk - 1) / SingleChunk : (g.Channels * width + WideChunk - 1) / WideChunk;
}
