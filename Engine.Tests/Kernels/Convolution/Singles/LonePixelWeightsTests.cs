using Engine.Kernels.Convolution.Singles;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>Weight gradients of single images whose results have one pixel.</summary>
[TestFixture]
internal sealed unsafe class LonePixelWeightsTests
{
    /// <summary>n cin h w cout kh kw strides padding dilation groups.</summary>
    [TestCase("10 64 2 2 10 3 3 2 2 1 1 1 1 1 1 1"), TestCase("4 7 3 4 29 3 4 1 1 0 0 0 0 1 1 1"), TestCase("15 13 2 3 12 3 4 3 3 2 1 1 2 2 1 1"), TestCase("20 3 1 1 25 3 3 1 1 1 1 1 1 1 1 1"), TestCase("7 5 2 2 3 2 2 4 4 0 0 3 3 2 1 1"),
        TestCase("9 6 3 2 11 4 3 2 2 0 1 2 1 1 1 1")]
    public void A_weight_is_one_chain_over_the_images_added_to_what_was_there(string shape)
    {
        Conv2dGeometry g = ConvShapeList.Parse(shape);
        Assert.That(LonePixelWeights.Suits(g));
        Rng rng = new(53);
        int first = g.Batch / 16 * 16, area = g.Kernel.Height * g.Kernel.Width;
        float[] x = ConvChains.Numbers(rng, g.InputShape.Count), dy = ConvChains.Numbers(rng, g.OutputShape.Count), start = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels), dw = [.. start], db = [.. bias];
        fixed (float* px = x, pdy = dy, pdw = dw, pdb = db) LonePixelWeights.Run(g, px, pdy, pdw, pdb);
        for (int at = 0; at < dw.Length; at++)
        {
            int tap = at % area, c = at / area % g.InChannels, o = at / area / g.InChannels, h = tap / g.Kernel.Width * g.Dilation.Height - g.Padding.Top, w = tap % g.Kernel.Width - g.Padding.Left;
            float sum = 0;
            bool sees = h >= 0 && h < g.InHeight && w >= 0 && w < g.InWidth;
            for (int n = first; n < g.Batch && sees; n++) sum = MathF.FusedMultiplyAdd(dy[n * g.OutChannels + o], x[((n * g.InHeight + h) * g.InWidth + w) * g.InChannels + c], sum);
            Assert.That(BitConverter.SingleToInt32Bits(dw[at]), Is.EqualTo(BitConverter.SingleToInt32Bits(sees ? start[at] + sum : start[at])), $"at {at}");
        }
        for (int o = 0; o < g.OutChannels; o++)
        {
            double sum = bias[o];
            for (int n = first; n < g.Batch; n++) sum += dy[n * g.OutChannels + o];
            Assert.That(db[o], Is.EqualTo(sum).Within(1e-5), $"bias {o}");
        }
    }
}
