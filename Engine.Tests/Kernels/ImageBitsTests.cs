using Engine.Kernels;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels;

/// <summary>An image's output and input gradient have the same bits alone, among a few and in a wide block, whatever lies in the lanes. Where wide blocks alone
/// go by Winograd's way, there are two answers: that of the wide blocks, in any batch, and that of single images, which is that of sums over taps.</summary>
internal sealed class ImageBitsTests
{
    private const int Batch = 81; // 64 + 16 + 1

    /// <summary>cin h w cout kh kw strides padding dilation groups, without the batch: few channels, many, groups, depthwise.</summary>
    [TestCase("32 15 14 48 3 3 1 1 1 0 1 2 1 1 1"), TestCase("8 7 9 16 3 3 2 2 1 1 1 1 1 1 1"), TestCase("3 5 33 11 3 3 1 1 1 1 1 1 1 1 1"), TestCase("1 9 40 8 5 5 2 2 2 2 2 2 1 1 1"), TestCase("2 4 37 3 2 3 1 3 0 1 1 2 2 2 1"),
        TestCase("12 5 6 8 3 3 1 1 1 1 1 1 1 1 4"), TestCase("6 4 21 9 3 2 1 2 1 0 1 1 1 1 3"), TestCase("37 6 7 37 3 3 1 1 1 1 1 1 1 1 37"), TestCase("9 7 5 9 3 3 2 1 2 1 0 1 1 2 9"),
        TestCase("5 6 11 5 2 5 1 1 0 2 1 2 1 1 5"), TestCase("1 28 28 8 5 5 2 2 2 2 2 2 1 1 1"), TestCase("16 7 7 32 3 3 2 2 1 1 1 1 1 1 1"), TestCase("8 14 14 16 3 3 2 2 1 1 1 1 1 1 1")]
    public void An_image_has_the_same_bits_in_every_batch(string shape)
    {
        Conv2dGeometry g = ConvShapeList.Parse($"{Batch} {shape}");
        Rng rng = new(13);
        float[] x = Random(rng, g.InputShape.Count), weight = Random(rng, g.WeightShape.Count), bias = Random(rng, g.OutChannels), dy = Random(rng, g.OutputShape.Count);
        ConvRun all = ConvRun.Of(g, x, weight, bias, dy);
        foreach ((int from, int count) in ((int, int)[])[(0, 1), (63, 1), (70, 3), (75, 6), (20, 15), (40, 17), (1, 33)])
        {
            Conv2dGeometry part = ConvShapeList.Parse($"{count} {shape}");
            int perX = x.Length / Batch, perY = dy.Length / Batch;
            ConvRun some = ConvRun.Of(part, x[(from * perX)..((from + count) * perX)], weight, bias, dy[(from * perY)..((from + count) * perY)]);
            Assert.That(Widths.Bits(some.Y), Is.EqualTo(Widths.Bits(all.Y.AsSpan(from * perY, count * perY))), $"output of {count} from {from}");
            Assert.That(Widths.Bits(some.Dx), Is.EqualTo(Widths.Bits(all.Dx.AsSpan(from * perX, count * perX))), $"input gradient of {count} from {from}");
        }
    }

    /// <summary>The same, with the images of the batch that lie in wide blocks there and here, or by themselves there and here.</summary>
    [TestCase("32 7 9 33 3 3 1 1 1 1 1 1 1 1 1"), TestCase("16 8 16 19 3 3 1 1 1 0 1 2 1 1 1"), TestCase("32 9 7 48 3 3 1 1 1 1 1 1 1 1 1")]
    public void An_image_has_the_same_bits_in_every_wide_block_and_in_every_single_one_by_Winograds_way(string shape)
    {
        Conv2dGeometry g = ConvShapeList.Parse($"{Batch} {shape}");
        Assert.That(Winograd.Suits(g));
        Rng rng = new(14);
        float[] x = Random(rng, g.InputShape.Count), weight = Random(rng, g.WeightShape.Count), bias = Random(rng, g.OutChannels), dy = Random(rng, g.OutputShape.Count);
        ConvRun all = ConvRun.Of(g, x, weight, bias, dy), direct = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Direct);
        foreach ((int from, int count) in ((int, int)[])[(0, 64), (0, 16), (48, 32), (63, 17), (20, 16), (1, 33), (31, 49), (80, 1), (0, 1), (70, 3), (63, 15)])
        {
            int perX = x.Length / Batch, perY = dy.Length / Batch;
            ConvRun some = ConvRun.Of(ConvShapeList.Parse($"{count} {shape}"), x[(from * perX)..((from + count) * perX)], weight, bias, dy[(from * perY)..((from + count) * perY)]);
            for (int image = 0; image < count; image++)
            {
                bool isWide = image < count - BatchLanes.Singles(count);
                if (isWide && from + image == Batch - 1) continue; // single in the whole batch
                ConvRun expected = isWide ? all : direct;
                Assert.That(Widths.Bits(some.Y.AsSpan(image * perY, perY)).AsSpan().SequenceEqual(Widths.Bits(expected.Y.AsSpan((from + image) * perY, perY))), $"output of {from + image}, one of {count} from {from}");
                Assert.That(Widths.Bits(some.Dx.AsSpan(image * perX, perX)).AsSpan().SequenceEqual(Widths.Bits(expected.Dx.AsSpan((from + image) * perX, perX))), $"input gradient of {from + image}, one of {count} from {from}");
            }
        }
        Assert.That(Widths.Bits(all.Y), Is.Not.EqualTo(Widths.Bits(direct.Y)), "the ways differ, or this tests nothing");
    }

    [Test]
    public void Depthwise_passes_equal_the_naive_loops_exactly([Values(1, 2, 15, 17, 33, 81, 100)] int batch, [Values(4, 8, 31, 33, 70)] int channels,
        [Values("3 3 1 1 1 1 1 1 1 1", "3 2 2 1 1 0 1 1 1 2", "5 5 2 2 2 2 2 2 1 1", "1 1 1 1 0 0 0 0 1 1")] string window) =>
        Assert.That(WholeNumbers.Difference(ConvShapeList.Parse($"{batch} {channels} 6 9 {channels} {window} {channels}")), Is.Null);

    private static float[] Random(Rng rng, int count) => [.. Enumerable.Range(0, count).Select(_ => rng.Uniform(-1, 1))];
}
