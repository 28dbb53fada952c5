using Engine.Interop;
using Engine.Tests.Data;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A training that breaks off and is begun again ends as one that never stopped: weights, losses, rates, epochs.</summary>
[TestFixture, NonParallelizable]
internal sealed class ResumeTests
{
    [TestCaseSource(typeof(Resumable), nameof(Resumable.All))]
    public void Broken_off_at_any_moment_and_begun_again_it_ends_the_same(Resumable training)
    {
        using TempFolder folder = new();
        Learner whole = training.Make();
        training.Fit(whole, []);
        string expected = Resumable.Result(whole);
        foreach (string moment in (string[])["BeforeBatch", "BeforeStep", "AfterBatch", "BeforeValidate", "AfterValidationBatch", "AfterEpoch"])
            for (int step = 1; step <= Resumable.Epochs * Resumable.Batches; step++)
            {
                string path = folder.File($"{moment} {step}");
                Learner broken = training.Make();
                try
                {
                    training.Fit(broken, [new CheckpointEvery(path, batches: 1, epochs: moment == "AfterEpoch" ? 0 : 1), new Crash(moment, step)]);
                }
                catch (NotSupportedException)
                {
                }
                if (!File.Exists(path)) continue; // it fell before the first
                Learner again = training.Make(seed: 4); // other weights and another order, to be overwritten
                again.Resume(path);
                training.Fit(again, []);
                Assert.That(Resumable.Result(again), Is.EqualTo(expected), $"{moment} {step}");
                File.Delete(path);
            }
        Assert.That(folder.Names(), Is.Empty);
    }

    [TestCaseSource(typeof(Resumable), nameof(Resumable.All))]
    public void Every_few_batches_and_broken_off_again_and_again_it_ends_the_same(Resumable training)
    {
        using TempFolder folder = new();
        Learner whole = training.Make();
        training.Fit(whole, []);
        string path = folder.File("checkpoint");
        Learner learner = training.Make();
        for (int attempt = 0, lives = 20; ; attempt++, lives--)
        {
            Assert.That(lives, Is.Positive);
            learner = training.Make();
            if (File.Exists(path)) learner.Resume(path);
            try
            {
                training.Fit(learner, [new CheckpointEvery(path, batches: 3), new Crash("BeforeStep", calls: 5)]);
                break;
            }
            catch (NotSupportedException)
            {
            }
        }
        Assert.That(Resumable.Result(learner), Is.EqualTo(Resumable.Result(whole)));
    }

