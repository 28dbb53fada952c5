using System.Globalization;
using Engine;
using Engine.Data;
using Engine.Ops;
using Engine.Reporting;
using Engine.Tensors;
using Engine.Training;

namespace Mnist.Chapter;

/// <summary>The chapter's beginning: kernels that find edges, strides and padding.</summary>
internal static class EdgePages
{
    private static readonly (int N, int Kernel, int Padding, int Stride)[] Sizes = [(28, 3, 0, 1), (28, 3, 1, 1), (28, 3, 1, 2), (14, 3, 1, 2), (7, 3, 1, 2), (4, 3, 1, 2), (2, 3, 1, 2), (5, 4, 2, 1)];

    /// <summary>Adds the sections.</summary>
    /// <param name="report">To this.</param>
    /// <param name="images">Digits to slide kernels over.</param>
    public static void Add(HtmlReport report, ImageSet images)
    {
        float[,] crop = EdgeKernels.Crop;
        report.Section("The magic of convolutions")
            .Paragraph("A kernel is slid over an image: at each place its numbers are multiplied with the pixels below them, and added up. Positive is an edge from small pixels to large ones, in the direction in which the kernel grows.")
            .Table(["Where on the book's three", "Pixels times top_edge, summed"],
            [
                ["(5, 7), where the stroke begins", Whole(EdgeKernels.Apply(crop, 5, 7, EdgeKernels.TopEdge))],
                ["(8, 18), where it ends", Whole(EdgeKernels.Apply(crop, 8, 18, EdgeKernels.TopEdge))],
            ])
            .Figure(new ImageGrid("The book's three") { CellSize = 200, Columns = 2 }.Add(Picture.FromGrid(crop), "rows 0 to 9, columns 0 to 19").Add(Map(crop), "top_edge at every place"));
        string[] names = ["left edge", "top edge", "diagonal", "other diagonal"];
        int first = Array.FindIndex(images.Labels, label => images.Classes[label] == "7");
        ImageGrid maps = new("Four kernels on one digit") { Columns = 5 };
        maps.Add(images.Picture(Math.Max(0, first)), "the digit");
        Tensor digit = new DataLoader(images, 1, Normalization.None(1)).Gather([Math.Max(0, first)]).Inputs, result = digit.Conv2d(EdgeKernels.All());
        for (int k = 0; k < names.Length; k++) maps.Add(Picture.FromGrid(Grid(result, k), PixelScale.Symmetric, ColorMap.BlueRed), names[k]);
        report.Figure(maps, $"One convolution with four kernels, {digit.Shape} to {result.Shape}; red is positive, blue negative")
            .Section("Strides and padding")
            .Paragraph("A map has (n + 2 padding - kernel) / stride + 1 places in a direction, rounded down.")
            .Table(["n", "kernel", "padding", "stride", "places"], Sizes.Select(size => (IReadOnlyList<string>)[$"{size.N}", $"{size.Kernel}", $"{size.Padding}", $"{size.Stride}", $"{Places(size.N, size.Kernel, size.Padding, size.Stride)}"]));
    }

    private static int Places(int n, int kernel, int padding, int stride) => Conv2dGeometry.Create([1, 1, n, n], [1, 1, kernel, kernel], stride, padding, dilation: 1).OutHeight;

    private static Picture Map(float[,] image)
    {
        float[,] map = new float[image.GetLength(0) - 2, image.GetLength(1) - 2];
        for (int i = 0; i < map.GetLength(0); i++)
            for (int j = 0; j < map.GetLength(1); j++) map[i, j] = EdgeKernels.Apply(image, i + 1, j + 1, EdgeKernels.TopEdge);
        return Picture.FromGrid(map, PixelScale.Symmetric, ColorMap.BlueRed);
    }

    private static float[,] Grid(Tensor maps, int channel)
    {
        (int height, int width) = (maps.Shape[2], maps.Shape[3]);
        float[,] grid = new float[height, width];
        ReadOnlySpan<float> values = maps.AsSpan().Slice(channel * height * width, height * width);
        for (int i = 0; i < values.Length; i++) grid[i / width, i % width] = values[i];
        return grid;
    }

    private static string Whole(float value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
