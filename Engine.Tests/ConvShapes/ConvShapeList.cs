using System.Globalization;
using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Tests.ConvShapes;

/// <summary>Which convolutions are checked: the lines of the file that <c>ENGINE_CONV_SHAPES</c> names, or a grid.</summary>
internal static class ConvShapeList
{
    private const string Format = "n cin h w cout kh kw strideH strideW padTop padLeft padBottom padRight dilationH dilationW groups";

    /// <summary>One shape a line, unread: a line that says nothing sensible has to fail a test, not the search for tests.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string[] Lines() =>
        Environment.GetEnvironmentVariable("ENGINE_CONV_SHAPES") is { Length: > 0 } path ? File.ReadAllText(path).TrimEnd().Split('\n') : [.. Grid()];

    /// <summary>Convolutions whose wide blocks go by Winograd's way, as <see cref="Winograd"/> reads them: blocks of every width, with and without single images, and those alone.</summary>
    public static readonly string[] Best =
    [
        "16 32 7 7 33 1 1 1 1", "18 16 16 15 17 1 1 1 1", "33 35 9 11 32 0 1 2 0", "48 16 15 8 40 1 1 1 1", "64 33 8 7 34 2 1 0 1", "81 32 7 9 32 1 1 1 1", "144 16 8 8 16 1 1 1 1",
        "19 32 16 15 48 1 1 1 1", "3 32 19 17 64 1 1 1 1", "13 48 20 19 32 2 1 0 1", "33 97 4 4 96 1 1 1 1", "259 96 4 3 99 1 1 1 2",
    ];

    /// <summary>Convolutions whose weight gradients in wide blocks take every way there is: products in parts, cut by channels, with runs of taps and without, in groups, with
    /// more than an L2 holds; dots of one channel and of three on a padded plane, with nine taps and others. Blocks of every width, with and without single images.</summary>
    public static readonly string[] Weights =
    [
        "64 8 14 14 16 3 3 2 2 1 1 1 1 1 1 1", "64 16 7 7 32 3 3 2 2 1 1 1 1 1 1 1", "80 32 4 4 64 3 3 2 2 1 1 1 1 1 1 1", "65 64 2 2 10 3 3 2 2 1 1 1 1 1 1 1",
        "96 5 12 11 16 3 3 1 1 1 1 1 1 1 1 1", "128 17 5 6 48 2 3 1 1 0 1 1 0 1 1 1", "192 16 12 12 32 3 3 2 2 1 1 1 1 1 1 1", "32 64 9 9 64 1 1 1 1 0 0 0 0 1 1 1",
        "64 32 6 6 32 3 3 1 1 2 2 2 2 2 2 2", "66 4 2 2 6 2 2 1 1 1 1 1 1 1 1 2", "66 5 2 2 5 2 2 1 1 1 1 1 1 1 1 5", "64 256 3 3 80 2 3 1 1 1 1 1 1 1 1 1",
        "64 1 28 28 8 5 5 2 2 2 2 2 2 1 1 1", "100 1 13 11 32 3 3 1 1 1 1 1 1 1 1 1", "48 1 9 7 11 3 3 2 1 2 0 1 3 1 2 1", "177 1 8 9 9 3 3 1 2 0 2 1 0 2 1 1", "64 5 3 4 16 3 3 1 1 1 1 1 1 1 1 1",
        "96 3 9 8 17 3 3 1 1 1 1 1 1 1 1 1", "81 3 11 10 13 3 3 2 1 0 3 1 0 1 2 1", "64 3 9 10 9 3 3 1 1 1 1 1 1 1 1 3",
    ];

    /// <summary>Reads one line.</summary>
    /// <exception cref="FormatException">Not sixteen numbers, or not a convolution.</exception>
    public static Conv2dGeometry Parse(string line)
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] v = new int[16];
        bool isValid = parts.Length == v.Length;
        for (int i = 0; isValid && i < v.Length; i++) isValid = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out v[i]);
        if (!isValid) throw new FormatException($"a convolution is '{Format}', got '{line}'.");
        try
        {
            int groups = v[15];
            if (groups == 0 || v[1] % groups != 0) throw new ArgumentException($"{v[1]} channels in {groups} groups.");
            return Conv2dGeometry.Create([v[0], v[1], v[2], v[3]], [v[4], v[1] / groups, v[5], v[6]], (v[7], v[8]), new Padding2(v[9], v[10], v[11], v[12]), (v[13], v[14]), groups);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{line}' is not a convolution: {e.Message}", e);
        }
    }

    /// <summary>Reads 'n cin h w cout padTop padLeft padBottom padRight': a 3 x 3 convolution as Winograd's way takes it.</summary>
    public static Conv2dGeometry Winograd(string line)
    {
        string[] v = line.Split(' ');
        return Parse($"{string.Join(' ', v[..5])} 3 3 1 1 {string.Join(' ', v[5..])} 1 1 1");
    }

    /// <summary>Batches around a block of 64 images and around vectors; channels around the tiles of registers; groups, depthwise, dilation, lopsided padding.</summary>
    private static IEnumerable<string> Grid()
    {
        int[] batches = [1, 2, 15, 16, 17, 63, 64, 65, 130];
        (int In, int Out, int Groups)[] channels =
        [
            (1, 1, 1), (1, 6, 1), (2, 4, 1), (3, 5, 1), (4, 7, 1), (5, 8, 1), (6, 9, 1), (7, 12, 1), (8, 13, 1), (9, 16, 1), (12, 17, 1), (16, 3, 1), (17, 2, 1),
            (33, 32, 1), (4, 4, 4), (7, 7, 7), (3, 6, 3), (6, 8, 2), (9, 6, 3), (12, 24, 4), (34, 16, 2),
        ];
        (int H, int W, int KernelH, int KernelW, int StrideH, int StrideW, string Padding, int DilationH, int DilationW)[] windows =
        [
            (1, 1, 1, 1, 1, 1, "0 0 0 0", 1, 1), (5, 4, 1, 1, 1, 1, "0 0 0 0", 1, 1), (5, 6, 3, 3, 1, 1, "1 1 1 1", 1, 1), (7, 6, 3, 3, 2, 2, "1 1 1 1", 1, 1),
            (6, 5, 5, 5, 2, 2, "2 2 2 2", 1, 1), (4, 7, 2, 3, 3, 1, "0 1 2 0", 1, 1), (6, 7, 3, 2, 1, 3, "2 0 1 3", 2, 1), (3, 8, 3, 3, 1, 2, "3 2 0 1", 1, 3),
            (5, 1, 1, 4, 2, 1, "0 2 1 3", 1, 1), (9, 9, 3, 3, 1, 1, "2 2 2 2", 2, 2), (2, 2, 1, 1, 3, 3, "1 2 2 1", 1, 1),
        ];
        int number = 0;
        foreach ((int h, int w, int kernelH, int kernelW, int strideH, int strideW, string padding, int dilationH, int dilationW) in windows)
            foreach ((int input, int output, int groups) in channels)
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{batches[number++ % batches.Length]} {input} {h} {w} {output} {kernelH} {kernelW} {strideH} {strideW} {padding} {dilationH} {dilationW} {groups}");
    }
}
