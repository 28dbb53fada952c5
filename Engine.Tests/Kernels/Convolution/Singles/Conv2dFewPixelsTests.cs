using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>Single images of few pixels and many weights.</summary>
[TestFixture]
internal sealed class Conv2dFewPixelsTests
{
    /// <summary>cin h w cout kh kw strides padding dilation groups.</summary>
    [TestCase("32 4 4 64 3 3 2 2 1 1 1 1 1 1 1", false), TestCase("16 7 7 32 3 3 2 2 1 1 1 1 1 1 1", false), TestCase("13 3 5 96 3 4 2 3 1 2 2 1 1 1 1", false), TestCase("37 1 3 128 1 3 1 2 0 1 0 0 1 1 1", false),
        TestCase("19 5 4 64 2 3 3 1 0 0 1 1 1 1 1", false), TestCase("64 3 4 17 3 3 1 1 1 1 1 1 1 1 1", true), TestCase("96 2 5 11 2 3 1 1 1 1 0 1 1 1 1", true), TestCase("32 4 3 25 4 2 1 1 2 1 1 1 1 2 1", true)]
    public void A_pass_is_the_plain_chains_to_the_bit(string shape, bool toInputs)
    {
        int used = 0;
        foreach (int batch in (int[])[1, 2, 3, 4, 5])
        {
            Conv2dGeometry g = ConvShapeList.Parse($"{batch} {shape}");
            if (!Conv2dFewPixels.Suits(g, toInputs)) continue;
            used++;
            Rng rng = new(32);
            float[] x = ConvChains.Numbers(rng, g.InputShape.Count), weight = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels), dy = ConvChains.Numbers(rng, g.OutputShape.Count);
            ConvRun run = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Direct);
            Assert.That(Widths.Bits(toInputs ? run.Dx : run.Y).AsSpan().SequenceEqual(Widths.Bits(toInputs ? ConvChains.ToInputs(g, dy, weight) : ConvChains.Forward(g, x, weight, bias))), $"batch {batch}");
        }
        Assert.That(used, Is.Positive, "no batch goes this way");
    }
}
