using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Nn;

[TestFixture]
internal sealed class BatchNormTests
{
    private static readonly Tensor Batch = Tensor.From([1, 10, 2, 20, 6, 60], [3, 2]); // channel 0: 1 2 6, mean 3, biased variance 14/3, unbiased 7

    [Test]
    public void Training_normalises_by_the_biased_variance_and_keeps_the_unbiased_one()
    {
        BatchNorm1d layer = new(2);
        float[] y = layer.Forward(Batch).ToArray();
        double std = Math.Sqrt(14.0 / 3 + 1e-5);
        Assert.That(y[0], Is.EqualTo(-2 / std).Within(1e-6));
        Assert.That(y[4], Is.EqualTo(3 / std).Within(1e-6));
        Assert.That(layer.RunningMean!.ToArray(), Is.EqualTo(new[] { 0.3f, 3f }).Within(1e-6)); // .9 * 0 + .1 * 3
        Assert.That(layer.RunningVariance!.ToArray(), Is.EqualTo(new[] { 1.6f, 70.9f }).Within(1e-5)); // .9 * 1 + .1 * 7, .9 + .1 * 700
        Assert.That(layer.BatchesTracked, Is.EqualTo(1));
    }

    [Test]
    public void Evaluation_uses_the_running_statistics_and_does_not_touch_them()
    {
        BatchNorm1d layer = new(2);
        layer.RunningMean!.CopyFrom([1, 0]);
        layer.RunningVariance!.CopyFrom([4, 1]);
        layer.Weight!.CopyFrom([3, 1]);
        layer.Bias!.CopyFrom([5, 0]);
        layer.Eval();
        Assert.That(layer.Forward(Batch).ToArray()[4], Is.EqualTo(3 * (6 - 1) / Math.Sqrt(4 + 1e-5) + 5).Within(1e-5));
        Assert.That((layer.RunningMean.ToArray()[0], layer.BatchesTracked), Is.EqualTo((1f, 0L)));
    }

    [Test]
    public void Momentum_null_is_the_plain_average_of_all_batches()
    {
        BatchNorm1d layer = new(1, momentum: null);
        foreach (float shift in new[] { 0f, 3f, 9f }) layer.Forward(Tensor.From([shift - 1, shift + 1], [2, 1])); // means 0, 3, 9; unbiased variance 2
        Assert.That((layer.RunningMean!.Item(), layer.RunningVariance!.Item()), Is.EqualTo((4f, 2f)).Using<(float, float)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-5));
    }

    [Test]
    public void Without_running_statistics_evaluation_uses_the_batch()
    {
        BatchNorm1d layer = new(2, trackRunningStats: false);
        float[] training = layer.Forward(Batch).ToArray();
        layer.Eval();
        Assert.That(layer.Forward(Batch).ToArray(), Is.EqualTo(training));
        Assert.That(layer.State().Select(entry => entry.Name), Is.EqualTo(new[] { "weight", "bias" }));
    }

    [Test]
    public void One_value_a_channel_cannot_be_trained_on_and_leaves_the_statistics_alone()
    {
        Sequential model = [new Flatten(), new BatchNorm1d(3)];
        BatchNorm1d layer = (BatchNorm1d)model[1];
        Assert.That(() => model.Forward(Tensor.Ones([1, 3])), Throws.ArgumentException.With.Message.EqualTo(
            "batch_norm (layer 1): expected more than 1 value per channel when training, got input size [1, 3]; use a larger batch, drop the last one, or evaluation mode. (Parameter 'x')"));
        Assert.That((layer.BatchesTracked, layer.RunningMean!.ToArray()[0]), Is.EqualTo((0L, 0f)));
        model.Eval();
        Assert.That(model.Forward(Tensor.Ones([1, 3])).Shape, Is.EqualTo(new Shape(1, 3)));
        Assert.That(() => new BatchNorm2d(3).Forward(Tensor.Ones([1, 3, 1, 1])), Throws.ArgumentException);
        Assert.That(new BatchNorm2d(3).Forward(Tensor.Ones([1, 3, 1, 2])).Shape, Is.EqualTo(new Shape(1, 3, 1, 2)), "two pixels are enough");
    }

    [Test]
    public void Settings_have_ranges()
    {
        Assert.That(() => new BatchNorm2d(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("batch_norm: features must be positive, got 0. (Parameter 'features')"));
        Assert.That(() => new BatchNorm2d(3, momentum: double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("batch_norm: momentum must be between 0 and 1, got NaN. (Parameter 'momentum')"));
        Assert.That(() => new BatchNorm2d(3, eps: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("batch_norm: eps must be positive, got 0. (Parameter 'eps')"));
        Assert.That(() => new BatchNorm2d(3).Forward(Tensor.Ones([2, 3, 4])), Throws.ArgumentException.With.Message.EqualTo("batch_norm: expects 3 channels in [N, C, H, W], got [2, 3, 4]. (Parameter 'x')"));
    }
}
