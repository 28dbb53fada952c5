using Engine.Kernels;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Kernels.Convolution;

/// <summary>Convolution against its slow twin. With small integers every product and sum is exact, so equality is exact too.</summary>
public class Conv2dKernelTests
{
    private static IEnumerable<TestCaseData> Geometries()
    {
        // single images, wide blocks of every width, both together; channels around every tile height and vector width
        int[] batches = [1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 79, 80, 81, 100, 135];
        Rng rng = new(20);
        for (int i = 0; i < 90; i++)
        {
            int groups = 1 + rng.NextInt(3), kh = 1 + rng.NextInt(5), kw = 1 + rng.NextInt(5);
            Shape weight = [groups * (1 + rng.NextInt(13)), 1 + rng.NextInt(9), kh, kw];
            Shape input = [batches[i % batches.Length], weight[1] * groups, kh + rng.NextInt(7), kw + rng.NextInt(7)];
            Padding2 padding = new(rng.NextInt(3), rng.NextInt(3), rng.NextInt(3), rng.NextInt(3));
            Size2 stride = (1 + rng.NextInt(3), 1 + rng.NextInt(3));
            Size2 dilation = i % 4 == 0 && kh + kw < 6 ? (1 + rng.NextInt(2), 1 + rng.NextInt(2)) : 1;
            Conv2dGeometry geometry;
            try
            {
                geometry = Conv2dGeometry.Create(input, weight, stride, padding, dilation, groups);
            }
            catch (ArgumentException)
            {
                continue; // the dilated kernel does not fit
            }
            yield return new TestCaseData(geometry).SetArgDisplayNames($"{input} {weight} s{stride} p{padding} d{dilation} g{groups}");
        }
    }

    [TestCaseSource(nameof(Geometries))]
    public void All_three_passes_equal_the_naive_loops_exactly_on_small_integers(Conv2dGeometry g)
    {
        Rng rng = new(7);
        float[] x = Integers(rng, g.InputShape.Count), w = Integers(rng, g.WeightShape.Count), b = Integers(rng, g.OutChannels), dy = Integers(rng, g.OutputShape.Count);
        Tensor input = Tensor.From(x, g.InputShape), weight = Tensor.From(w, g.WeightShape), bias = Tensor.From(b, [g.OutChannels]);
        input.RequiresGrad = weight.RequiresGrad = bias.RequiresGrad = true;
        Tensor y = input.Conv2d(weight, bias, g.Stride, g.Padding, g.Dilation, g.Groups);
        y.Backward(Tensor.From(dy, g.OutputShape));
        double[] db = new double[g.OutChannels];
        for (int i = 0; i < dy.Length; i++) db[i / (g.OutHeight * g.OutWidth) % g.OutChannels] += dy[i];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Doubles(y), Is.EqualTo(Reference.Conv2d(g, x, w, b)), "output");
            Assert.That(Doubles(input.Grad!), Is.EqualTo(Reference.Conv2dBackwardInput(g, dy, w)), "input gradient");
            Assert.That(Doubles(weight.Grad!), Is.EqualTo(Reference.Conv2dBackwardWeight(g, x, dy)), "weight gradient");
            Assert.That(Doubles(bias.Grad!), Is.EqualTo(db), "bias gradient");
        }
    }

    private static float[] Integers(Rng rng, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = rng.NextInt(9) - 4;
        return values;
    }

    private static double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.ToArray(), x => (double)x);
}
