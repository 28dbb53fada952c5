using Engine.Kernels;
using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Tests.ConvShapes;

/// <summary>How far Winograd's way may be off, as a multiple of the results' root mean square (or, where padding or zeros make that small, of what independent factors
/// would give). Measured on random numbers (docs/decisions.md): the largest of a million errors is some 70 roundings on a lone channel, from the transforms, and grows
/// with the root of a sum's length, as any chain's error does. Allowed is half as much again, and more where sums are long.</summary>
internal static class WinogradError
{
    private const double Rounding = 1.0 / (1 << 24), Transforms = 80, Chain = 20;

    /// <summary>Tiles of all images that go this way: the terms of a sum at a point in a weight gradient.</summary>
    public static long Tiles(Conv2dGeometry g) => (long)(Winograd.SuitsSinglesWeights(g, ConvWay.Winograd) ? g.Batch : BatchLanes.FirstSingle(g.Batch)) * Winograd.Tiles(g.OutHeight) * Winograd.Tiles(g.OutWidth);

    /// <summary>The same, added up sixteen at a time.</summary>
    public static double Sums(Conv2dGeometry g) => 16 + Tiles(g) / 16.0;

    /// <summary>The largest error of results whose sums at a point have so many terms.</summary>
    public static double Most(double terms, double scale) => Rounding * (Transforms + Chain * Math.Sqrt(terms)) * scale;
}
