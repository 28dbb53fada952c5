using Engine.Data;
using Engine.Nn;
using Engine.Optim;
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

    private static Learner Make(Sequential model, bool dropLast)
    {
        DataLoader train = new(Tiny.Images(71, 1), 10, Normalization.None(1), new Rng(2), dropLast), valid = new(Tiny.Images(20, 2), 10, Normalization.None(1));
        return new Learner(train, valid, model, new FastaiAdam(model.Parameters(), 0.01));
    }
}
