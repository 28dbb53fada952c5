using Engine.Inference;
using Engine.Nn;
using Engine.Tensors;
using Engine.Tests.Kernels;

namespace Engine.Tests.Inference;

[TestFixture]
internal sealed class InferenceSessionTests
{
    private static IEnumerable<string> Names => Nets.All.Keys;

    /// <summary>Stated: a result differs from the unfolded model's in double precision by no more than 2^-18 of the largest, some ten times what is seen.</summary>
    private const double Error = 1.0 / (1 << 18);

    [Test]
    public void A_session_computes_what_the_model_computes([ValueSource(nameof(Names))] string name, [Values(1, 3, 16, 33, 130)] int batch)
    {
        Module model = Nets.Create(name);
        Tensor x = Tensor.Normal([batch, .. Nets.All[name].Image.Sizes], new Rng(2));
        Tensor y = new InferenceSession(model).Run(x);
        (double[] expected, Shape shape) = DoubleNet.Run(model, [.. x.ToArray().Select(value => (double)value)], x.Shape);
        Assert.That(y.Shape, Is.EqualTo(shape));
        double largest = expected.Max(Math.Abs), worst = y.ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Out.WriteLine($"{worst / largest * (1 << 24):F2} / 2^24 of the largest");
        Assert.That(worst, Is.LessThanOrEqualTo(Error * largest));
        Assert.That(largest, Is.GreaterThan(0.01), "there is something to see");
    }
}
