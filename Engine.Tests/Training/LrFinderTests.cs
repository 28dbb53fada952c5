using Engine.Interop;
using Engine.Ops;
using Engine.Optim;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class LrFinderTests
{
    /// <summary>Indices that fastai's own functions give for these curves (valley, slide, minimum, steep).</summary>
    [TestCase("noisy", 85, 44, 50, 66, 30)]
    [TestCase("falling", 85, 41, 69, 84, 83)]
    [TestCase("rising", 40, 0, 0, 0, 0)]
    [TestCase("waves", 60, 50, 0, 46, 20)]
    [TestCase("waves", 16, 12, 0, 0, 7)]
    [TestCase("waves", 17, 12, 0, 0, 7)]
    public void Suggestions_are_fastai_s(string name, int count, int valley, int slide, int minimum, int steep)
    {
        double[] rates = new double[count], losses = new double[count];
        for (int i = 0; i < count; i++)
        {
            rates[i] = i == 0 ? 1e-6 : rates[i - 1] * 1.2;
            losses[i] = name switch
            {
                "noisy" => (i < 30 ? 2.3 : i <= 65 ? 2.3 - (i - 30) * 0.05 : 0.55 + (i - 65) * (i - 65) * 0.01) + (i * 37 % 11 - 5) * 0.01 + i * i * 1e-5,
                "falling" => 3 - i * 0.03 - i * i * 1e-4,
                "rising" => 1 + i * i * 0.001,
                _ => 2 + i * i * 7 % 23 * 0.05 - i * 0.02,
            };
        }
        Assert.That(LrSuggestions.Valley(rates, losses), Is.EqualTo(rates[valley]), "valley");
        Assert.That(LrSuggestions.Slide(rates, losses), Is.EqualTo(rates[slide]), "slide");
        Assert.That(LrSuggestions.Minimum(rates, losses), Is.EqualTo(rates[minimum] / 10), "minimum");
        Assert.That(LrSuggestions.Steep(rates, losses), Is.EqualTo(rates[steep]), "steep");
    }

    [Test]
    public void Too_short_a_curve_suggests_nothing()
    {
        LrSearch search = new([.. Enumerable.Range(1, 15).Select(i => i * 0.1)], [.. Enumerable.Range(1, 15).Select(i => 1.0 / i)], 100); // 10 in front and 5 at the end
        Assert.That((search.Valley, search.Slide, search.Minimum, search.Steep), Is.EqualTo(((double?)null, (double?)null, (double?)null, (double?)null)));
        Assert.That(search.ToString(), Is.EqualTo("valley none, slide none, minimum none, steep none (from 15 rates)"));
        LrSearch two = new([.. Enumerable.Range(1, 17).Select(i => i * 0.1)], [.. Enumerable.Range(1, 17).Select(i => 1.0 / i)], 100);
        Assert.That((two.Slide, two.Minimum), Is.EqualTo(((double?)null, (double?)two.Rates[11] / 10)));
    }

    [Test]
    public void The_curve_is_the_smoothed_loss_at_rates_that_grow_by_equal_factors_and_ends_where_it_diverges()
    {
        Learner learner = Tiny.Learner(1);
        List<double> raw = [];
        LrSearch search = learner.LrFind(callbacks: new At { Loss = l => raw.Add(l.LossValue) });
        double average = 0, power = 1, best = double.PositiveInfinity;
        for (int i = 0; i < search.Losses.Count; i++)
        {
            average = 0.98 * average + 0.02 * raw[i];
            power *= 0.98;
            Assert.That(search.Losses[i], Is.EqualTo(average / (1 - power)).Within(1e-9));
            Assert.That(search.Rates[i], Is.EqualTo(1e-7 * Math.Pow(1e8, i / 100.0)).Within(1e-9).Percent);
            best = Math.Min(best, search.Losses[i]);
            if (i < search.Losses.Count - 1) Assert.That(search.Losses[i], Is.LessThanOrEqualTo(4 * best));
        }
        Assert.That(search.Losses.Count, Is.EqualTo(100).Or.LessThan(100).And.Matches((int _) => search.Losses[^1] > 4 * best));
        Assert.That(search.Valley, Is.InRange(1e-4, 1));
        Assert.That(search.Steep, Is.InRange(1e-7, 10));
    }

    [Test]
    public void It_stops_at_four_times_the_best_or_goes_on_to_the_end_when_asked_to()
    {
        Learner plain = Tiny.Learner(1);
        int calls = 0;
        Learner learner = new(plain.Train, plain.Valid, plain.Model, plain.Optimizer, (predictions, labels) => Loss.CrossEntropy(predictions, labels) * (++calls > 50 ? 40f : 1f));
        int stopped = learner.LrFind(endRate: 1e-6).Losses.Count;
        // 50 losses of about L and k of 40 L: ((1 - .98^50) .98^k + 40 (1 - .98^k)) / (1 - .98^(50 + k)) L is 3.4 L at k = 2 and 4.5 L at k = 3
        Assert.That(stopped, Is.EqualTo(53));
        calls = 0;
        Assert.That(learner.LrFind(endRate: 1e-6, stopsWhereItDiverges: false).Losses, Has.Count.EqualTo(100));
        Assert.That(learner.LrFind(endRate: 1e-6, steps: 9, stopsWhereItDiverges: false).Losses, Has.Count.EqualTo(9));
    }

    [Test]
    public void Nothing_of_the_search_stays_and_training_goes_on_as_if_there_had_been_none()
    {
        Learner plain = Tiny.Learner(1), searched = Tiny.Learner(1);
        plain.FitOneCycle(1, 0.02);
        searched.FitOneCycle(1, 0.02);
        string before = ModelWeights.Sha256(searched.Model);
        OptimizerState state = searched.Optimizer.State();
        searched.LrFind();
        Assert.That(ModelWeights.Sha256(searched.Model), Is.EqualTo(before), "weights and buffers");
        Assert.That(searched.Optimizer.State().Options, Is.EqualTo(state.Options));
        Assert.That(searched.Optimizer.State().Counters, Is.EqualTo(state.Counters));
        Assert.That((searched.Epochs.Count, searched.Recorder.Losses.Count, searched.StopReason, searched.LossValue), Is.EqualTo((1, 4, (string?)null, plain.LossValue)));
        plain.FitOneCycle(2, 0.02);
        searched.FitOneCycle(2, 0.02);
        Assert.That(ModelWeights.Sha256(searched.Model), Is.EqualTo(ModelWeights.Sha256(plain.Model)));
        Assert.That(searched.Recorder.Losses, Is.EqualTo(plain.Recorder.Losses));
    }

    [Test]
    public void An_exception_restores_everything_too()
    {
        Learner plain = Tiny.Learner(1), searched = Tiny.Learner(1);
        searched.Model.Eval();
        Assert.That(() => searched.LrFind(callbacks: new At { Done = l => throw new NotSupportedException() }), Throws.TypeOf<NotSupportedException>());
        Assert.That(searched.Model.IsTraining, Is.False);
        plain.Fit(1);
        searched.Fit(1);
        Assert.That(ModelWeights.Sha256(searched.Model), Is.EqualTo(ModelWeights.Sha256(plain.Model)));
    }

    [Test]
    public void Callbacks_that_change_training_take_part_and_others_are_not_told()
    {
        List<string> calls = [];
        int changes = 0;
        Learner learner = Tiny.Learner(1, callbacks: [new Log("a", 0, calls), new Changing(() => changes++)]);
        learner.LrFind(steps: 10, stopsWhereItDiverges: false);
        Assert.That((changes, calls.Count), Is.EqualTo((10, 0)));
    }

    [Test]
    public void Faults_are_told()
    {
        Learner learner = Tiny.Learner(1);
        Assert.That(() => learner.LrFind(startRate: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("lr find: start rate must be a finite number above 0, got 0. (Parameter 'startRate')"));
        Assert.That(() => learner.LrFind(endRate: 1e-7), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("lr find: end rate must be above the start rate 1E-07, got 1E-07. (Parameter 'endRate')"));
        Assert.That(() => learner.LrFind(steps: 5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("lr find: steps must be at least 6, got 5. (Parameter 'steps')"));
        Assert.That(() => learner.Fit(1, new At { Fit = l => l.LrFind() }), Throws.InvalidOperationException.With.Message.EqualTo(
            "lr find: this learner is being fitted already; a callback may not begin another fit."));
    }

    private sealed class Changing(Action called) : Callback
    {
        public override bool ChangesTraining => true;

        public override void BeforeBatch(Learner learner) => called();
    }
}
