namespace Engine.Kernels;

/// <summary>Part of a batch whose share of a weight gradient is one sum.</summary>
/// <param name="Number">Its place in the order in which parts are added.</param>
/// <param name="IsSingles">Whether it is made of single images rather than of wide blocks.</param>
/// <param name="From">The first block, or single image.</param>
/// <param name="To">One past the last.</param>
/// <param name="FirstRow">The first output row.</param>
/// <param name="LastRow">One past the last.</param>
internal readonly record struct GradientPart(int Number, bool IsSingles, int From, int To, int FirstRow, int LastRow);

/// <summary>Cuts the sum of a weight gradient, by shape alone: wide blocks into at most 8 runs, the rows of a lone one into two; then single images into at most
/// 8 runs, the rows of a lone one likewise, as long as a part has enough to add up. Single images beside wide blocks are one part.</summary>
internal readonly struct GradientParts
{
    /// <summary>Partial sums kept at once: enough work for many cores at small kernels, little memory at large ones.</summary>
    private const int Most = 8;

    /// <summary>Products that each weight's sum has in a part of single images at least: a part costs some three passes over all weights.</summary>
    private const int LeastPixels = 64;

    /// <summary>The same for the rows of a lone wide block, in images times pixels.</summary>
    private const int LeastLanes = 256 * 16;

    private readonly int _batch, _rows;

    /// <summary>Cuts the sum of such a convolution; where wide blocks are added up elsewhere (<see cref="WinogradGradient"/>), they are one part; single images
    /// may be added up elsewhere too (<see cref="Conv2dWeightColumns"/>).</summary>
    public GradientParts(in Conv2dGeometry g, bool oneWide, bool withSingles)
    {
        (_batch, _rows) = (g.Batch, g.OutHeight);
        int blocks = BatchLanes.WideBlocks(_batch), singles = withSingles ? BatchLanes.Singles(_batch) : 0;
        Wide = oneWide ? 1 : blocks == 1 ? (int)Math.Clamp((long)_rows * g.OutWidth * BatchLanes.FirstSingle(_batch) / LeastLanes, 1, Math.Min(Most, Math.Max(1, _rows))) : Runs(blocks, Most);
        int most = blocks > 0 ? 1 : (int)Math.Clamp((long)singles * _rows * g.OutWidth / LeastPixels, 1, Most);
        Singles = singles == 1 ? Math.Clamp(_rows / 2, 1, most) : Runs(singles, most);
    }

    /// <summary>Parts of wide blocks; they come first.</summary>
    public int Wide { get; }

    /// <summary>Parts of single images.</summary>
    public int Singles { get; }

    /// <summary>Number of parts.</summary>
    public int Count => Wide + Singles;

    /// <summary>Part number <paramref name="number"/>.</summary>
    public GradientPart Part(int number)
    {
        bool isSingles = number >= Wide;
        int first = isSingles ? BatchLanes.FirstSingle(_batch) : 0, count = isSingles ? BatchLanes.Singles(_batch) : BatchLanes.WideBlocks(_batch);
        int parts = isSingles ? Singles : Wide, at = isSingles ? number - Wide : number, run = (count + parts - 1) / parts;
        return count == 1 ? new(number, isSingles, first, first + 1, (int)((long)_rows * at / parts), (int)((long)_rows * (at + 1) / parts))
            : new(number, isSingles, first + at * run, first + Math.Min(at * run + run, count), 0, _rows);
    }

    /// <summary>How many runs of equal length, the last one shorter, items are cut into.</summary>
    private static int Runs(int items, int most)
    {
        int run = (items + most - 1) / most;
        return run == 0 ? 0 : (items + run - 1) / run;
    }
}
