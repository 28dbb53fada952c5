using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;

namespace Engine.Kernels.Convolution;

/// <summary>Part of a batch whose share of a weight gradient is one sum.</summary>
/// <param name="Number">Its place in the order in which parts are added.</param>
/// <param name="IsSingles">Whether it is made of single images rather than of wide blocks.</param>
/// <param name="From">The first block, or single image.</param>
/// <param name="To">One past the last.</param>
/// <param name="FirstRow">The first output row.</param>
/// <param name="LastRow">One past the last.</param>
internal readonly record struct GradientPart(int Number, bool IsSingles, int From, int To, int FirstRow, int LastRow);

/// <summary>Cuts the sum of a weight gradient, by shape alone: wide blocks into at most 8 runs, the rows of few ones likewise; then single images into at most
/// 8 runs, the rows of a lone one likewise, as long as a part has enough to add up. Single images beside wide blocks are one part.</summary>
internal readonly struct GradientParts
{
    /// <summary>Partial sums kept at once: enough work for many cores at small kernels, little memory at large ones.</summary>
    private const int Most = 8;

    /// <summary>Products that each weight's sum has in a part of single images at least: a part costs some three passes over all weights.</summary>
    private const int LeastPixels = 64;

    /// <summary>Wide blocks whose rows are cut too: else one thread has 64 images and the other the last 32.</summary>
    private const int FewBlocks = 4;

    /// <summary>The same for the rows of wide blocks, in images times pixels.</summary>
    private const int LeastLanes = 256 * 16;

    private readonly int _batch, _rows, _rowParts;

    /// <summary>Cuts the sum of such a convolution; where wide blocks are cut and added up elsewhere (<see cref="WinogradGradient"/>, <see cref="Conv2dWeightProducts"/>) into
    /// <paramref name="wide"/> parts, not 0; single images may be added up elsewhere too (<see cref="Conv2dWeightColumns"/>).</summary>
    public GradientParts(in Conv2dGeometry g, int wide, bool withSingles)
    {
        (_batch, _rows, _rowParts) = (g.Batch, g.OutHeight, 1);
        int blocks = BatchLanes.WideBlocks(_batch), singles = withSingles ? BatchLanes.Singles(_batch) : 0;
        if (wide == 0 && blocks is > 0 and <= FewBlocks)
        {
            int images = Math.Min(BatchLanes.FirstSingle(_batch), BatchLanes.FullWidth), limit = Math.Clamp(_rows, 1, Most / blocks);
            _rowParts = (int)Math.Clamp((long)_rows * g.OutWidth * images / LeastLanes, 1, limit);
            if (_rowParts > 1 && blocks * _rowParts % 2 > 0) _rowParts = Math.Min(_rowParts + 1, limit); // two threads
        }
        Wide = wide > 0 ? wide : _rowParts * Runs(blocks, Most);
        int most = blocks > 0 ? 1 : (int)Math.Clamp((long)singles * _rows * g.OutWidth / LeastPixels, 1, Most);
        Singles = singles == 1 ? Math.Clamp(_rows / 2, 1, most) : Runs(singles, most);
    }

    /// <summary>Parts of wide blocks; they come first.</summary>
    public int Wide { get; }

    /// <summary>Parts of single images.</summary>
    public int Singles { get; }

    /// <summary>Number of parts.</summary>
    public int Count => Wide + Singles;

    /// <summary>Part number <paramref name="number"/>, of wide blocks where they are not cut elsewhere.</summary>
    public GradientPart Part(int number)
    {
        bool isSingles = number >= Wide;
        int first = isSingles ? BatchLanes.FirstSingle(_batch) : 0, count = isSingles ? BatchLanes.Singles(_batch) : BatchLanes.WideBlocks(_batch);
        int rowParts = !isSingles ? _rowParts : count == 1 ? Singles : 1, runs = (isSingles ? Singles : Wide) / rowParts;
        int at = isSingles ? number - Wide : number, row = at % rowParts, run = (count + runs - 1) / runs, from = at / rowParts * run;
        return new(number, isSingles, first + from, first + Math.Min(from + run, count), (int)((long)_rows * row / rowParts), (int)((long)_rows * (row + 1) / rowParts));
    }

    /// <summary>How many runs of equal length, the last one shorter, items are cut into.</summary>
    private static int Runs(int items, int most)
    {
        int run = (items + most - 1) / most;
        return run == 0 ? 0 : (items + run - 1) / run;
    }
}
