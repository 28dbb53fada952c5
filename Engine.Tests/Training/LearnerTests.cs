using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class LearnerTests
{
    [Test]
    public void A_net_learns()
    {
        Learner learner = Tiny.Learner(1);
        double before = learner.Validate(learner.Valid).Confusion.Accuracy;
        learner.FitOneCycle(epochs: 6, peakRate: 0.03);
        Assert.That(learner.Epochs[^1].Accuracy, Is.GreaterThan(0.95).And.GreaterThan(before + 0.3));
        Assert.That(learner.Epochs[^1].ValidLoss, Is.LessThan(learner.Epochs[0].ValidLoss));
        Assert.That((learner.Epochs.Count, learner.Recorder.Losses.Count), Is.EqualTo((6, 24))); // 330 / 70 = 4 batches an epoch
    }

    [Test]
    public void The_same_seed_gives_the_same_bits_again_and_with_any_number_of_threads()
    {
        int threads = Compute.Threads;
        try
        {
            HashSet<string> hashes = [];
            foreach (int count in new[] { 1, 2, 3, 2, 1 })
            {
                Compute.Threads = count;
                hashes.Add(Hash(7));
            }
            Assert.That(hashes, Has.Count.EqualTo(1));
            Assert.That(Hash(8), Is.Not.EqualTo(hashes.Single()));
        }
        finally
        {
            Compute.Threads = threads;
        }

        static string Hash(ulong seed)
        {
            Learner learner = Tiny.Learner(seed);
            learner.FitOneCycle(epochs: 2, peakRate: 0.03);
            return ModelWeights.Sha256(learner.Model);
        }
    }

    [Test]
    public void A_loss_that_is_no_number_ends_training_before_the_step()
    {
        int calls = 0; // 4 for training, 2 for validation, then the second batch of the second epoch
        Learner fine = Tiny.Learner(1);
        Learner learner = new(fine.Train, fine.Valid, fine.Model, fine.Optimizer, (predictions, labels) => predictions.CrossEntropy(labels) * (calls++ == 7 ? float.NaN : 1));
        Snapshot snapshot = new();
        learner.Fit(3, snapshot);
        Assert.That(learner.StopReason, Is.EqualTo("the loss became NaN in epoch 1, batch 1, at learning rate 0.02; the weights are those before this batch. Use a lower rate."));
        float[][] parameters = [.. learner.Model.Parameters().Select(parameter => parameter.Value.ToArray())];
        Assert.That(parameters, Is.EqualTo(snapshot.Parameters));
        Assert.That(learner.Recorder.Losses, Has.Count.EqualTo(5).And.None.NaN);
    }

    [Test]
    public void One_cycle_sets_what_the_schedule_says_before_every_batch()
    {
        Learner learner = Tiny.Learner(1);
        learner.FitOneCycle(epochs: 3, peakRate: 0.06);
        OneCycle schedule = new(0.06);
        Assert.That(learner.Recorder.Rates, Is.EqualTo(Enumerable.Range(0, 12).Select(step => schedule.RateAt(step, 12))));
        Assert.That(learner.Recorder.Momenta, Is.EqualTo(Enumerable.Range(0, 12).Select(step => schedule.MomentumAt(step, 12)!.Value)));
        Assert.That(learner.Recorder.Rates[0], Is.EqualTo(0.0024).Within(1e-15)); // .06 / 25
        Assert.That(learner.Recorder.Rates[3], Is.EqualTo(0.06).Within(1e-15)); // the peak, a quarter of the way
    }

    [Test]
    public void The_smoothed_loss_is_fastai_s()
    {
        Learner learner = Tiny.Learner(1);
        learner.Fit(1);
        double average = 0;
        foreach (double loss in learner.Recorder.Losses) average = 0.98 * average + 0.02 * loss;
        Assert.That(learner.Recorder.SmoothLoss, Is.EqualTo(average / (1 - 0.98 * 0.98 * 0.98 * 0.98)).Within(1e-12));
        Assert.That(learner.Epochs[0].TrainLoss, Is.EqualTo(learner.Recorder.SmoothLoss));
    }

    [Test]
    public void The_smoothed_loss_begins_anew_in_every_fit_and_not_in_every_epoch()
    {
        Learner learner = Tiny.Learner(1);
        learner.Fit(1);
        learner.Fit(2);
        double average = 0;
        foreach (double loss in learner.Recorder.Losses.Skip(4)) average = 0.98 * average + 0.02 * loss;
        Assert.That(learner.Epochs[1].TrainLoss, Is.EqualTo(average / (1 - Math.Pow(0.98, 8))).Within(1e-12));
    }

    [Test]
    public void Validation_weighs_batches_by_their_size_and_changes_nothing()
    {
        Learner learner = Tiny.Learner(1);
        string before = ModelWeights.Sha256(learner.Model);
        (double loss, ConfusionMatrix confusion) = learner.Validate(learner.Valid); // 64 + 37
        (double whole, ConfusionMatrix same) = learner.Validate(new DataLoader(learner.Valid.Images, 101, learner.Valid.Normalization));
        Assert.That(loss, Is.EqualTo(whole).Within(1e-6));
        Assert.That((confusion.Total, confusion.Correct), Is.EqualTo((101, same.Correct)));
        Assert.That((ModelWeights.Sha256(learner.Model), learner.Model.IsTraining), Is.EqualTo((before, true)));
        Assert.That(learner.Model.Parameters().All(parameter => parameter.Value.Grad is null), Is.True);
    }

    [Test]
    public void No_epochs_are_refused() => Assert.That(() => Tiny.Learner(1).Fit(0),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("fit: epochs must be at least 1, got 0. (Parameter 'epochs')"));

    private sealed class Snapshot : Callback
    {
        public float[][] Parameters { get; private set; } = [];

        public override void BeforeBatch(Learner learner) => Parameters = [.. learner.Model.Parameters().Select(parameter => parameter.Value.ToArray())];
    }
}
