using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Optim;

public sealed class ParameterGroupTests
{
    [Test]
    public void What_a_group_leaves_out_comes_from_the_optimizer()
    {
        Parameter p = Parameters.Of([1]), q = Parameters.Of([1]);
        Sgd optimizer = new([new ParameterGroup([p], learningRate: 0.5), new ParameterGroup([q], weightDecay: 1)], learningRate: 0.25, weightDecay: 0);
        p.SetGradient(1);
        q.SetGradient(1);
        optimizer.Step();
        Assert.That(p.Value.Item(), Is.EqualTo(0.5f)); // 1 - .5 * 1
        Assert.That(q.Value.Item(), Is.EqualTo(0.5f)); // 1 - .25 * (1 + 1 * 1)
        optimizer.LearningRate = 0.125;
        Assert.That(optimizer.Groups.Select(group => group.LearningRate), Is.All.EqualTo(0.125));
    }

    [Test]
    public void Fastai_spares_biases_and_PyTorch_does_not()
    {
        // lr .5, decay 1, gradient 0: a decayed parameter is halved by the decoupled forms
        float After(Func<Parameter, Optimizer> make)
        {
            Parameter bias = Parameters.Of([1], "bias", decays: false);
            bias.SetGradient(0);
            make(bias).Step();
            return bias.Value.Item();
        }

        Assert.Multiple(() =>
        {
            Assert.That(After(p => new FastaiAdam([p], 0.5, weightDecay: 1)), Is.EqualTo(1));
            Assert.That(After(p => new FastaiAdam([p], 0.5, weightDecay: 1, wdBnBias: true)), Is.EqualTo(0.5f));
            Assert.That(After(p => new FastaiSgd([p], 0.5, weightDecay: 1)), Is.EqualTo(1));
            Assert.That(After(p => new FastaiSgd([p], 0.5, weightDecay: 1, wdBnBias: true)), Is.EqualTo(0.5f));
            Assert.That(After(p => new FastaiRmsProp([p], 0.5, weightDecay: 1)), Is.EqualTo(1));
            Assert.That(After(p => new FastaiRmsProp([p], 0.5, weightDecay: 1, wdBnBias: true)), Is.EqualTo(0.5f));
            Assert.That(After(p => new AdamW([p], 0.5, weightDecay: 1)), Is.EqualTo(0.5f));
            Assert.That(After(p => new Sgd([p], 0.5, weightDecay: 1)), Is.EqualTo(0.5f));
        });
    }

    [Test]
    public void Two_optimizers_side_by_side_do_not_meet()
    {
        float[] Train(int others)
        {
            Parameter parameter = Parameters.Of([1, 2, 3]);
            Adam optimizer = new([parameter], 0.1);
            (Parameter P, Adam O)[] more = [.. Enumerable.Range(0, others).Select(i => Parameters.Of([5, 6, 7 + i])).Select(p => (p, new Adam([p], 0.3)))];
            for (int step = 1; step <= 5; step++)
            {
                foreach ((Parameter p, Adam o) in more)
                {
                    p.SetGradient(step, -step, 2);
                    o.Step();
                }
                parameter.SetGradient(1, step, -1);
                optimizer.Step();
            }
            return parameter.Value.ToArray();
        }

        Assert.That(Train(others: 2), Is.EqualTo(Train(others: 0)));
    }

    [Test]
    public void A_step_that_cannot_be_made_for_one_parameter_changes_none()
    {
        Parameter good = Parameters.Of([1, 2]), gone;
        Workspace workspace = new();
        using (workspace.Begin()) gone = Parameters.Of([3, 4]);
        Sgd optimizer = new([good, gone], 0.1, momentum: 0.9);
        good.SetGradient(1, 1);
        Assert.Throws<InvalidOperationException>(optimizer.Step);
        Assert.That(good.Value.ToArray(), Is.EqualTo(new[] { 1f, 2 }));
        Assert.That(optimizer.State().Counters.Values, Is.All.Zero);
    }

    [Test]
    public void State_goes_by_PyTorchs_names()
    {
        Parameter p = Parameters.Of([1, 2]), q = Parameters.Of([3]);
        AdamW optimizer = new([new ParameterGroup([p]), new ParameterGroup([q])], amsgrad: true);
        q.SetGradient(1);
        optimizer.Step();
        OptimizerState state = optimizer.State();
        Assert.That(state.Arrays.Keys, Is.EquivalentTo(new[] { "1.exp_avg", "1.exp_avg_sq", "1.max_exp_avg_sq" })); // p has had no gradient yet
        Assert.That(state.Counters, Is.EquivalentTo(new Dictionary<string, long> { ["0.step"] = 0, ["1.step"] = 1 }));
        Assert.That(state.Options["group1.momentum"], Is.EqualTo(0.9));
    }
}
