using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>Single images with pixels in the lanes: every sum is the chain of fused multiply-adds over kernel rows, kernel columns and channels, of the taps inside the image.</summary>
[TestFixture]
internal sealed class Conv2dPlanesTests
{
    /// <summary>cin h w cout kh kw strides padding dilation groups.</summary>
    [TestCase("1 28 28 8 5 5 2 2 2 2 2 2 1 1 1"), TestCase("16 7 7 32 3 3 2 2 1 1 1 1 1 1 1"), TestCase("8 14 14 16 3 3 2 2 1 1 1 1 1 1 1"), TestCase("64 2 2 10 3 3 2 2 1 1 1 1 1 1 1"),
        TestCase("8 13 15 32 3 2 3 3 2 1 2 0 1 2 1"), TestCase("9 15 8 8 4 2 1 1 0 0 1 1 2 1 1"), TestCase("16 8 17 8 4 5 2 3 3 0 3 1 1 1 1"), TestCase("8 10 17 8 4 4 1 1 0 1 3 2 2 1 1"),
        TestCase("8 18 12 9 5 1 1 1 1 1 0 1 2 1 1"), TestCase("5 10 16 8 3 3 2 1 0 2 2 2 2 2 1"), TestCase("8 17 12 24 3 4 1 2 3 0 1 0 1 2 1"), TestCase("8 10 7 24 3 3 1 3 1 3 3 0 1 1 1"),
        TestCase("9 12 18 8 5 4 3 3 0 1 3 3 1 2 1"), TestCase("24 7 2 32 3 5 3 1 1 1 2 3 2 1 1")]
    public void Both_passes_are_the_plain_chains_to_the_bit(string shape)
    {
        bool isUsed = false;
        foreach (int batch in (int[])[1, 2, 3, 7, 10, 15, 20])
        {
            Conv2dGeometry g = ConvShapeList.Parse($"{batch} {shape}");
            isUsed |= PlaneRule.Suits(g, toInputs: false) || PlaneRule.Suits(g, toInputs: true);
            Rng rng = new(31);
            float[] x = ConvChains.Numbers(rng, g.InputShape.Count), weight = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels), dy = ConvChains.Numbers(rng, g.OutputShape.Count);
            ConvRun run = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Direct);
            Same(ConvChains.Forward(g, x, weight, bias), run.Y, $"output of {batch}");
            if (!Conv2dInputColumns.Suits(g)) Same(ConvChains.ToInputs(g, dy, weight), run.Dx, $"input gradient of {batch}");
        }
        Assert.That(isUsed, "neither pass of any batch goes this way");
    }

    [Test]
    public void A_tap_beyond_the_edge_multiplies_nothing()
    {
        Conv2dGeometry g = ConvShapeList.Parse("1 16 7 7 32 3 3 2 2 1 1 1 1 1 1 1");
        float[] x = new float[g.InputShape.Count], weight = new float[g.WeightShape.Count], bias = new float[32];
        Array.Fill(x, 1);
        Array.Fill(bias, -0f);
        for (int i = 0; i < weight.Length; i++) weight[i] = i % 9 < 3 ? float.PositiveInfinity : -0f; // the upper kernel row
        float[] y = ConvRun.Of(g, x, weight, bias, new float[g.OutputShape.Count], ConvWay.Direct).Y;
        for (int i = 0; i < y.Length; i++)
            Assert.That(BitConverter.SingleToInt32Bits(y[i]), Is.EqualTo(BitConverter.SingleToInt32Bits(i % 16 < 4 ? -0f : float.PositiveInfinity)), $"at {i}");
    }

    private static void Same(float[] expected, float[] actual, string what) => Assert.That(Widths.Bits(actual).AsSpan().SequenceEqual(Widths.Bits(expected)), what);
}
