using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>Which way a convolution goes; tests and measurements ask for one.</summary>
internal enum ConvWay
{
    /// <summary>As <see cref="Winograd.Suits"/> says.</summary>
    Best,

    /// <summary>Sums over taps.</summary>
    Direct,

    /// <summary>Minimal filtering for wide blocks, wherever it can be done.</summary>
    Winograd,
}

/// <summary>Winograd's minimal filtering F(4 x 4, 3 x 3): four by four results of a 3 x 3 kernel from 36 products instead of 144. A window of 6 x 6 pixels and a
/// kernel are each taken for polynomials, evaluated at six points a direction, multiplied there, and the product's coefficients read off.</summary>
/// <remarks>The points are 0, +-3/4, +-3/2 and infinity. With the textbook's 0, +-1, +-2 errors are 4 to 5.5 times those of direct sums, with these 1.7 to 2.7
/// times (root mean square, 16 to 256 channels), and points in pairs of opposite sign still share their even and odd halves. Each transform is a fixed
/// chain of multiply-adds for each lane, first along one direction, then along the other.</remarks>
internal static unsafe class Winograd
{
    /// <summary>Results of a tile, each direction.</summary>
    public const int Tile = 4;

    /// <summary>Pixels of the window a tile sees, each direction; and points.</summary>
    public const int Window = 6;

    /// <summary>Products of a tile.</summary>
    public const int Points = Window * Window;

    /// <summary>Lanes of the widest vectors.</summary>
    private const int Lanes = 16;

    /// <summary>Channels, on both sides, from which products outweigh transforms, and the share of the products of sums over taps that must be left over: at
    /// fewer channels more of them.</summary>
    private const int LeastChannels = 16, ManyChannels = 32;

    private const double LeastSaved = 2.7, LeastSavedOfMany = 1.9;

    /// <summary>Tiles of an image, unless it has so many channels, on both sides: with fewer of them there is too little work to pay for the transform of the weights,
    /// with more of them that transform does not fit into the caches.</summary>
    private const int LeastTiles = 4, LeastChannelsOfFewTiles = 96, MostChannelsOfFewTiles = 256;

    /// <summary>The same of single images, which have to pay for the transform of the weights.</summary>
    private const int LeastTilesOfSingles = 16;

    /// <summary>The same of their weight gradient, whose sums at the points are more than the weights.</summary>
    private const int LeastTilesOfSinglesWeights = 25;

    /// <summary>Tiles of all images that a weight gradient adds up at least: with fewer, errors exceed four times those of <see cref="TapDot"/>'s short chains.</summary>
    private const int LeastSum = 256;

    /// <summary>The two positive finite points, their squares and cubes; what the polynomials with these zeros are made of. All are exact in a float.</summary>
    public const float A = 0.75f, B = 1.5f, A2 = A * A, B2 = B * B, A3 = A2 * A, B3 = B2 * B, A2B2 = A2 * B2, SumOfSquares = A2 + B2;

    /// <summary>Whether wide blocks of such a convolution take this way in the forward pass and in the input gradient. The batch has no say, so that an image has the
    /// same bits in every wide block. docs/decisions.md has the measurements.</summary>
    public static bool Suits(in Conv2dGeometry g, ConvWay way = ConvWay.Best) =>
        way != ConvWay.Direct && CanDo(g) && Pays(g, Math.Max(Tiles(g.OutHeight) * Tiles(g.OutWidth), Tiles(g.InHeight) * Tiles(g.InWidth)), way);

    /// <summary>Whether single images do, too: where channels fill the widest vectors, and an image alone is worth the transform of the weights. They then have the
    /// bits of wide blocks.</summary>
    public static bool SuitsSingles(in Conv2dGeometry g, ConvWay way = ConvWay.Best)
    {
        if (g.InChannels % Lanes != 0 || g.OutChannels % Lanes != 0 || !Suits(g, way)) return false;
        int tiles = Math.Min(Tiles(g.OutHeight) * Tiles(g.OutWidth), Tiles(g.InHeight) * Tiles(g.InWidth));
        return way == ConvWay.Winograd || (tiles >= LeastTilesOfSingles && Math.Min(g.InChannels, g.OutChannels) >= ManyChannels);
    }

    /// <summary>The same of the weight gradient, whose tiles are those of the output alone.</summary>
    public static bool SuitsWeights(in Conv2dGeometry g, ConvWay way = ConvWay.Best)
    {
        if (way == ConvWay.Direct || !CanDo(g) || BatchLanes.WideBlocks(g.Batch) == 0) return false;
        int tiles = Tiles(g.OutHeight) * Tiles(g.OutWidth);
        return Pays(g, tiles, way) && (way == ConvWay.Winograd || (long)tiles * BatchLanes.FirstSingle(g.Batch) >= LeastSum);
    }

    /// <summary>Whether single images do, too: those alone whose channels fill the widest vectors, and beside wide blocks that do.</summary>
    public static bool SuitsSinglesWeights(in Conv2dGeometry g, ConvWay way = ConvWay.Best)
    {
        if (BatchLanes.Singles(g.Batch) == 0 || g.InChannels % Lanes != 0 || g.OutChannels % Lanes != 0 || way == ConvWay.Direct || !CanDo(g)) return false;
        if (BatchLanes.WideBlocks(g.Batch) > 0) return SuitsWeights(g, way);
        int tiles = Tiles(g.OutHeight) * Tiles(g.OutWidth);
        return way == ConvWay.Winograd || (tiles >= LeastTilesOfSinglesWeights && Math.Min(g.InChannels, g.OutChannels) >= ManyChannels && Pays(g, tiles, way));
    }

    private static bool Pays(in Conv2dGeometry g, int tiles, ConvWay way)
    {
        if (way == ConvWay.Winograd) return true;
        int channels = Math.Min(g.InChannels, g.OutChannels);
        long products = (long)Meetings(g.InHeight, g.OutHeight, g.Padding.Top) * Meetings(g.InWidth, g.OutWidth, g.Padding.Left);
        bool isEnough = tiles >= LeastTiles || (channels >= LeastChannelsOfFewTiles && Math.Max(g.InChannels, g.OutChannels) <= MostChannelsOfFewTiles);
        return isEnough && channels >= LeastChannels && products >= (channels < ManyChannels ? LeastSaved : LeastSavedOfMany) * Points * tiles;
    }

    /// <summary>How many pairs of an output row and a kernel row fall inside the image: what sums over taps multiply.</summary>
    private static int Meetings(int input, int output, int padding)
    {
        int count = 0;
        for (int u = 0; u <= 2; u++) count += Math.Max(0, Math.Min(output, input + padding - u) - Math.Max(0, padding - u));
        return count;
    }

    /// <summary>3 x 3, nothing skipped, every channel with every other.</summary>
    private static bool CanDo(in Conv2dGeometry g) =>
        g is { Kernel: { Height: 3, Width: 3 }, Stride: { Height: 1, Width: 1 }, Dilation: { Height: 1, Width: 1 }, Groups: 1 };

    /// <summary>Tiles that cover so many results.</summary>
    public static int Tiles(int length) => (length + Tile - 1) / Tile;
}
