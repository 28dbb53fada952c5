using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class FitsTests
{
    /// <summary>4 batches an epoch; groups: first convolution with its batch norm, second convolution, linear layer.</summary>
    internal static Learner ThreeGroups(bool trainBatchNorm = true)
    {
        Learner tiny = Tiny.Learner(1);
        return new Learner(new ImageLoaders(tiny.Train, tiny.Valid), tiny.Model, trainBatchNorm: trainBatchNorm, splitter: model =>
        {
            Sequential layers = (Sequential)model;
            return [[.. layers[0].Parameters(), .. layers[2].Parameters()], layers[3].Parameters(), layers[7].Parameters()];
        });
    }

    [Test]
    public void One_cycle_takes_a_rate_a_rate_each_or_a_range_and_three_momenta()
    {
        foreach ((LearningRates peak, double[] peaks) in new (LearningRates, double[])[]
            { (0.03, [0.03, 0.03, 0.03]), (new[] { 0.01, 0.02, 0.04 }, [0.01, 0.02, 0.04]), ((1e-4, 1e-2), [1e-4, 1e-3, 1e-2]), (LearningRates.Slice(0.05), [0.005, 0.005, 0.05]) })
        {
            Learner learner = ThreeGroups();
            Watch watch = new();
            learner.FitOneCycle(2, peak, div: 10, divFinal: 1e3, pctStart: 0.4, momenta: (0.9, 0.5, 0.8), callbacks: watch);
            OneCycle[] schedules = Array.ConvertAll(peaks, rate => new OneCycle(rate, 10, 1e3, 0.4, 0.9, 0.5, 0.8));
            Assert.That(watch.Seen, Has.Count.EqualTo(8));
            for (int step = 0; step < 8; step++)
                for (int group = 0; group < 3; group++)
                {
                    Assert.That(watch.Seen[step][group].Rate, Is.EqualTo(schedules[group].RateAt(step, 8)).Within(1e-12).Percent);
                    Assert.That(watch.Seen[step][group].Momentum, Is.EqualTo(schedules[0].MomentumAt(step, 8)));
                }
            Assert.That(learner.Recorder.Rates, Is.EqualTo(watch.Seen.Select(groups => groups[2].Rate)), "the last group's, as fastai records");
        }
    }

    [Test]
    public void Every_fit_follows_its_schedule()
    {
        FlatCos flat = new(0.01, 1e3, 0.5);
        Assert.That(Rates(l => l.FitFlatCos(2, 0.01, divFinal: 1e3, pctStart: 0.5)), Is.EqualTo(Enumerable.Range(0, 8).Select(step => flat.RateAt(step, 8))));
        Assert.That(flat.RateAt(3, 8), Is.EqualTo(0.01));
        Sgdr sgdr = new(2, 1, 0.02, cycleMultiplier: 2); // 1 + 2 epochs of 4 batches
        double[] restarts = Rates(l => l.FitSgdr(2, 1, 0.02));
        Assert.That(restarts, Is.EqualTo(Enumerable.Range(0, 12).Select(step => sgdr.RateAt(step, 12))));
        Assert.That((restarts[0], restarts[4]), Is.EqualTo((0.02, 0.02)), "it starts again");
        OneCycleLr torch = new(0.01, 8);
        double[] cycle = Rates(l => l.FitPyTorchOneCycle(2, 0.01));
        Assert.That(cycle, Is.EqualTo(Enumerable.Range(0, 8).Select(step => torch.RateAt(step))));
        Assert.That(cycle[^1], Is.EqualTo(0.01 / 25 / 1e4).Within(1e-9).Percent, "the last step is exactly there");
        Assert.That(Rates(l => l.Fit(1, 0.004)), Is.EqualTo(new[] { 0.004, 0.004, 0.004, 0.004 }));

        static double[] Rates(Action<Learner> fit)
        {
            Learner learner = Tiny.Learner(1);
            fit(learner);
            return [.. learner.Recorder.Rates];
        }
    }

    [Test]
    public void A_schedule_gives_the_optimizer_back_and_a_constant_rate_and_weight_decay_stay()
    {
        Learner learner = ThreeGroups();
        learner.FitOneCycle(1, (1e-3, 1e-2), weightDecay: 0.25);
        Assert.That(learner.Optimizer.Groups.Select(group => (group.LearningRate, group.Momentum, group.WeightDecay)), Is.All.EqualTo((1e-3, 0.9, 0.25)));
        learner.Fit(1, new[] { 0.1, 0.2, 0.3 }, weightDecay: 0.5);
        Assert.That(learner.Optimizer.Groups.Select(group => (group.LearningRate, group.WeightDecay)), Is.EqualTo(new[] { (0.1, 0.5), (0.2, 0.5), (0.3, 0.5) }));
        Assert.That(() => learner.FitOneCycle(1, 0.7, callbacks: new At { Done = _ => throw new NotSupportedException() }), Throws.TypeOf<NotSupportedException>());
        Assert.That(learner.Optimizer.LearningRate, Is.EqualTo(0.1), "after an exception too");
    }

    [Test]
    public void Resetting_forgets_steps_and_settings_and_else_they_go_on()
    {
        Learner learner = ThreeGroups();
        long steps = -1; // that the optimizer remembers when a fit begins
        At look = new() { Fit = l => steps = l.Optimizer.State().Counters["0.step"] };
        learner.Fit(1, 0.1, weightDecay: 0.5, callbacks: look);
        Assert.That(steps, Is.Zero);
        learner.Fit(1, 0.1, callbacks: look);
        Assert.That((steps, learner.Optimizer.Groups[2].WeightDecay), Is.EqualTo((4, 0.5)));
        learner.Fit(1, 0.2, resetOptimizer: true, callbacks: look);
        Assert.That((steps, learner.Optimizer.Groups[2].WeightDecay, learner.Optimizer.LearningRate), Is.EqualTo((0, 0.01, 0.2)), "fastai's default decay again");
        learner.FitOneCycle(1, 0.1, resetOptimizer: true, callbacks: look);
        Assert.That((steps, learner.Optimizer.LearningRate), Is.EqualTo((0, 1e-3)));
    }

    [Test]
    public void Faults_are_told_before_anything_changes()
    {
        Learner learner = ThreeGroups();
        learner.Fit(1, 0.01);
        string before = Engine.Interop.ModelWeights.Sha256(learner.Model);
        foreach ((Action<Learner> fit, string text) in new (Action<Learner>, string)[]
        {
            (l => l.Fit(0, 0.1, resetOptimizer: true), "fit: epochs must be at least 1, got 0. (Parameter 'epochs')"),
            (l => l.Fit(1, double.NaN), "learning rates: rate must be a finite number of at least 0, got NaN. (Parameter 'rate')"),
            (l => l.Fit(1, -0.1), "learning rates: rate must be a finite number of at least 0, got -0.1. (Parameter 'rate')"),
            (l => l.Fit(1, 0.1, weightDecay: -1, resetOptimizer: true), "fit: weight decay must be a finite number of at least 0, got -1. (Parameter 'weightDecay')"),
            (l => l.FitOneCycle(0, 0.1, resetOptimizer: true), "fit: epochs must be at least 1, got 0. (Parameter 'epochs')"),
            (l => l.FitOneCycle(1, new[] { 0.1, 0.2 }), "learning rates: there must be one rate for each parameter group. Received: 2 rates, 3 groups. (Parameter 'groups')"),
            (l => l.FitOneCycle(1, (0, 0.1)), "learning rates: first rate must be a finite number above 0, got 0. (Parameter 'first')"),
            (l => l.FitOneCycle(1, 0.1, div: 0), "one cycle: div must be a finite number above 0, got 0. (Parameter 'div')"),
            (l => l.FitOneCycle(1, 0.1, pctStart: 1.5), "one cycle: pct start must be 0 to 1, got 1.5. (Parameter 'pctStart')"),
            (l => l.FitOneCycle(1, 0.1, momenta: (0.9, 1, 0.9)), "one cycle: momentum in the middle must be at least 0 and below 1, got 1. (Parameter 'momentumMiddle')"),
            (l => l.FitPyTorchOneCycle(0, 0.1), "fit: epochs must be at least 1, got 0. (Parameter 'epochs')"),
            (l => l.FitSgdr(0, 1, 0.1), "sgdr: cycles must be at least 1, got 0. (Parameter 'cycles')"),
            (l => l.FitFlatCos(1, 0.1, divFinal: -1), "flat cosine: final div must be a finite number above 0, got -1. (Parameter 'divFinal')"),
        })
            Assert.That(() => fit(learner), Throws.InstanceOf<ArgumentException>().With.Message.EqualTo(text));
        Assert.That((Engine.Interop.ModelWeights.Sha256(learner.Model), learner.Epochs.Count, learner.Optimizer.LearningRate), Is.EqualTo((before, 1, 0.01)));
        Assert.That(learner.Optimizer.State().Counters["0.step"], Is.EqualTo(4));
    }

    [Test]
    public void One_cycle_of_a_single_step_is_a_step_at_its_first_rate()
    {
        DataLoader train = new(Tiny.Images(70, 1), 70, Normalization.None(1), new Rng(2)), valid = new(Tiny.Images(20, 2), 20, Normalization.None(1));
        Learner learner = new(new ImageLoaders(train, valid), Tiny.Net(new Rng(1)));
        learner.FitOneCycle(1, 0.05);
        learner.FitPyTorchOneCycle(1, 0.05);
        Assert.That(learner.Recorder.Rates, Is.EqualTo(new[] { 0.05 / 25, 0.05 / 25 / 1e4 }).Within(1e-12)); // PyTorch's first step is its last
    }

    [Test]
    public void Loaders_are_made_as_fastai_makes_them()
    {
        ImageSet train = Tiny.Images(100, 1), valid = Tiny.Images(30, 2);
        ImageLoaders loaders = ImageLoaders.Of(train, valid, 32, new Rng(5));
        Assert.That((loaders.Train.BatchCount, loaders.Train.DropLast, loaders.Valid.BatchCount, loaders.Valid.DropLast), Is.EqualTo((3, true, 1, false)));
        Rng rng = new(5);
        _ = rng.Split();
        int[] order = [.. Enumerable.Range(0, 100)];
        rng.Split().Shuffle(order.AsSpan());
        Assert.That(loaders.Valid.Normalization.Mean, Is.EqualTo(Normalization.FromBatch(train, order.AsSpan(0, 32)).Mean));
        Assert.That(loaders.Valid.Normalization, Is.SameAs(loaders.Train.Normalization));
        Assert.That(loaders.Train.Order().First(), Is.Not.EqualTo(Enumerable.Range(0, 32)));
        Assert.That(() => ImageLoaders.Of(train, valid, 101, rng), Throws.ArgumentException.With.Message.EqualTo(
            "data loader: stripes has 100 images, fewer than one batch of 101, and dropLast would drop them all; use a smaller batch. (Parameter 'batchSize')"));
    }

    /// <summary>Rate and momentum of every group at every batch.</summary>
    private sealed class Watch : Callback
    {
        public List<(double Rate, double Momentum)[]> Seen { get; } = [];

        public override void AfterLoss(Learner learner) => Seen.Add([.. learner.Optimizer.Groups.Select(group => (group.LearningRate, group.Momentum))]);
    }
}
