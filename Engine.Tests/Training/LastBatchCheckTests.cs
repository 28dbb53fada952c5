using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

internal sealed class LastBatchCheckTests
{
    [Test]
    public void A_last_batch_of_one_is_told_before_the_first_epoch_where_batch_norm_cannot_take_it()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 4, rng, 3), new BatchNorm2d(4), new AdaptiveAvgPool2d(1), new BatchNorm2d(4), new Flatten(), new Linear(4, 3, rng)];
        Learner learner = Make(model, dropLast: false);
        Assert.That(() => learner.Fit(1), Throws.InvalidOperationException.With.Message.EqualTo(
            "fit: 71 images in batches of 10 leave a last batch of 1, in which batch_norm (layer 3) would see one value per channel; use another batch size or dropLast: true."));
        Assert.That(learner.Recorder.Losses, Is.Empty);
    }

    [Test]
    public void It_trains_where_the_last_is_dropped_or_every_channel_has_pixels_left()
    {
        Rng rng = new(1);
        Sequential small = [new Conv2d(1, 4, rng, 3), new AdaptiveAvgPool2d(1), new BatchNorm2d(4), new Flatten(), new Linear(4, 3, rng)];
        Assert.That(() => Make(small, dropLast: true).Fit(1), Throws.Nothing);
        Sequential large = [new Conv2d(1, 4, rng, 3), new BatchNorm2d(4), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(4, 3, rng)];
        Assert.That(() => Make(large, dropLast: false).Fit(1), Throws.Nothing);
    }

    [TestCase(true), TestCase(false)]
    public void It_looks_into_a_residual_block_body_and_shortcut(bool inBody)
    {
        Rng rng = new(1);
        Sequential normed = [new Conv2d(4, 4, rng, 1), new BatchNorm2d(4)];
        Conv2d plain = new(4, 4, rng, 1);
        Sequential model = [new Conv2d(1, 4, rng, 3), new BatchNorm2d(4), new AdaptiveAvgPool2d(1), inBody ? new Residual(normed) : new Residual(plain, normed), new Flatten(), new Linear(4, 3, rng)];
        Assert.That(() => Make(model, dropLast: false).Fit(1), Throws.InvalidOperationException.With.Message.Contains($"batch_norm (layer 3.{(inBody ? "body" : "shortcut")}.1)"));
        Assert.That(() => Make(model, dropLast: true).Fit(1), Throws.Nothing);
    }

    [Test]
    public void It_looks_into_a_module_of_the_users_own_by_what_really_arrives()
    {
        Rng rng = new(1);
        Sequential starved = [new Conv2d(1, 4, rng, 3), new Pooled(new BatchNorm2d(4)), new Flatten(), new Linear(4, 3, rng)];
        Assert.That(() => Make(starved, dropLast: false).Fit(1), Throws.InvalidOperationException.With.Message.Contains("in which batch_norm (layer 1.inner) would see one value per channel"));
        Sequential fed = [new Conv2d(1, 4, rng, 3), new Pooled(new Conv2d(4, 2, rng, 1)), new Flatten(), new Rows(new BatchNorm1d(1)), new Linear(2, 3, rng)];
        Assert.That(() => Make(fed, dropLast: false).Fit(1), Throws.Nothing, "two features of one image are two values");
    }

    [Test]
    public void Looking_changes_nothing()
    {
        Rng rng = new(1);
        BatchNorm2d norm = new(4);
        Sequential model = [new Conv2d(1, 4, rng, 3), new AdaptiveAvgPool2d(1), norm, new Flatten(), new Linear(4, 3, rng)];
        model[0].Eval(); // each keeps the mode it had
        string before = ModelWeights.Sha256(model);
        Assert.That(() => Make(model, dropLast: false).Fit(1), Throws.InvalidOperationException);
        Assert.That((ModelWeights.Sha256(model), norm.BatchesTracked, norm.HasListeners), Is.EqualTo((before, 0, false)));
        Assert.That(model.Children.Select(child => child.Module.IsTraining), Is.EqualTo(new[] { false, true, true, true, true }));
    }

    private static Learner Make(Sequential model, bool dropLast)
    {
        DataLoader train = new(Tiny.Images(71, 1), 10, Normalization.None(1), new Rng(2), dropLast), valid = new(Tiny.Images(20, 2), 10, Normalization.None(1));
        return new Learner(train, valid, model, new FastaiAdam(model.Parameters(), 0.01));
    }

    /// <summary>One pixel, then what is inside; says no shape without data.</summary>
    private sealed class Pooled : Module
    {
        public Pooled(Module inner) => AddChild("inner", inner);

        public override Shape OutputShape(Shape input) => throw new NotSupportedException();

        protected override Tensor ForwardCore(Tensor x) => Children[0].Module.Forward(x.AdaptiveAvgPool2d(1));
    }

    /// <summary>Each number of [N, F] as a row of its own.</summary>
    private sealed class Rows : Module
    {
        public Rows(Module inner) => AddChild("inner", inner);

        public override Shape OutputShape(Shape input) => input;

        protected override Tensor ForwardCore(Tensor x) => Children[0].Module.Forward(x.Reshape(x.Count, 1)).Reshape(x.Shape[0], x.Shape[1]);
    }
}
