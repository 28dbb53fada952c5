using Engine.Inference;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Nn;

/// <summary>Maxima and means side by side.</summary>
internal sealed class AdaptiveConcatPool2dTests
{
    [Test]
    public void Maxima_come_first_then_means()
    {
        Tensor x = Tensor.From([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12], [1, 2, 3, 4]);
        AdaptiveConcatPool2d pool = new(1);
        Tensor y = pool.Forward(x);
        Assert.That(pool.OutputShape(x.Shape), Is.EqualTo(y.Shape));
        Assert.That(y.Shape, Is.EqualTo(new Shape(1, 4, 1, 1)));
        Assert.That(y.ToArray(), Is.EqualTo((float[])[12, -1, 6.5f, -6.5f]));
    }

    [Test]
    public void It_passes_gradients_of_both_and_fits_into_a_model()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 3, rng, 3, padding: 1), new AdaptiveConcatPool2d((2, 3)), new Flatten(), new Linear(36, 4, rng)];
        Tensor x = Tensor.Normal([5, 1, 7, 8], rng), y = model.Forward(x);
        y.Backward(Tensor.Normal(y.Shape, rng));
        Assert.That(((Conv2d)model[0]).Weight.Grad!.ToArray(), Has.All.Not.Zero);
        model.Eval();
        using GradMode.Scope noGrad = GradMode.NoGrad();
        float[] session = new InferenceSession(model).Run(x).ToArray(), plain = model.Forward(x).ToArray();
        for (int i = 0; i < plain.Length; i++) Assert.That(session[i], Is.EqualTo(plain[i]).Within(1e-5));
    }

    [Test]
    public void Channels_are_traced_when_a_model_is_built() => Assert.That(
        () => new Sequential { new Conv2d(1, 3, new Rng(1), 3), new AdaptiveConcatPool2d(1), new Conv2d(3, 2, new Rng(1), 1) },
        Throws.ArgumentException.With.Message.Contains("expected input to have 3 channels, but the layer before gives 6 channels instead"));

    [Test]
    public void What_is_no_image_is_refused_by_its_own_name() => Assert.That(
        () => new AdaptiveConcatPool2d(1).Forward(Tensor.Zeros([2, 3])), Throws.ArgumentException.With.Message.StartsWith("adaptive_concat_pool2d: input must have 4 dimensions [N, C, H, W], got 2."));
}
