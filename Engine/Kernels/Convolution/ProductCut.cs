namespace Engine.Kernels.Convolution;

/// <summary>How <see cref="Conv2dWeightProducts"/> cuts its work, by shape alone: output channels, input channels, and parts of the sum.</summary>
internal struct ProductCut
{
    /// <summary>Lanes of the widest vectors, to which output channels are filled up, and vectors in the widest tiles.</summary>
    public const int Lanes = 16, TileVectors = 4;

    /// <summary>Items wanted, and parts at most: enough for a few threads to end together. Where there is less to add up, fewer, cut by channels: two threads have none of
    /// each other's sums to add, but both turn dy.</summary>
    private const int Most = 8, Few = 4, Least = 2;

    /// <summary>Images times pixels in a part at least: its sums are written and read once more, often by another thread.</summary>
    private const int LeastImages = 768;

    /// <summary>Vector multiply-adds that are worth an item, some 1 us.</summary>
    private const long PieceSize = 8_000;

    /// <summary>Input channels of an item that are halved for a second item, and for more.</summary>
    private const int SomeInputs = 16, ManyInputs = 32;

    /// <summary>Bytes of sums in an item: they stay in an L2 beside what it reads.</summary>
    private const long SumBytes = 384 * 1024;

    /// <summary>Cuts the sums of such a convolution.</summary>
    public ProductCut(in Conv2dGeometry g)
    {
        long taps = g.Kernel.Height * g.Kernel.Width, images = (long)BatchLanes.FirstSingle(g.Batch) * g.OutHeight * g.OutWidth;
        int inputs = g.InChannelsPerGroup, vectors = Filled(g.OutChannelsPerGroup) / Lanes;
        (Parts, OutputPieces) = (1, (vectors + TileVectors - 1) / TileVectors);
        InputPieces = (int)Math.Clamp((inputs * taps * Math.Min(vectors, TileVectors) * Lanes * sizeof(float) + SumBytes - 1) / SumBytes, 1, inputs);
        long wanted = Math.Clamp(g.Groups * vectors * inputs * taps * images / PieceSize, 1, Most);
        if (images / LeastImages * Items(g) < Most) Halve(g, vectors, Math.Min(wanted, Least), SomeInputs);
        while (Items(g) < wanted && 2L * Parts * LeastImages <= images) Parts *= 2;
        Halve(g, vectors, Math.Min(wanted, Few), ManyInputs);
    }

    private void Halve(in Conv2dGeometry g, int vectors, long wanted, int many)
    {
        while (Items(g) < wanted && vectors >= TileVectors * OutputPieces) OutputPieces *= 2;
        while (Items(g) < wanted && g.InChannelsPerGroup >= many * InputPieces) InputPieces *= 2;
    }

    /// <summary>Parts of the sum.</summary>
    public int Parts { get; private set; }

    /// <summary>Ranges of output channels, by whole vectors.</summary>
    public int OutputPieces { get; private set; }

    /// <summary>Ranges of input channels.</summary>
    public int InputPieces { get; private set; }

    /// <summary>Pieces of work.</summary>
    public readonly int Items(in Conv2dGeometry g) => Parts * g.Groups * OutputPieces * InputPieces;

    /// <summary>Up to the next whole vector.</summary>
    public static int Filled(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
