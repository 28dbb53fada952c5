using Engine.Data;
using Engine.Tests.Data;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The counter under <see cref="EarlyStopping"/> and <see cref="ReduceLrOnPlateau"/>, on numbers written down here, an epoch each.</summary>
[TestFixture, NonParallelizable]
internal sealed class PatienceTests
{
    // better at epochs 0 and 2; .6 again is not better, nor is NaN
    private static readonly double[] Rising = [0.5, 0.4, 0.6, 0.6, double.NaN, 0.7, 0.1, 0.2, 0.3];
    private static readonly double[] Falling = [.. Rising.Select(value => 1 - value)];

    [TestCase("score"), TestCase("some_error"), TestCase("my_loss")]
    public void The_wait_begins_anew_with_each_better_epoch(string name)
    {
        Learner learner = Told(name);
        learner.Fit(9, new EarlyStopping(name, patience: 2));
        Assert.That((learner.Epochs.Count, learner.StopReason), Is.EqualTo((5, $"{name} has not become better than {(name == "score" ? 0.6 : 0.4)} of epoch 2 for 2 epochs.")));
        Learner longer = Told(name);
        longer.Fit(9, new EarlyStopping(name, patience: 3));
        Assert.That((longer.Epochs.Count, longer.StopReason), Is.EqualTo((9, $"{name} has not become better than {(name == "score" ? 0.7 : 0.3)} of epoch 5 for 3 epochs.")));
        Learner patient = Told(name);
        patient.Fit(9, new EarlyStopping(name, patience: 4));
        Assert.That((patient.Epochs.Count, patient.StopReason), Is.EqualTo((9, (string?)null)));
    }

    [Test]
    public void By_how_much_it_gets_better_counts_from_the_best()
    {
        Learner learner = Told("score");
        learner.Fit(9, new EarlyStopping("score", minDelta: 0.15, patience: 5)); // .6 is not better than .5 by .15; .7 is
        Assert.That(learner.StopReason, Is.Null);
        Learner greedy = Told("score");
        greedy.Fit(9, new EarlyStopping("score", minDelta: 0.25, patience: 5));
        Assert.That((greedy.Epochs.Count, greedy.StopReason), Is.EqualTo((6, "score has not become better than 0.5 of epoch 0 for 5 epochs.")));
    }

    [Test]
    public void On_a_plateau_the_wait_begins_anew_after_each_division_and_the_best_stays()
    {
        Learner learner = Told("score");
        learner.Optimizer.LearningRate = 1;
        List<double> rates = [];
        learner.Fit(9, new ReduceLrOnPlateau("score", patience: 2, factor: 4), new At { Batch = l => rates.Add(l.Optimizer.LearningRate) });
        int batches = rates.Count / 9;
        double[] firsts = [.. rates.Where((_, i) => i % batches == 0)];
        Assert.That(firsts, Is.EqualTo(new[] { 1, 1, 1, 1, 1, 0.25, 0.25, 0.25, 0.0625 })); // after epochs 4 and 7
    }

    [Test]
    public void A_second_fit_waits_from_the_beginning_and_knows_no_best()
    {
        EarlyStopping stopping = new("score", patience: 2);
        Learner learner = Told("score", stopping);
        learner.Fit(9);
        Assert.That(learner.Epochs, Has.Count.EqualTo(5));
        learner.Fit(9);
        Assert.That((learner.Epochs.Count, learner.StopReason), Is.EqualTo((5, "score has not become better than 0.6 of epoch 2 for 2 epochs.")));
    }

    [Test]
    public void Going_on_from_a_checkpoint_it_has_waited_for_what_it_had_and_another_patience_is_refused()
    {
        using TempFolder folder = new();
        string path = folder.File("checkpoint");
        Told("score").Fit(9, new EarlyStopping("score", patience: 3), new CheckpointEvery(path), new At { Batch = l => BreakIn(l, 7) }); // epochs 5 to 6: .7 and .1
        string[] kept = [.. Checkpoint.Read(path).Texts.Where(text => text.Key.StartsWith("callback.EarlyStopping", StringComparison.Ordinal)).Select(text => $"{text.Key}={text.Value}")];
        Assert.That(kept, Is.EquivalentTo(new[]
        {
            "callback.EarlyStopping.=", "callback.EarlyStopping.monitor.=", "callback.EarlyStopping.monitor.name=score", "callback.EarlyStopping.monitor.min_delta=0",
            "callback.EarlyStopping.monitor.best=0.7", "callback.EarlyStopping.monitor.best_epoch=5", "callback.EarlyStopping.patience=3", "callback.EarlyStopping.waited=1",
        }), "the names under which it has always been kept");

        Learner learner = Told("score");
        learner.Resume(path);
        Assert.That(() => learner.Fit(9, new EarlyStopping("score", patience: 4)), Throws.TypeOf<CheckpointMismatchException>().With.Message.Contains("patience: the checkpoint has 3, this training 4"));
        learner = Told("score");
        learner.Resume(path);
        learner.Fit(9, new EarlyStopping("score", patience: 3));
        Assert.That((learner.Epochs.Count, learner.StopReason), Is.EqualTo((9, "score has not become better than 0.7 of epoch 5 for 3 epochs.")));
    }

    [Test]
    public void A_patience_of_none_is_refused_in_the_words_of_who_waits()
    {
        Assert.That(() => new EarlyStopping(patience: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("early stopping: patience must be at least 1, got 0. (Parameter 'patience')"));
        Assert.That(() => new ReduceLrOnPlateau(patience: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("reduce lr on plateau: patience must be at least 1, got 0. (Parameter 'patience')"));
    }

    private static void BreakIn(Learner learner, int epoch)
    {
        if (learner.Epoch == epoch) learner.Interrupt("a break");
    }

    /// <summary>A learner whose metric is what is written above, whatever it learns.</summary>
    private static Learner Told(string name, params Callback[] callbacks)
    {
        Learner tiny = Tiny.Learner(1), learner = null!;
        double[] values = name == "score" ? Rising : Falling;
        return learner = new Learner(new ImageLoaders(tiny.Train, tiny.Valid), tiny.Model, metrics: [new Metric(name, _ => values[learner.Epoch])], callbacks: callbacks);
    }
}
