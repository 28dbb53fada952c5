using Engine.Data;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a learner is put together from, and how it tells.</summary>
[TestFixture, NonParallelizable]
internal sealed class LearnerPartsTests
{
    [Test]
    public void The_loop_is_described_with_the_moments_that_are_overridden()
    {
        Learner learner = Tiny.Learner(1, callbacks: [new Late()]);
        Assert.That(learner.DescribeLoop(new ScheduleCallback(new OneCycle(0.1))), Is.EqualTo("""
            BeforeFit: ScheduleCallback (-10), Recorder (50)
            for each epoch
              BeforeEpoch: Recorder (50)
              for each training batch
                BeforeBatch: ScheduleCallback (-10), Recorder (50)
                predictions = model(inputs)
                loss of predictions and labels
                AfterLoss: Recorder (50)
                backward
                BeforeStep: Late (60)
                optimizer step
              for each validation batch
                predictions, loss, metrics
            AfterFit: Late (60)
            always, after an exception too
              CleanUp: ScheduleCallback (-10)

            """));
    }

    [Test]
    public void Every_moment_can_be_described()
    {
        string text = Tiny.Learner(1).DescribeLoop(new Log("a", 0, []));
        List<string> calls = [];
        Tiny.Learner(1).Fit(1, new Log("a", 0, calls));
        string[] described = [.. text.Split('\n').Where(line => line.Contains("Log (0)")).Select(line => "a " + line.Trim().Split(':')[0])];
        Assert.That(described, Is.EqualTo(calls.Distinct()));
    }

    [Test]
    public void A_callback_is_found_by_its_type()
    {
        Late late = new();
        Learner learner = Tiny.Learner(1, callbacks: [late]);
        Assert.That((learner.Get<Late>(), learner.Get<Recorder>()), Is.EqualTo((late, learner.Recorder)));
        Assert.That(() => learner.Get<Log>(), Throws.InvalidOperationException.With.Message.EqualTo("learner: there is no callback Log. Received: Recorder, Late."));
        learner.Fit(1, new Log("a", 0, []), new At { Fit = l => Assert.That(l.Get<Log>(), Is.Not.Null) });
    }

    [Test]
    public void The_optimizer_is_made_when_it_is_first_needed()
    {
        Learner given = Tiny.Learner(1);
        int made = 0;
        Learner learner = new(new ImageLoaders(given.Train, given.Valid), given.Model, Loss.CrossEntropy, metrics: [Metric.ErrorRate], callbacks: [new Late()],
            optimizer: parameters =>
            {
                made++;
                return new Sgd(parameters, 0.1);
            },
            splitter: model => [[.. model.Parameters().Take(2)], [.. model.Parameters().Skip(2)]]);
        Assert.That(made, Is.Zero);
        learner.Fit(1);
        learner.Fit(1);
        Assert.That((made, learner.Optimizer.Kind, learner.Optimizer.Groups.Count, learner.Epochs[0]["error_rate"]), Is.EqualTo((1, "sgd", 2, 1 - learner.Epochs[0].Accuracy)));
        Learner plain = new(new ImageLoaders(given.Train, given.Valid), given.Model);
        Assert.That((plain.Optimizer.Kind, plain.Optimizer.LearningRate, plain.Metrics[0].Name), Is.EqualTo(("fastai adam", 1e-3, "accuracy")));
    }

    [Test]
    public void A_model_that_gives_images_and_not_classes_is_refused_before_the_first_batch()
    {
        Learner tiny = Tiny.Learner(1);
        Rng rng = new(1);
        Sequential broken = [new Conv2d(1, 4, rng, 3, padding: 1), new Relu(), new Conv2d(4, 3, rng, 3, padding: 1)];
        Learner learner = new(new ImageLoaders(tiny.Train, tiny.Valid), broken);
        Assert.That(() => learner.Fit(1), Throws.InvalidOperationException.With.Message.StartsWith("model: it gives [70, 3, 8, 6]").And.Message.Contains("layer 2 (Conv2d)"));
        Assert.That(learner.Recorder.Losses, Is.Empty);
        Learner other = new(new ImageLoaders(tiny.Train, tiny.Valid), broken, (predictions, labels) => predictions.Square().Mean()); // what fits another loss, nobody knows
        Assert.That(() => other.Fit(1, new At { Loss = l => l.Stop("it runs") }), Throws.Nothing);
    }

    private class Base : Callback
    {
        public override int Order => 60;

        public override void AfterFit(Learner learner)
        {
        }
    }

    private sealed class Late : Base
    {
        public override void BeforeStep(Learner learner)
        {
        }
    }
}
