using Engine.Kernels;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>Single images whose weights are packed by who uses them, and those beside wide blocks.</summary>
[TestFixture, NonParallelizable]
internal sealed class SinglesWorkTests
{
    /// <summary>cin h w cout kh kw strides padding dilation groups.</summary>
    [TestCase("16 7 7 32 3 3 2 2 1 1 1 1 1 1 1"), TestCase("32 4 4 64 3 3 2 2 1 1 1 1 1 1 1"), TestCase("20 9 6 96 3 2 1 2 1 1 1 1 1 1 1"), TestCase("96 5 4 24 3 3 2 1 1 1 1 1 1 2 1"), TestCase("64 2 2 10 3 3 2 2 1 1 1 1 1 1 1"),
        TestCase("12 9 9 128 1 1 1 1 0 0 0 0 1 1 1"), TestCase("128 6 5 19 2 2 1 1 1 0 0 1 1 1 1")]
    public void Both_passes_are_the_plain_chains_to_the_bit_whatever_the_threads(string shape)
    {
        int before = Work.Threads;
        bool isOwn = false;
        try
        {
            foreach (int batch in (int[])[1, 3, 7, 10, 15, 20, 68, 77])
            {
                Conv2dGeometry g = ConvShapeList.Parse($"{batch} {shape}");
                isOwn |= Conv2dWeights.AreSinglesDirect(g, ConvWay.Direct, toInputs: false);
                Rng rng = new(54);
                float[] x = ConvChains.Numbers(rng, g.InputShape.Count), weight = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels), dy = ConvChains.Numbers(rng, g.OutputShape.Count);
                int[] y = Widths.Bits(ConvChains.Forward(g, x, weight, bias)), dx = Widths.Bits(ConvChains.ToInputs(g, dy, weight));
                foreach (int threads in (int[])[1, 2, 3])
                {
                    Work.Threads = threads;
                    ConvRun run = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Direct);
                    Assert.That(Widths.Bits(run.Y).AsSpan().SequenceEqual(y), $"output of {batch}, {threads} threads");
                    if (g.OutHeight * g.OutWidth > 8) Assert.That(Widths.Bits(run.Dx).AsSpan().SequenceEqual(dx), $"input gradient of {batch}, {threads} threads");
                }
            }
        }
        finally
        {
            Work.Threads = before;
        }
        Assert.That(isOwn, "weights are always packed before");
    }
}
