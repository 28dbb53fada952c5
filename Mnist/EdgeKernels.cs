using Engine;
using Engine.Tensors;

namespace Mnist;

/// <summary>The chapter's beginning: kernels that find edges, and a crop of the book's three to slide them over.</summary>
/// <remarks>A kernel's product with a patch is positive where the pixels grow in the direction in which the kernel does. The book's pictures are drawn with 0
/// as white: what looks like "light above, dark below" there is small numbers above large ones.</remarks>
public static class EdgeKernels
{
    private static ReadOnlySpan<byte> Three =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 12, 99, 91, 142, 155, 246, 182, 155, 155, 155, 155, 131, 52, 0, 0, 0, 0,
        0, 0, 0, 138, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 252, 210, 122, 33, 0,
        0, 0, 0, 220, 254, 254, 254, 235, 189, 189, 189, 189, 150, 189, 205, 254, 254, 254, 75, 0,
        0, 0, 0, 35, 74, 35, 35, 25, 0, 0, 0, 0, 0, 0, 13, 224, 254, 254, 153, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 90, 254, 254, 247, 53, 0,
    ];

    /// <summary>The first ten rows and twenty columns of a handwritten three (<c>im3_t[0:10, 0:20]</c>).</summary>
    public static float[,] Crop => Grid(Three, 10, 20);

    /// <summary>Positive where pixels grow downwards.</summary>
    public static float[,] TopEdge => new float[,] { { -1, -1, -1 }, { 0, 0, 0 }, { 1, 1, 1 } };

    /// <summary>Positive where pixels grow from the left to the middle.</summary>
    public static float[,] LeftEdge => new float[,] { { -1, 1, 0 }, { -1, 1, 0 }, { -1, 1, 0 } };

    /// <summary>One diagonal.</summary>
    public static float[,] Diagonal1 => new float[,] { { 0, -1, 1 }, { -1, 1, 0 }, { 1, 0, 0 } };

    /// <summary>The other diagonal.</summary>
    public static float[,] Diagonal2 => new float[,] { { 1, -1, 0 }, { 0, 1, -1 }, { 0, 0, 1 } };

    /// <summary>The book's <c>edge_kernels</c>, left, top and both diagonals, as the weight of a convolution: [4, 1, 3, 3].</summary>
    public static Tensor All() => Tensor.From([.. ((float[][,])[LeftEdge, TopEdge, Diagonal1, Diagonal2]).SelectMany(kernel => kernel.Cast<float>())], [4, 1, 3, 3]);

    /// <summary>The book's <c>apply_kernel</c>: the sum of the products of a 3 x 3 kernel and the pixels around a place.</summary>
    /// <param name="image">[H, W].</param>
    /// <param name="row">Row of the middle pixel, 1 to H - 2.</param>
    /// <param name="column">Column of the middle pixel, 1 to W - 2.</param>
    /// <param name="kernel">[3, 3].</param>
    /// <exception cref="ArgumentOutOfRangeException">The kernel would hang out.</exception>
    public static float Apply(float[,] image, int row, int column, float[,] kernel)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(kernel);
        (int height, int width) = (image.GetLength(0), image.GetLength(1));
        if (row < 1 || column < 1 || row > height - 2 || column > width - 2)
            throw new ArgumentOutOfRangeException(nameof(row), $"apply_kernel: a 3 x 3 kernel at ({row}, {column}) hangs out of the {height} x {width} image; use rows 1 to {height - 2} and columns 1 to {width - 2}.");
        float sum = 0;
        for (int u = 0; u < 3; u++)
            for (int v = 0; v < 3; v++) sum += kernel[u, v] * image[row - 1 + u, column - 1 + v];
        return sum;
    }

    private static float[,] Grid(ReadOnlySpan<byte> pixels, int height, int width)
    {
        float[,] grid = new float[height, width];
        for (int i = 0; i < pixels.Length; i++) grid[i / width, i % width] = pixels[i];
        return grid;
    }
}
