using Engine.Kernels;
using Engine.Kernels.Convolution.Singles;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>Weight gradients of single images of a lone channel, all taps in registers.</summary>
[TestFixture]
internal sealed unsafe class LoneWeightsTests
{
    /// <summary>n cin h w cout kh kw strides padding dilation groups.</summary>
    private static readonly string[] Shapes =
    [
        "1 1 28 28 8 5 5 2 2 2 2 2 2 1 1 1", "10 1 28 28 8 5 5 2 2 2 2 2 2 1 1 1", "3 1 13 28 32 3 3 1 1 1 1 1 1 1 1 1", "15 1 9 14 24 3 3 2 1 0 2 1 0 2 1 1", "7 1 11 17 48 5 5 1 2 1 0 3 2 1 1 1",
        "20 1 3 4 16 3 3 1 1 1 1 1 1 1 1 1", "5 1 2 3 56 5 5 1 1 2 2 2 2 1 1 1", "1 1 1 1 64 3 3 1 1 1 1 1 1 1 1 1", "2 1 40 1 8 3 3 1 1 1 1 1 1 3 1 1",
    ];

    /// <summary>The plain twin: every sum is a chain of so many pixels, in their order, and chains are added up.</summary>
    [Test]
    public void Sums_are_chains_of_pixels_added_up([ValueSource(nameof(Shapes))] string shape, [Values(1, 5, 96)] int chain)
    {
        Conv2dGeometry g = ConvShapeList.Parse(shape);
        if (!LoneWeights.Suits(g)) Assert.Ignore("no such registers");
        Rng rng = new(51);
        int taps = g.Kernel.Height * g.Kernel.Width, channels = g.OutChannels, area = g.OutHeight * g.OutWidth, firstImage = BatchLanes.FirstSingle(g.Batch), rows = (g.Batch - firstImage) * g.OutHeight;
        float[] x = ConvChains.Numbers(rng, g.InputShape.Count), dy = ConvChains.Numbers(rng, g.OutputShape.Count), sums = new float[(taps + 1) * channels], expected = new float[sums.Length];
        int first = rows / 3, end = rows - rows / 4;
        fixed (float* px = x, pdy = dy, ps = sums) LoneWeights.Sum(g, px, pdy, ps, chain, first, end);
        for (int at = 0; at < expected.Length; at++)
        {
            int tap = at / channels - 1, o = at % channels;
            float sum = 0;
            bool isFirst = true;
            for (int pixel = first * g.OutWidth, count = 0; pixel < end * g.OutWidth; pixel++, count++)
            {
                if (count == chain) (expected[at], sum, count, isFirst) = (isFirst ? sum : expected[at] + sum, 0, 0, false);
                int n = firstImage + pixel / area, i = pixel % area / g.OutWidth, j = pixel % g.OutWidth;
                int h = i * g.Stride.Height - g.Padding.Top + tap / g.Kernel.Width * g.Dilation.Height, w = j * g.Stride.Width - g.Padding.Left + tap % g.Kernel.Width;
                bool isInside = h >= 0 && h < g.InHeight && w >= 0 && w < g.InWidth;
                sum = MathF.FusedMultiplyAdd(tap < 0 ? 1 : isInside ? x[(n * g.InHeight + h) * g.InWidth + w] : 0, dy[(n * area + i * g.OutWidth + j) * channels + o], sum);
            }
            expected[at] = isFirst ? sum : expected[at] + sum;
        }
        Assert.That(Widths.Bits(sums), Is.EqualTo(Widths.Bits(expected)));
    }

    [Test]
    public void Registers_give_the_bits_of_columns([ValueSource(nameof(Shapes))] string shape) // which machines with fewer of them take
    {
        Conv2dGeometry g = ConvShapeList.Parse(shape);
        Rng rng = new(52);
        float[] x = ConvChains.Numbers(rng, g.InputShape.Count), dy = ConvChains.Numbers(rng, g.OutputShape.Count), start = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels);
        (float[] Dw, float[] Db)[] results = Array.ConvertAll((bool[])[true, false], makesColumns =>
        {
            float[] dw = [.. start], db = [.. bias];
            fixed (float* px = x, pdy = dy, pdw = dw, pdb = db) Conv2dWeightColumns.Run(g, px, pdy, pdw, pdb, makesColumns);
            return (dw, db);
        });
        Assert.That(Widths.Bits(results[1].Dw), Is.EqualTo(Widths.Bits(results[0].Dw)));
        Assert.That(Widths.Bits(results[1].Db), Is.EqualTo(Widths.Bits(results[0].Db)));
    }
}
