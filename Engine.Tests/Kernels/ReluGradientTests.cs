using Engine.Kernels;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels;

/// <summary>The derivative of a ReLU inside the pass that computes the gradient of its result.</summary>
[TestFixture]
internal sealed class ReluGradientTests
{
    [Test]
    public void The_derivative_inside_the_pass_is_that_of_a_pass_after_it(
        [Values("16 5 9 7 16 1 1 1 1", "17 17 7 6 33 0 1 2 0", "32 33 11 3 7 1 1 1 1", "83 16 8 13 18 1 1 1 1", "144 18 5 5 16 2 0 0 1")] string shape, [Values] bool winograd, [Values(1, 2, 3)] int threads)
    {
        Conv2dGeometry g = ConvShapeList.Winograd(shape);
        ConvWay way = winograd ? ConvWay.Winograd : ConvWay.Direct;
        Rng rng = new(71);
        float[] dy = Random(g.OutputShape.Count), weight = Random(g.WeightShape.Count), y = Array.ConvertAll(Random(g.InputShape.Count), value => Math.Max(0, value));
        int before = Work.Threads;
        Work.Threads = threads;
        try
        {
            ReadOnlySpan<float> packed = Conv2dWeights.PackInput(g, weight, new float[Conv2dWeights.InputLength(g, way)], way);
            float[] plain = new float[y.Length], dx = new float[y.Length];
            Conv2dKernel.BackwardInput(g, dy, packed, plain, way);
            Conv2dKernel.BackwardInput(g, dy, packed, dx, way, rectified: y);
            for (int i = 0; i < y.Length; i++) plain[i] = y[i] > 0 ? plain[i] : 0;
            Assert.That(dx.AsSpan().SequenceEqual(plain));
            Assert.That(plain.Count(value => value != 0), Is.GreaterThan(y.Length / 4));
        }
        finally
        {
            Work.Threads = before;
        }

        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => rng.Uniform(-1, 1))];
    }
}