    [Test]
    public void An_interruption_saves_in_between_and_is_forgotten_by_the_one_that_goes_on()
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        Learner whole = training.Make(), first = training.Make(), second = training.Make();
        training.Fit(whole, []);
        string path = folder.File("checkpoint");
        CheckpointEvery checkpoints = new(path, batches: 0, epochs: 0);
        training.Fit(first, [checkpoints, new At { Done = at => StopAt(at, 6, "interrupted", isInterruption: true) }]);
        Assert.That((first.StopReason, first.Fitting.IsInterrupted, checkpoints.Count, first.Recorder.Losses.Count), Is.EqualTo(("interrupted", true, 1, 7)));
        Checkpoint checkpoint = Checkpoint.Read(path);
        Assert.That((checkpoint.Fit, checkpoint.Epoch, checkpoint.Batch), Is.EqualTo((0, 1, 3)));
        second.Resume(checkpoint);
        training.Fit(second, []);
        Assert.That(Resumable.Result(second), Is.EqualTo(Resumable.Result(whole)));
        Assert.That((second.StopReason, second.Fitting.IsInterrupted), Is.EqualTo(((string?)null, false)));
        Assert.That(second.FitSeconds(), Is.GreaterThanOrEqualTo(second.Epochs.Sum(epoch => epoch.Seconds)));
    }

    [Test]
    public void What_is_over_stays_over()
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        string path = folder.File("checkpoint");
        Learner finished = training.Make(), again = training.Make();
        training.Fit(finished, [new CheckpointEvery(path, batches: 5, epochs: 0)]);
        again.Resume(path);
        training.Fit(again, [new CheckpointEvery(folder.File("none")), new At { Batch = _ => Assert.Fail("there is no batch left") }]);
        Assert.That(Resumable.Result(again), Is.EqualTo(Resumable.Result(finished)));
        Assert.That(folder.Names(), Is.EqualTo(new[] { "checkpoint" }));

        Learner stopped = training.Make(), after = training.Make();
        training.Fit(stopped, [new CheckpointEvery(path, epochs: 2), new StopAfter(epoch: 0)]);
        after.Resume(path);
        training.Fit(after, [new At { Batch = _ => Assert.Fail("it was stopped") }]);
        Assert.That((after.Epochs.Count, after.StopReason), Is.EqualTo((1, "enough")));
        Assert.That(Resumable.Result(after), Is.EqualTo(Resumable.Result(stopped)));
    }

    [Test]
    public void Stopped_within_an_epoch_for_good_the_last_good_state_stays()
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        string path = folder.File("checkpoint");
        training.Fit(training.Make(), [new CheckpointEvery(path, batches: 1), new At { Gradients = at => StopAt(at, 5, "the gradient is no number", isInterruption: false) }]);
        Checkpoint checkpoint = Checkpoint.Read(path);
        Assert.That((checkpoint.Epoch, checkpoint.Batch), Is.EqualTo((1, 1)), "the batch in which it was stopped is not in it");
    }

    [TestCase(float.NaN), TestCase(float.PositiveInfinity), TestCase(float.NegativeInfinity)]
    public void A_step_that_spoils_a_weight_leaves_the_last_good_state(float value)
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        string path = folder.File("checkpoint");
        Learner learner = training.Make();
        training.Fit(learner, [new CheckpointEvery(path, batches: 1), new At { Stepped = at => Spoil(at, 5) }]);
        Checkpoint checkpoint = Checkpoint.Read(path);
        Assert.That((checkpoint.Epoch, checkpoint.Batch), Is.EqualTo((1, 1)));
        Assert.That(learner.StopReason, Does.StartWith("the loss became NaN in epoch 1, batch 2"));

        void Spoil(Learner learner, int step)
        {
            if (learner.Step == step) learner.Model.Parameters().First().Value.Fill(value);
        }
    }

    [Test]
    public void The_best_weights_are_loaded_at_the_end_and_the_log_is_whole_though_it_was_broken_off_after_them()
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        Learner whole = training.Make(), broken = training.Make(), again = training.Make(seed: 4);
        SaveModel ofWhole = new(folder.File("whole"), "train_loss"), ofAgain = new(folder.File("best"), "train_loss");
        training.Fit(whole, [ofWhole, new Worse()]);
        string path = folder.File("checkpoint");
        training.Fit(broken, [new SaveModel(folder.File("best"), "train_loss"), new Worse(), new CsvLog(folder.File("log")), new CheckpointEvery(path), new At { Done = at => StopAt(at, 6, "a break", isInterruption: true) }]);
        again.Resume(path);
        training.Fit(again, [ofAgain, new Worse(), new CsvLog(folder.File("log"))]);
        Assert.That((ofWhole.BestEpoch, ofAgain.BestEpoch), Is.EqualTo((0, 0)));
        Assert.That(ModelWeights.Sha256(again.Model), Is.EqualTo(ModelWeights.Sha256(whole.Model)));
        Assert.That(File.ReadAllLines(folder.File("log")).Select(line => line.Split(',')[0]), Is.EqualTo(new[] { "epoch", "0", "1", "2" }));
    }

    [Test]
    public void A_fit_after_the_resumed_one_begins_anew()
    {
        using TempFolder folder = new();
        Resumable training = Resumable.All.First();
        string path = folder.File("checkpoint");
        Learner whole = training.Make(), learner = training.Make();
        training.Fit(whole, [new CheckpointEvery(path)]);
        whole.Fit(1);
        learner.Resume(path);
        training.Fit(learner, []);
        learner.Fit(1);
        Assert.That(Resumable.Result(learner), Is.EqualTo(Resumable.Result(whole)));
        Assert.That((learner.Epochs.Count, learner.Recorder.Losses.Count), Is.EqualTo((1, (Resumable.Epochs + 1) * Resumable.Batches)));
    }

    private static void StopAt(Learner learner, int step, string reason, bool isInterruption)
    {
        if (learner.Step != step) return;
        if (isInterruption) learner.Interrupt(reason);
        else learner.Stop(reason);
    }

    private sealed class Crash(string moment, int step = 0, int calls = 0) : Callback
    {
        private int _calls;

        public override void BeforeBatch(Learner learner) => At("BeforeBatch", learner);

        public override void BeforeStep(Learner learner) => At("BeforeStep", learner);

        public override void AfterBatch(Learner learner) => At("AfterBatch", learner);

        public override void BeforeValidate(Learner learner) => At("BeforeValidate", learner);

        public override void AfterValidationBatch(Learner learner) => At("AfterValidationBatch", learner);

        public override void AfterEpoch(Learner learner) => At("AfterEpoch", learner);

        private void At(string now, Learner learner)
        {
            if (now == moment && (calls > 0 ? ++_calls == calls : learner.Step == step)) throw new NotSupportedException();
        }
    }

    /// <summary>After the first epoch the rate is so high that nothing gets better.</summary>
    private sealed class Worse : Callback
    {
        public override void BeforeBatch(Learner learner)
        {
            if (learner.Epoch > 0) learner.Optimizer.LearningRate = 1;
        }
    }

    private sealed class StopAfter(int epoch) : Callback
    {
        public override void AfterEpoch(Learner learner)
        {
            if (learner.Epoch == epoch) learner.Stop("enough");
        }
    }
}
