using Engine.Interop;
using Engine.Nn;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class ActivationStatsTests
{
    [Test]
    public void Layers_with_parameters_are_recorded_in_order_and_counted_from_the_end_too()
    {
        ActivationStats stats = new();
        Learner learner = Tiny.Learner(1, callbacks: stats);
        learner.Fit(2);
        Assert.That(stats.Layers.Select(layer => layer.Module.Path), Is.EqualTo(new[] { "0", "2", "3", "7" })); // conv, batch norm, conv, linear
        Assert.That(stats.Layers.Select(layer => layer.Count), Has.All.EqualTo(8)); // 4 batches an epoch, validation not among them
        Assert.That(stats[^2].Module, Is.EqualTo(stats[2].Module).And.InstanceOf<Conv2d>());
        Assert.That(stats[0].Steps, Is.EqualTo(Enumerable.Range(0, 8)));
        Assert.That(() => stats[^5], Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("activation stats: no layer ^5; 4 layers are recorded (0..3). (Parameter 'layer')"));
    }

    /// <summary>By hand, in double, from what <see cref="Module.ForwardDone"/> tells: what a layer gives before its ReLU.</summary>
    [Test]
    public void The_numbers_are_those_of_what_the_layer_gives_before_its_relu()
    {
        ActivationStats stats = new();
        Learner learner = Tiny.Learner(1, callbacks: stats), other = Tiny.Learner(1);
        learner.Fit(1);
        List<(double Mean, double Std, double Near, int First)> expected = [];
        Module conv = ((Sequential)other.Model)[0];
        conv.ForwardDone += (module, _, output) =>
        {
            if (!module.IsTraining) return;
            float[] values = output.ToArray();
            double mean = values.Average(v => (double)v);
            expected.Add((mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)), values.Count(v => v <= 0.05f) / (double)values.Length, values.Count(v => v is >= 0 and < 0.25f)));
        };
        other.Fit(1);
        for (int i = 0; i < 4; i++)
        {
            Assert.That(stats[0].Means[i], Is.EqualTo(expected[i].Mean).Within(1e-6));
            Assert.That(stats[0].Stds[i], Is.EqualTo(expected[i].Std).Within(1e-6));
            Assert.That((stats[0].NearZero[i], stats[0].Histogram(i)[0]), Is.EqualTo((expected[i].Near, expected[i].First)));
            Assert.That(stats[0].LogHistograms()[0, i], Is.EqualTo((float)Math.Log(1 + expected[i].First)).Within(1e-6));
        }
        Assert.That(expected[0].Near, Is.GreaterThan(0.05), "values below 0 are among them");
    }

    [Test]
    public void Training_with_and_without_gives_the_same_bits([Values(1, 3)] int every)
    {
        Learner plain = Tiny.Learner(2), recorded = Tiny.Learner(2, callbacks: new ActivationStats(_ => true, every));
        plain.FitOneCycle(2, 0.03);
        recorded.FitOneCycle(2, 0.03);
        Assert.That(ModelWeights.Sha256(recorded.Model), Is.EqualTo(ModelWeights.Sha256(plain.Model)));
        Learner some = Tiny.Learner(2, callbacks: new ActivationStats(every: every));
        some.FitOneCycle(2, 0.03);
        Assert.That(ModelWeights.Sha256(some.Model), Is.EqualTo(ModelWeights.Sha256(plain.Model)));
    }

    /// <summary>Batch norm before ReLU, where both may be one operation, and rectifying is left to who reads.</summary>
    [Test]
    public void A_layer_that_is_read_still_rectifies_and_has_the_same_gradients()
    {
        float[][] plain = Gradients(read: false), read = Gradients(read: true);
        Assert.That(read, Is.EqualTo(plain));

        static float[][] Gradients(bool read)
        {
            Rng rng = new(3);
            Sequential model = [new Conv2d(2, 5, rng, 3, padding: 1), new BatchNorm2d(5), new Relu(), new Conv2d(5, 3, rng, 3), new Relu()];
            ActivationSeries[] series = [.. new[] { model[0], model[1], model[3] }.Select(module => new ActivationSeries(module, histograms: true))];
            if (read)
                foreach (ActivationSeries one in series) one.Module.Reader = one;
            Tensor x = Tensor.Normal([83, 2, 7, 6], rng), y = model.Forward(x);
            y.Backward(Tensor.Normal(y.Shape, rng));
            if (read) Assert.That(series.Select(one => one.Count), Has.All.EqualTo(1));
            if (read) Assert.That(series[1].Means[0], Is.EqualTo(0).Within(1e-6), "of the batch norm, not of its ReLU");
            return [y.ToArray(), .. model.Parameters().Select(p => p.Value.Grad!.ToArray())];
        }
    }

    [Test]
    public void Every_records_the_first_batch_and_one_in_so_many_after_it()
    {
        ActivationStats stats = new(every: 3, histograms: false);
        Learner learner = Tiny.Learner(1, callbacks: stats);
        learner.Fit(2);
        Assert.That(stats[0].Steps, Is.EqualTo(new[] { 0, 3, 6 }));
        Assert.That(() => stats[0].Histogram(0).Length, Throws.InvalidOperationException.With.Message.EqualTo("activation stats: layer 0 has no histograms; make them with new ActivationStats(histograms: true)."));
    }

    [Test]
    public void Readers_are_taken_off_after_an_exception_too()
    {
        Learner learner = Tiny.Learner(1, callbacks: new ActivationStats());
        Assert.That(() => learner.Fit(1, new At { Batch = _ => throw new NotSupportedException() }), Throws.TypeOf<NotSupportedException>());
        Assert.That(learner.Model.Modules().Where(module => module.Reader is not null), Is.Empty);
        learner.Fit(1);
        Assert.That(learner.Model.Modules().Where(module => module.Reader is not null), Is.Empty);
    }

    [Test]
    public void Wrong_choices_are_refused()
    {
        Assert.That(() => new ActivationStats(every: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("activation stats: every must be at least 1, got 0. (Parameter 'every')"));
        Assert.That(() => Tiny.Learner(1, callbacks: new ActivationStats([new Relu()])).Fit(1),
            Throws.InvalidOperationException.With.Message.EqualTo("activation stats: no layer of Sequential is to be recorded; give modules of the learner's model, or a rule that takes some."));
        Assert.That(() => Tiny.Learner(1, callbacks: [new ActivationStats(), new ActivationStats()]).Fit(1),
            Throws.InvalidOperationException.With.Message.EqualTo("activation stats: layer 0 is recorded by another ActivationStats already; give the learner one."));
    }
}
