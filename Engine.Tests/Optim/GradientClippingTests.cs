using Engine.Nn;
using Engine.Optim;

namespace Engine.Tests.Optim;

public sealed class GradientClippingTests
{
    private static Parameter[] Make(params float[][] gradients) => Array.ConvertAll(gradients, gradient =>
    {
        Parameter parameter = Parameters.Of(new float[gradient.Length]);
        parameter.SetGradient(gradient);
        return parameter;
    });

    [TestCase(2, 13)] // 3, 4, 12: 9 + 16 + 144 = 169
    [TestCase(1, 19)]
    [TestCase(double.PositiveInfinity, 12)]
    [TestCase(3, 12.2070549538)] // (27 + 64 + 1728)^(1/3)
    [TestCase(0.5, 51.7846096908)] // (sqrt 3 + 2 + sqrt 12)^2
    public void All_gradients_together_are_scaled_to_the_norm(double type, double norm)
    {
        Parameter[] parameters = Make([3, -4], [12]);
        Assert.That(GradientClipping.ClipNorm(parameters, norm / 2, type), Is.EqualTo(norm).Within(1e-6 * norm));
        Assert.That(parameters[0].Value.Grad!.ToArray(), Is.EqualTo(new[] { 1.5f, -2 }).Within(1e-6));
        Assert.That(parameters[1].Value.Grad!.Item(), Is.EqualTo(6).Within(1e-6));
    }

    [Test]
    public void Below_the_limit_nothing_changes_by_a_bit()
    {
        Parameter[] parameters = Make([0.1f, 0.7f], [1.3f]);
        GradientClipping.ClipNorm(parameters, 100);
        GradientClipping.ClipNorm(parameters, double.PositiveInfinity);
        Assert.That(parameters[0].Value.Grad!.ToArray(), Is.EqualTo(new[] { 0.1f, 0.7f }));
        Assert.That(GradientClipping.ClipNorm([Parameters.Of([1])], 1), Is.Zero); // no gradient at all
    }

    [Test]
    public void Norms_beyond_the_squares_of_a_float_are_right([Values(1e-30f, 1e30f)] float scale, [Values(1, 5_000)] int length)
    {
        Parameter[] parameters = Make(Enumerable.Repeat(scale, length).ToArray());
        Assert.That(GradientClipping.ClipNorm(parameters, double.PositiveInfinity), Is.EqualTo(scale * Math.Sqrt(length)).Within(1e-5 * scale * Math.Sqrt(length)));
    }

    [Test]
    public void A_long_gradient_agrees_with_double_precision([Values(1.0, 2.0)] double type)
    {
        float[] g = Parameters.Normal(300_007, new Rng(1));
        double expected = type == 1 ? g.Sum(x => Math.Abs((double)x)) : Math.Sqrt(g.Sum(x => (double)x * x));
        Assert.That(GradientClipping.ClipNorm(Make(g), 1, type), Is.EqualTo(expected).Within(1e-6 * expected));
    }

    [Test]
    public void A_frozen_parameter_is_left_out()
    {
        Parameter[] parameters = Make([3], [4]);
        parameters[1].IsTrainable = false;
        Assert.That(GradientClipping.ClipNorm(parameters, 1), Is.EqualTo(3));
    }

    [Test]
    public void Nan_is_an_error_on_request_and_spreads_otherwise()
    {
        Parameter[] parameters = Make([1, 2], [float.NaN]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => GradientClipping.ClipNorm(parameters, 1, errorIfNonFinite: true))!;
        Assert.That(error.Message, Is.EqualTo("clip norm: the norm of order 2 of the gradients is NaN, so they cannot be clipped. Nothing was changed."));
        Assert.That(parameters[0].Value.Grad!.ToArray(), Is.EqualTo(new[] { 1f, 2 }));
        Assert.That(GradientClipping.ClipNorm(parameters, 1, double.PositiveInfinity), Is.NaN);
        Assert.That(parameters[0].Value.Grad!.ToArray(), Is.All.NaN);
    }

    [Test]
    public void Values_are_limited_on_both_sides()
    {
        Parameter[] parameters = Make([-3, -0.5f, 0, 0.5f, 3, float.NaN, float.PositiveInfinity]);
        GradientClipping.ClipValue(parameters, 1);
        Assert.That(parameters[0].Value.Grad!.ToArray(), Is.EqualTo(new[] { -1, -0.5f, 0, 0.5f, 1, float.NaN, 1 }));
    }

    [Test]
    public void Limits_out_of_range_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => GradientClipping.ClipNorm([], -1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("clip norm: the largest norm must be at least 0, got -1."));
        Assert.That(() => GradientClipping.ClipNorm([], 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("clip norm: the norm type must be above 0, got 0."));
        Assert.That(() => GradientClipping.ClipValue([], double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("clip value: the limit must be at least 0, got NaN."));
    });
}
