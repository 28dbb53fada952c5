using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class FreezingTests
{
    [Test]
    public void Frozen_groups_stay_but_for_their_batch_norms()
    {
        foreach (bool trainBatchNorm in new[] { true, false })
        {
            Learner learner = FitsTests.ThreeGroups(trainBatchNorm);
            learner.Fit(1, 0.01);
            Dictionary<string, float[]> before = Values(learner.Model);
            learner.FreezeTo(1);
            Assert.That(learner.Optimizer.State().Arrays, Is.Empty, "fastai forgets the steps, too");
            learner.Fit(1, 0.01);
            string[] changed = [.. Values(learner.Model).Where(entry => !entry.Value.SequenceEqual(before[entry.Key])).Select(entry => entry.Key)];
            string[] norm = trainBatchNorm ? ["2.weight", "2.bias"] : [];
            Assert.That(changed, Is.EqualTo(new[] { "2.running_mean", "2.running_var", "2.num_batches_tracked", "3.weight", "3.bias", "7.weight", "7.bias" }.Concat(norm).Order(StringComparer.Ordinal)
                .OrderBy(name => Array.IndexOf([.. before.Keys], name))));
            Assert.That(learner.Model.Parameters().Select(parameter => parameter.Value.Grad is null), Is.EqualTo(new[] { true, true, !trainBatchNorm, !trainBatchNorm, false, false, false, false }));
            learner.Unfreeze();
            Assert.That(learner.Model.Parameters().Select(parameter => parameter.IsTrainable), Is.All.True);
        }
    }

    [Test]
    public void What_is_trained_gets_the_gradient_it_would_get_anyway()
    {
        float[][] free = Gradients(_ => { }), frozen = Gradients(l => l.FreezeTo(1));
        Assert.That((frozen[0], frozen[1]), Is.EqualTo(((float[]?)null, (float[]?)null)));
        Assert.That(frozen[2..], Is.EqualTo(free[2..]));

        static float[][] Gradients(Action<Learner> prepare)
        {
            Learner learner = FitsTests.ThreeGroups();
            prepare(learner);
            float[][] gradients = [];
            learner.Fit(1, new At
            {
                Gradients = l =>
                {
                    gradients = [.. l.Model.Parameters().Select(parameter => parameter.Value.Grad?.ToArray()!)];
                    l.SkipStep();
                    l.Stop("one batch");
                },
            });
            return gradients;
        }
    }

    [Test]
    public void Fine_tuning_trains_the_head_and_then_all_at_rates_that_fall_towards_the_input()
    {
        Learner learner = FitsTests.ThreeGroups();
        List<double[]> rates = [];
        List<int> trained = [];
        learner.FineTune(2, baseRate: 0.02, callbacks: new At
        {
            Loss = l =>
            {
                rates.Add([.. l.Optimizer.Groups.Select(group => group.LearningRate)]);
                trained.Add(l.Model.Parameters().Count(parameter => parameter.IsTrainable));
            },
        });
        Assert.That(trained, Is.EqualTo(Enumerable.Repeat(4, 4).Concat(Enumerable.Repeat(8, 8)))); // batch norm's two and the linear layer's two; then all
        OneCycle head = new(0.02, pctStart: 0.99), last = new(0.01, div: 5, pctStart: 0.3), first = new(0.0001, div: 5, pctStart: 0.3), middle = new(0.001, div: 5, pctStart: 0.3);
        for (int step = 0; step < 4; step++) Assert.That(rates[step][2], Is.EqualTo(head.RateAt(step, 4)));
        for (int step = 0; step < 8; step++)
            Assert.That(rates[4 + step], Is.EqualTo(new[] { first.RateAt(step, 8), middle.RateAt(step, 8), last.RateAt(step, 8) }).Within(1e-12));
        Assert.That(learner.Epochs, Has.Count.EqualTo(2));
    }

    [Test]
    public void Fine_tuning_that_is_stopped_in_its_first_part_ends_with_everything_unfrozen()
    {
        Learner learner = FitsTests.ThreeGroups();
        learner.FineTune(2, callbacks: new At { Loss = l => l.Stop("enough") });
        Assert.That((learner.Recorder.Losses.Count, learner.StopReason), Is.EqualTo((1, "enough")));
        Assert.That(learner.Model.Parameters().Select(parameter => parameter.IsTrainable), Is.All.True);
    }

    [Test]
    public void Weight_decay_spares_biases_and_norms_by_fastai_s_default()
    {
        Learner learner = FitsTests.ThreeGroups();
        Dictionary<string, float[]> before = Values(learner.Model);
        learner.Fit(1, 0.5, weightDecay: 1, callbacks: new At
        {
            Gradients = l =>
            {
                foreach (Parameter parameter in l.Model.Parameters()) parameter.Value.GradientToAddTo().Span.Clear();
                l.Stop("one step with gradients of 0");
            },
        });
        foreach ((string name, float[] values) in Values(learner.Model))
            if (!name.Contains('_')) Assert.That(values, Is.EqualTo(name is "0.weight" or "3.weight" or "7.weight" ? before[name].Select(x => x * 0.5f) : before[name]), name);
    }

    [Test]
    public void Faults_are_told()
    {
        Learner learner = FitsTests.ThreeGroups();
        Assert.That(() => learner.FreezeTo(3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            "freeze: the first group to train must be 0 to 2 of 3 parameter groups, got 3. (Parameter 'group')"));
        Assert.That(() => learner.FreezeTo(^4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            "freeze: the first group to train must be 0 to 2 of 3 parameter groups, got ^4. (Parameter 'group')"));
        Assert.That(() => learner.FineTune(1, baseRate: 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo(
            "fine tune: base rate must be a finite number above 0, got 0. (Parameter 'baseRate')"));
        Assert.That(() => Tiny.Learner(1).FineTune(1), Throws.InvalidOperationException.With.Message.EqualTo(
            "freeze: the optimizer has one parameter group; give the learner a splitter that parts what is to be frozen from the rest."));
        foreach (Parameter parameter in learner.Model.Parameters()) parameter.IsTrainable = false;
        Assert.That(() => learner.Fit(1), Throws.InvalidOperationException.With.Message.EqualTo(
            "fit: every parameter of the optimizer is frozen; call Unfreeze, or FreezeTo with a group to train."));
    }

    private static Dictionary<string, float[]> Values(Module model) => model.State().ToDictionary(entry => entry.Name, entry => entry.Value.ToArray());
}
