using System.Runtime.CompilerServices;

namespace Engine.Kernels;

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

    /// <summary>Channels, on both sides, from which products outweigh transforms, and output pixels, of which a tile wastes those beyond the edge.</summary>
    private const int LeastChannels = 32, LeastSide = 7;

    /// <summary>The two positive finite points, their squares and cubes; what the polynomials with these zeros are made of. All are exact in a float.</summary>
    public const float A = 0.75f, B = 1.5f, A2 = A * A, B2 = B * B, A3 = A2 * A, B3 = B2 * B, A2B2 = A2 * B2, SumOfSquares = A2 + B2;

    /// <summary>Whether wide blocks of such a convolution take this way.</summary>
    public static bool Suits(in Conv2dGeometry g, ConvWay way = ConvWay.Best) =>
        way != ConvWay.Direct && CanDo(g) && (way == ConvWay.Winograd || (Math.Min(g.InChannels, g.OutChannels) >= LeastChannels && Math.Min(g.OutHeight, g.OutWidth) >= LeastSide));

    /// <summary>3 x 3, nothing skipped, every channel with every other, and blocks with images in the lanes.</summary>
    private static bool CanDo(in Conv2dGeometry g) =>
        g is { Kernel: { Height: 3, Width: 3 }, Stride: { Height: 1, Width: 1 }, Dilation: { Height: 1, Width: 1 }, Groups: 1 } && BatchLanes.WideBlocks(g.Batch) > 0;

    /// <summary>Tiles that cover so many results.</summary>
    public static int Tiles(int length) => (length + Tile - 1) / Tile;
}
