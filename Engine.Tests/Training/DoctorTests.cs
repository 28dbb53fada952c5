using Engine.Data;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Each test plants one thing that goes wrong, and the doctor names it.</summary>
[TestFixture, NonParallelizable]
internal sealed class DoctorTests
{
    private static readonly Normalization Usual = Normalization.None(1);

    [Test]
    public void Twenty_healthy_runs_have_no_finding()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            TrainingDoctor doctor = new();
            Learner learner = Make(seed, Net(new Rng(seed)));
            learner.Fit(6, new ScheduleCallback(new OneCycle(0.03)), doctor);
            Assert.That(learner.Epochs[^1].Accuracy, Is.GreaterThan(0.9), $"seed {seed} is healthy");
            Assert.That(doctor.Findings, Is.Empty, $"seed {seed}");
        }
        Assert.That(new TrainingDoctor().ToString(), Is.EqualTo("nothing found"));
    }

    [Test]
    public void Collapse()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 4, rng, 5, stride: 2, padding: 2), new Relu(), new Conv2d(4, 8, rng, 3, stride: 2, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(8, 3, rng)];
        Finding finding = Found("collapse", 2, model, rate: 0.02, callbacks: new At { Batch = l => { if (l.Step == 3) ((Conv2d)model[2]).Bias!.Fill(-30); } });
        Assert.That(finding.Where, Is.EqualTo("layer 2"));
        Assert.That(finding.Evidence, Does.Match(@"^the loss ended at 1\.\d+, that of guessing is ln 3 = 1\.099, and 100\.0 ?% of the validation set is taken for class \w+\. 100\.0 ?% of what layer 2 \(Conv2d\) gives is at most \.05, over 90 % from batch 10 on\. The largest loss was [\d.]+ in batch \d+, at learning rate 0\.02\.$"));
        Assert.That(finding.Advice, Is.EqualTo("Use a lower rate, a warm-up (FitOneCycle), batch normalisation, or larger batches."));
    }

    [Test]
    public void Rate_too_high()
    {
        Rng rng = new(1);
        Finding diverged = Found("rate-too-high", 1, new Sequential { new Flatten(), new Linear(48, 3, rng) }, rate: 300, momentum: 0.9, randomLabels: true);
        Assert.That(diverged.Evidence, Does.Match(@"^the loss began at [\d.]+, was [\d.]+ at best and ended at [\d.]+, at learning rates up to 300\.$"));
        Finding infinite = Found("rate-too-high", 1, new Sequential { new Flatten(), new Linear(48, 48, rng), new Relu(), new Linear(48, 3, rng) }, rate: 1e12);
        Assert.That(infinite.Evidence, Does.Contain("the loss became").And.Contain("at learning rates up to 1E+12"));
    }

    [Test]
    public void Rate_too_low() => Assert.That(Found("rate-too-low", 1, Net(new Rng(1)), rate: 1e-6).Evidence,
        Does.Match(@"^the loss fell from [\d.]+ to [\d.]+ only, and the weights moved by [\d.]+ ?% of their length in 26 batches, at learning rates up to 1E-06\.$"));

    [Test]
    public void Exploding_gradients() => Assert.That(Found("exploding-gradients", 1, Net(new Rng(1)), callbacks: new At { Batch = l => { if (l.Step == 7) l.BatchLoss = (predictions, labels) => predictions.CrossEntropy(labels) * 1e5f; } }),
        Has.Property("Where").EqualTo("batch 7").And.Property("Evidence").Match(@"^the norm of all gradients was [\dE+.]+ there, the median of 26 batches is [\d.]+; the loss was [\dE+.]+\.$"));

    [Test]
    public void Unnormalised_input() => Assert.That(Found("unnormalised-input", 1, Net(new Rng(1)), new Normalization([0f], [1 / 255f])).Evidence,
        Does.Match(@"^the inputs have mean [\d.]+ and standard deviation [\d.]+; layers are initialised for 0 and 1\.$"));

    [Test]
    public void Evaluation_mode_forgotten_in_validation()
    {
        Finding finding = Found("training-mode", 1, Net(new Rng(1)), callbacks: new Forgetful());
        Assert.That((finding.Where, finding.Evidence), Is.EqualTo(("layer 2, validation of epoch 0", "BatchNorm2d was in training mode while validation batches went through.")));
    }

    [Test]
    public void Evaluation_mode_forgotten_in_predictions()
    {
        Finding finding = Found("training-mode", 1, Net(new Rng(1)), callbacks: new At { Done = l => { if (l.Step is 2 or 9) l.Model.Forward(l.Batch!.Inputs); } });
        Assert.That((finding.Where, finding.Evidence), Is.EqualTo(("layer 2", "BatchNorm2d has seen 2 more batches in training mode than the 26 of training: something predicts without evaluation mode and changes the running statistics.")));
    }

    [Test]
    public void Batch_norm_on_a_single_image()
    {
        Finding finding = Found("batch-norm-batch-1", 1, Net(new Rng(1)), images: 326); // 25 batches of 13, and one image
        Assert.That((finding.Where, finding.Evidence), Is.EqualTo(("layer 2, batch 25", "BatchNorm2d was trained on a batch of 1 image: its statistics are that image's alone.")));
    }

    [Test]
    public void Too_few_inputs_for_the_first_layer()
    {
        Rng rng = new(1);
        Finding finding = Found("few-inputs", 6, new Sequential { new Conv2d(1, 8, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(8), new AdaptiveAvgPool2d((1, 3)), new Flatten(), new Linear(24, 3, rng) });
        Assert.That((finding.Where, finding.Evidence), Is.EqualTo(("layer 0", "the first convolution makes 8 features from 9 inputs (1 x 3 x 3), so it has little to choose from.")));
    }

    [Test]
    public void Dead_units()
    {
        Rng rng = new(1);
        Sequential model = Net(rng);
        Finding finding = Found("dead-units", 3, model, callbacks: new At { Batch = l => { if (l.Step == 0) ((Conv2d)model[0]).Bias!.CopyFrom([-50, -50, -50, -50, 0, 0, 0, 0]); } });
        Assert.That(finding.Where, Is.EqualTo("layer 1"));
        Assert.That(finding.Evidence, Does.Match("^[4-7] of 8 units of Relu are 0 for each of the first 101 validation images, so they learn nothing any more.$"));
    }

    /// <summary>The one finding of a fit in which something was planted.</summary>
    private static Finding Found(
        string code, int epochs, Module model, Normalization? normalization = null, int images = 338, double rate = 0.02, double? momentum = null, bool randomLabels = false, params Callback[] callbacks)
    {
        TrainingDoctor doctor = new();
        Learner learner = Make(1, model, normalization, images, rate, momentum, randomLabels);
        learner.Fit(epochs, [.. callbacks, doctor]);
        Assert.That(doctor.Findings.Select(finding => finding.Code), Is.EqualTo(new[] { code }), doctor.ToString());
        return doctor.Findings[0];
    }

    private static Learner Make(ulong seed, Module model, Normalization? normalization = null, int images = 338, double rate = 0.02, double? momentum = null, bool randomLabels = false)
    {
        ImageSet set = Tiny.Images(images, 1);
        Rng labels = new(8);
        if (randomLabels) set = new ImageSet(set.Shape, set.Pixels, [.. set.Labels.Select(_ => labels.NextInt(3))], set.Classes);
        DataLoader train = new(set, 13, normalization ?? Usual, new Rng(seed)), valid = new(Tiny.Images(101, 2), 64, normalization ?? Usual);
        return new Learner(train, valid, model, momentum is { } m ? new Sgd(model.Parameters(), rate, m) : new FastaiAdam(model.Parameters(), rate));
    }

    private static Sequential Net(Rng rng) =>
    [
        new Conv2d(1, 8, rng, 5, stride: 2, padding: 2), new Relu(), new BatchNorm2d(8), new AdaptiveAvgPool2d((2, 3)), new Flatten(), new Linear(48, 3, rng),
    ];

    private sealed class Forgetful : Callback
    {
        public override void BeforeValidationBatch(Learner learner) => learner.Model.Train();
    }
}
