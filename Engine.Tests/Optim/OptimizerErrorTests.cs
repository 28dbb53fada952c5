using Engine.Nn;
using Engine.Optim;

namespace Engine.Tests.Optim;

public sealed class OptimizerErrorTests
{
    private static Parameter P() => Parameters.Of([1, 2, 3]);

    private static string Message<TException>(Action code) where TException : Exception => Assert.Throws<TException>(code)!.Message.Split(" (Parameter")[0];

    [Test]
    public void Settings_out_of_range_are_refused_with_their_range() => Assert.Multiple(() =>
    {
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new Sgd([P()], -1)), Is.EqualTo("sgd: learning rate must be a finite number of at least 0, got -1."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new Sgd([P()], double.NaN)), Is.EqualTo("sgd: learning rate must be a finite number of at least 0, got NaN."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new Sgd([P()], 0.1, momentum: 1)), Is.EqualTo("sgd: momentum must be at least 0 and below 1, got 1."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new Sgd([P()], 0.1, dampening: 2)), Is.EqualTo("sgd: dampening must be 0 to 1, got 2."));
        Assert.That(
            Message<ArgumentOutOfRangeException>(() => _ = new Adam([P()], weightDecay: -0.5)),
            Is.EqualTo("adam: weight decay must be a finite number of at least 0, got -0.5."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new Adam([P()], beta1: 1.5)), Is.EqualTo("adam: beta1 must be at least 0 and below 1, got 1.5."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new AdamW([P()], beta2: 1)), Is.EqualTo("adamw: beta2 must be at least 0 and below 1, got 1."));
        Assert.That(
            Message<ArgumentOutOfRangeException>(() => _ = new FastaiAdam([P()], 0.1, squareMomentum: -1)),
            Is.EqualTo("fastai adam: square momentum must be at least 0 and below 1, got -1."));
        Assert.That(
            Message<ArgumentOutOfRangeException>(() => _ = new FastaiRmsProp([P()], 0.1, squareMomentum: 1)),
            Is.EqualTo("fastai rmsprop: square momentum must be at least 0 and below 1, got 1."));
        Assert.That(Message<ArgumentOutOfRangeException>(() => _ = new RmsProp([P()], alpha: 1)), Is.EqualTo("rmsprop: alpha must be at least 0 and below 1, got 1."));
        Assert.That(
            Message<ArgumentOutOfRangeException>(() => _ = new ParameterGroup([P()], learningRate: double.PositiveInfinity)),
            Is.EqualTo("parameter group: learning rate must be a finite number of at least 0, got Infinity."));
    });

    [Test]
    public void A_schedule_gone_wrong_changes_nothing()
    {
        Sgd optimizer = new([new ParameterGroup([P()], 0.1), new ParameterGroup([P()], 0.2)], learningRate: 1, momentum: 0.9);
        Assert.That(Message<ArgumentOutOfRangeException>(() => optimizer.Momentum = 1), Is.EqualTo("sgd: momentum must be at least 0 and below 1, got 1."));
        Assert.That(
            Message<ArgumentOutOfRangeException>(() => optimizer.LearningRate = double.NaN), Is.EqualTo("sgd: learning rate must be a finite number of at least 0, got NaN."));
        Assert.That(optimizer.Groups.Select(group => (group.LearningRate, group.Momentum)), Is.EqualTo(new[] { (0.1, 0.9), (0.2, 0.9) }));
    }

    [Test]
    public void Nesterov_wants_momentum_and_no_dampening() => Assert.Multiple(() =>
    {
        Assert.That(
            Message<ArgumentException>(() => _ = new Sgd([P()], 0.1, nesterov: true)),
            Is.EqualTo("sgd: nesterov requires momentum > 0 and dampening 0. Received: momentum 0, dampening 0."));
        Assert.That(
            Message<ArgumentException>(() => _ = new Sgd([P()], 0.1, momentum: 0.9, dampening: 0.5, nesterov: true)),
            Is.EqualTo("sgd: nesterov requires momentum > 0 and dampening 0. Received: momentum 0.9, dampening 0.5."));
        Assert.DoesNotThrow(() => _ = new Sgd([new ParameterGroup([P()], momentum: 0.9)], 0.1, nesterov: true));
    });

    [Test]
    public void Each_parameter_is_in_one_group_once_and_each_group_in_one_optimizer()
    {
        Parameter shared = P();
        ParameterGroup group = new([shared]);
        Assert.That(Message<ArgumentException>(() => _ = new Sgd(Array.Empty<Parameter>(), 0.1)), Is.EqualTo("sgd: there are no parameters to optimize. Received: 1 groups."));
        Assert.That(
            Message<ArgumentException>(() => _ = new Adam([group, new ParameterGroup([shared])])),
            Is.EqualTo("adam: parameter 'weight' [3] of group 1 was given before; each parameter may be in one group, once."));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new RmsProp([group], epsilon: -1));
        Assert.DoesNotThrow(() => _ = new Adam([group])); // what threw above left it free
        Assert.That(Message<ArgumentException>(() => _ = new Adam([group])), Is.EqualTo("adam: group 0 belongs to an optimizer already; make a new ParameterGroup."));
        Assert.That(
            Message<InvalidOperationException>(() => _ = new ParameterGroup([shared]).Momentum),
            Is.EqualTo("parameter group: the momentum is not set until the group is given to an optimizer."));
    }

    [Test]
    public void A_saved_state_that_does_not_fit_changes_nothing()
    {
        Parameter parameter = P();
        Adam optimizer = new([parameter], 0.5);
        parameter.SetGradient(1, 2, 3);
        optimizer.Step();
        OptimizerState good = optimizer.State();
        Dictionary<string, float[]> tooShort = new(good.Arrays) { ["0.exp_avg"] = [1, 2] }, unknown = new(good.Arrays) { ["1.exp_avg"] = [1, 2, 3] };
        Dictionary<string, double> noRate = new(good.Options) { ["group0.learning_rate"] = double.NaN };
        Assert.Multiple(() =>
        {
            Assert.That(
                Message<ArgumentException>(() => new Sgd([P()], 0.1).LoadState(good)),
                Is.EqualTo("sgd: the saved state does not fit: it was saved by 'adam'. Nothing was changed."));
            Assert.That(
                Message<ArgumentException>(() => optimizer.LoadState(good with { Arrays = tooShort })),
                Is.EqualTo("adam: the saved state does not fit: '0.exp_avg' has 2 values but parameter 'weight' [3] needs 3. Nothing was changed."));
            Assert.Throws<ArgumentException>(() => optimizer.LoadState(good with { Arrays = unknown }));
            Assert.Throws<ArgumentException>(() => optimizer.LoadState(good with { Arrays = new Dictionary<string, float[]>() }));
            Assert.Throws<ArgumentException>(() => optimizer.LoadState(good with { Counters = new Dictionary<string, long>() }));
            Assert.Throws<ArgumentException>(() => optimizer.LoadState(good with { Counters = new Dictionary<string, long> { ["0.step"] = -1 } }));
            Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LoadState(good with { Options = noRate }));
        });
        OptimizerState now = optimizer.State();
        Assert.That(now.Arrays, Is.EqualTo(good.Arrays));
        Assert.That(now.Counters, Is.EqualTo(good.Counters));
        Assert.That(now.Options, Is.EqualTo(good.Options));
    }
}
