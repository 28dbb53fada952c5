using System.Globalization;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;
using Engine.Tests.Data;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class CallbackTests
{
    [Test]
    public void Early_stopping_waits_as_long_as_it_was_told()
    {
        Learner learner = Still(out _);
        learner.Fit(10, new EarlyStopping(patience: 3)); // epoch 0 is the best, then nothing gets better
        Assert.That(learner.Epochs, Has.Count.EqualTo(4));
        Assert.That(learner.StopReason, Does.Match(@"^valid_loss has not become better than [\d.]+ of epoch 0 for 3 epochs\.$"));
        Learner moving = Tiny.Learner(1);
        moving.Fit(3, new EarlyStopping("train_loss"));
        Assert.That((moving.Epochs.Count, moving.StopReason), Is.EqualTo((3, (string?)null)));
        moving.Fit(3, new EarlyStopping("train_loss", minDelta: 100));
        Assert.That(moving.Epochs, Has.Count.EqualTo(2));
    }

    [Test]
    public void An_accuracy_should_rise_and_an_unknown_name_is_refused_with_those_there_are()
    {
        Learner learner = Tiny.Learner(1);
        learner.Fit(4, new EarlyStopping("accuracy", patience: 4));
        Assert.That(learner.StopReason, Is.Null);
        Assert.That(() => learner.Fit(1, new EarlyStopping("f1")), Throws.InvalidOperationException.With.Message.EqualTo(
            "early stopping: there is no 'f1' to monitor. The epochs tell: valid_loss, train_loss, accuracy. Give the learner the metric, or monitor one of these."));
        Assert.That(() => new EarlyStopping(minDelta: -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("early stopping: minDelta must be at least 0, got -1. (Parameter 'minDelta')"));
    }

    [Test]
    public void Reduce_lr_on_plateau_divides_after_each_wait()
    {
        Learner learner = Still(out _);
        learner.Optimizer.LearningRate = 1e-30;
        List<double> rates = [];
        learner.Fit(5, new ReduceLrOnPlateau(patience: 2, factor: 4), new At { Validated = l => rates.Add(l.Optimizer.LearningRate / 1e-30) });
        Assert.That(rates, Is.EqualTo(new[] { 1, 1, 1, 0.25, 0.25 }).Within(1e-9)); // divided at the end of epochs 2 and 4
        learner.Fit(3, new ReduceLrOnPlateau(minRate: 1e-31));
        Assert.That(learner.Optimizer.LearningRate, Is.EqualTo(6.25e-32).Within(1e-40)); // what is below the least already stays
    }

    [Test]
    public void Save_model_keeps_the_best_epoch_and_loads_it_at_the_end()
    {
        using TempFolder folder = new();
        string path = folder.File("best.safetensors");
        Dictionary<int, string> hashes = [];
        Learner learner = Tiny.Learner(1);
        SaveModel save = new(path, "train_loss");
        learner.Fit(4, save, new At { Validated = l => hashes[l.Epoch] = ModelWeights.Sha256(l.Model), Batch = l => l.Optimizer.LearningRate = l.Epoch < 2 ? 0.02 : 5 }); // two good epochs, then wild ones
        int best = learner.Epochs.MinBy(epoch => epoch.TrainLoss)!.Epoch;
        Assert.That(best, Is.EqualTo(1));
        Assert.That((save.BestEpoch, ModelWeights.Sha256(learner.Model)), Is.EqualTo((best, hashes[best])));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "best.safetensors" }), "no temporary file is left");
    }

    [Test]
    public void Predictions_that_are_no_numbers_stop_before_the_step_and_name_the_first_layer()
    {
        Learner learner = Tiny.Learner(1);
        string before = "";
        learner.Fit(2, new StopOnNonFinite(), new At
        {
            Batch = l =>
            {
                if (l.Step != 5) return;
                before = ModelWeights.Sha256(l.Model);
                ((Sequential)l.Model)[2].ForwardDone += Spoil;
            },
        });
        ((Sequential)learner.Model)[2].ForwardDone -= Spoil;
        Assert.That(learner.StopReason, Is.EqualTo("layer 2 (BatchNorm2d) was the first to give numbers that are not finite, in [70, 5, 4, 3], in epoch 1, batch 1, at learning rate 0.02; the weights are those before this batch. Use a lower rate, or clip the gradients."));
        Assert.That(ModelWeights.Sha256(learner.Model), Is.EqualTo(before), "running statistics too");

        static void Spoil(Module module, Tensor input, Tensor output) => output.Span[3] = float.PositiveInfinity;
    }

    [Test]
    public void Inputs_parameters_and_gradients_are_told_apart()
    {
        Assert.That(Reason(new At { Batch = l => l.Inputs.Span[7] = float.NaN }), Does.StartWith("the inputs [70, 1, 8, 6] have numbers that are not finite, in epoch 0, batch 0").And.EndsWith("Look at the data."));
        Assert.That(Reason(new At { Batch = l => l.Model.Parameters().Last().Value.Span[1] = float.NaN }), Does.StartWith("parameter 7.bias [3] is not finite, in epoch 0, batch 0"));
        Assert.That(Reason(new At { Batch = l => l.BatchLoss = (predictions, labels) => predictions.CrossEntropy(labels) + ((predictions.Sum() * 0).Abs().Sqrt() * 1e-30f) }), Does.Match(@"^the gradient of \S+ is no number, though the loss is [\d.]+, in epoch 0, batch 0"));

        static string? Reason(Callback wrong)
        {
            Learner learner = Tiny.Learner(1);
            learner.Fit(1, wrong, new StopOnNonFinite());
            return learner.StopReason;
        }
    }

    [Test]
    public void A_loss_of_several_times_the_best_stops()
    {
        Learner learner = Tiny.Learner(1);
        learner.Fit(20, new StopOnDivergence(factor: 2, warmUp: 4), new At { Batch = l => { if (l.Step >= 8) l.BatchLoss = (predictions, labels) => predictions.CrossEntropy(labels) * 20; } });
        Assert.That(learner.StopReason, Does.Match(@"^the smoothed loss rose to [\d.]+, over 2 times its best [\d.]+, in epoch \d, batch \d, at learning rate 0\.02\. Use a lower rate\.$"));
        Learner fine = Tiny.Learner(1);
        fine.Fit(3, new StopOnDivergence());
        Assert.That(fine.StopReason, Is.Null);
    }

    [Test]
    public void Clipped_gradients_are_what_the_step_takes()
    {
        double norm = 0, largest = 0;
        ClipGradients byNorm = ClipGradients.ByNorm(0.01);
        Tiny.Learner(1).Fit(1, byNorm, new AfterClipping(l => norm = Math.Max(norm, GradientClipping.ClipNorm(l.Model.Parameters(), double.PositiveInfinity))));
        Assert.That(norm, Is.EqualTo(0.01).Within(1e-5));
        Assert.That(byNorm.LastNorm, Is.GreaterThan(0.01));
        Tiny.Learner(1).Fit(1, ClipGradients.ByValue(0.002), new AfterClipping(l => largest = Math.Max(largest, GradientClipping.ClipNorm(l.Model.Parameters(), double.PositiveInfinity, double.PositiveInfinity))));
        Assert.That(largest, Is.EqualTo(0.002).Within(1e-9));
        Assert.That(() => ClipGradients.ByNorm(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("clip gradients: the largest norm must be above 0, got 0. (Parameter 'maxNorm')"));
    }

    [Test]
    public void The_csv_log_has_a_line_an_epoch_in_every_culture()
    {
        using TempFolder folder = new();
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = german;
            Learner learner = Tiny.Learner(1);
            learner.Fit(2, new CsvLog(folder.File("log.csv")));
            string[] lines = File.ReadAllLines(folder.File("log.csv"));
            Assert.That(lines, Has.Length.EqualTo(3));
            Assert.That(lines[0], Is.EqualTo("epoch,train_loss,valid_loss,accuracy,seconds"));
            string[] cells = lines[2].Split(',');
            Assert.That(cells[..4].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)), Is.EqualTo(new[] { 1, learner.Epochs[1].TrainLoss, learner.Epochs[1].ValidLoss, learner.Epochs[1].Accuracy }), "to the last digit");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void Progress_is_plain_lines()
    {
        using StringWriter writer = new();
        Learner learner = Tiny.Learner(1);
        learner.Fit(1, new ConsoleProgress(writer, seconds: 1e-9));
        string[] lines = writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(5)); // four batches, the epoch
        Assert.That(lines[2], Does.Match(@"^epoch 1/1  batch 3/4  loss \d\.\d{4}  [\d,]+ images/s  0:00:00 left$"));
        Assert.That(lines[4], Does.Match(@"^epoch 1/1  train_loss \d\.\d{4}  valid_loss \d\.\d{4}  accuracy \d\.\d{4}  \d+\.\d s$"));
    }

    /// <summary>A learner whose weights do not move: no epoch is better than the first.</summary>
    private static Learner Still(out Module model)
    {
        Rng rng = new(1);
        Sequential net = [new Flatten(), new Linear(48, 3, rng)];
        model = net;
        DataLoader train = new(Tiny.Images(330, 1), 70, Normalization.None(1), rng.Split(), dropLast: true), valid = new(Tiny.Images(101, 2), 64, Normalization.None(1));
        return new Learner(train, valid, net, new Sgd(net.Parameters(), 0));
    }

    /// <summary>Runs after <see cref="ClipGradients"/>.</summary>
    private sealed class AfterClipping(Action<Learner> look) : Callback
    {
        public override int Order => 20;

        public override void BeforeStep(Learner learner) => look(learner);
    }
}
