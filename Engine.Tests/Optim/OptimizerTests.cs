using Engine.Nn;
using Engine.Optim;

namespace Engine.Tests.Optim;

public sealed class OptimizerTests
{
    private const int Length = 37, Steps = 12; // two vectors of 16 and a tail

    private static readonly (string Name, Func<Parameter, Optimizer> Make, Func<OptimizerOracle> Oracle)[] All =
    [
        ("sgd", p => new Sgd([p], 0.1), () => new OptimizerOracle.Sgd { Rate = 0.1 }),
        ("sgd, dampened momentum, decay", p => new Sgd([p], 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 0.2),
            () => new OptimizerOracle.Sgd { Rate = 0.05, Momentum = 0.9, Dampening = 0.3, Decay = 0.2 }),
        ("sgd, nesterov, maximize", p => new Sgd([p], 0.02, momentum: 0.8, weightDecay: 0.1, nesterov: true, maximize: true),
            () => new OptimizerOracle.Sgd { Rate = 0.02, Momentum = 0.8, Decay = 0.1, Nesterov = true, Maximize = true }),
        ("sgd, decoupled", p => new Sgd([p], 0.1, momentum: 0.5, weightDecay: 0.3, decoupledWeightDecay: true),
            () => new OptimizerOracle.Sgd { Rate = 0.1, Momentum = 0.5, Decay = 0.3, Decoupled = true }),
        ("fastai sgd", p => new FastaiSgd([p], 0.1, momentum: 0.9, weightDecay: 0.3),
            () => new OptimizerOracle.Sgd { Rate = 0.1, Momentum = 0.9, Decay = 0.3, Decoupled = true }),
        ("fastai sgd, l2", p => new FastaiSgd([p], 0.1, momentum: 0.9, weightDecay: 0.3, decoupledWeightDecay: false),
            () => new OptimizerOracle.Sgd { Rate = 0.1, Momentum = 0.9, Decay = 0.3 }),
        ("adam", p => new Adam([p], 0.01, weightDecay: 0.1), () => new OptimizerOracle.Adam { Momentum = 0.9, Decay = 0.1 }),
        ("adam, amsgrad", p => new Adam([p], 0.02, beta1: 0.7, beta2: 0.6, epsilon: 1e-3, amsgrad: true),
            () => new OptimizerOracle.Adam { Rate = 0.02, Momentum = 0.7, Beta2 = 0.6, Epsilon = 1e-3, Amsgrad = true }),
        ("adamw", p => new AdamW([p], 0.01, weightDecay: 0.5), () => new OptimizerOracle.Adam { Momentum = 0.9, Decay = 0.5, Decoupled = true }),
        ("adamw, amsgrad", p => new AdamW([p], 0.01, beta2: 0.5, amsgrad: true),
            () => new OptimizerOracle.Adam { Momentum = 0.9, Beta2 = 0.5, Decay = 0.01, Decoupled = true, Amsgrad = true }),
        ("fastai adam", p => new FastaiAdam([p], 0.01, weightDecay: 0.4),
            () => new OptimizerOracle.Adam { Momentum = 0.9, Beta2 = 0.99, Epsilon = 1e-5, Decay = 0.4, Decoupled = true }),
        ("fastai adam, l2", p => new FastaiAdam([p], 0.01, weightDecay: 0.4, decoupledWeightDecay: false),
            () => new OptimizerOracle.Adam { Momentum = 0.9, Beta2 = 0.99, Epsilon = 1e-5, Decay = 0.4 }),
        ("rmsprop", p => new RmsProp([p], 0.01, weightDecay: 0.1), () => new OptimizerOracle.RmsProp { Decay = 0.1 }),
        ("rmsprop, centered, momentum", p => new RmsProp([p], 0.01, alpha: 0.8, epsilon: 1e-4, momentum: 0.9, centered: true),
            () => new OptimizerOracle.RmsProp { Alpha = 0.8, Epsilon = 1e-4, Momentum = 0.9, Centered = true }),
        ("fastai rmsprop", p => new FastaiRmsProp([p], 0.01, weightDecay: 0.4), () => new OptimizerOracle.RmsProp { Decay = 0.4, Fastai = true, Decoupled = true }),
        ("fastai rmsprop, momentum, l2", p => new FastaiRmsProp([p], 0.005, squareMomentum: 0.8, momentum: 0.9, epsilon: 1e-4, weightDecay: 0.2, decoupledWeightDecay: false),
            () => new OptimizerOracle.RmsProp { Rate = 0.005, Alpha = 0.8, Epsilon = 1e-4, Momentum = 0.9, Decay = 0.2, Fastai = true }),
    ];

    private static IEnumerable<TestCaseData> Cases() => All.Select((_, i) => new TestCaseData(i).SetArgDisplayNames(All[i].Name));

    [TestCaseSource(nameof(Cases))]
    public void Every_element_goes_where_the_formula_in_double_precision_goes(int index) => Compare(index, (_, _, _) => { });

    [TestCaseSource(nameof(Cases))]
    public void A_rate_and_momentum_that_change_on_the_way_act_at_once(int index) => Compare(index, (step, optimizer, oracles) =>
    {
        bool hasMomentum = oracles[0].Momentum != 0;
        optimizer.LearningRate = 0.01 + 0.003 * step;
        if (hasMomentum) optimizer.Momentum = 0.95 - 0.02 * step;
        foreach (OptimizerOracle oracle in oracles) (oracle.Rate, oracle.Momentum) = (0.01 + 0.003 * step, hasMomentum ? 0.95 - 0.02 * step : 0);
    });

    [TestCaseSource(nameof(Cases))]
    public void Training_goes_on_from_a_saved_state_bit_for_bit(int index)
    {
        Rng rng = new(3);
        Parameter first = Parameters.Random(Length, rng), second;
        Optimizer original = All[index].Make(first);
        for (int step = 0; step < 3; step++) Step(original, first, Parameters.Normal(Length, rng));
        original.LearningRate = 0.0123;
        OptimizerState saved = original.State();
        second = Parameters.Of(first.Value.ToArray());
        Optimizer resumed = All[index].Make(second);
        resumed.LoadState(saved);
        for (int step = 0; step < 3; step++)
        {
            float[] gradient = Parameters.Normal(Length, rng);
            Step(original, first, gradient);
            Step(resumed, second, gradient);
        }
        Assert.That(second.Value.ToArray(), Is.EqualTo(first.Value.ToArray()));
    }

    [TestCaseSource(nameof(Cases))]
    public void With_its_state_cleared_it_goes_on_like_a_new_one(int index)
    {
        Rng rng = new(6);
        Parameter first = Parameters.Random(Length, rng);
        Optimizer old = All[index].Make(first);
        for (int step = 0; step < 3; step++) Step(old, first, Parameters.Normal(Length, rng));
        old.ClearState();
        Parameter second = Parameters.Of(first.Value.ToArray());
        Optimizer young = All[index].Make(second);
        for (int step = 0; step < 3; step++)
        {
            float[] gradient = Parameters.Normal(Length, rng);
            Step(old, first, gradient);
            Step(young, second, gradient);
        }
        Assert.That(second.Value.ToArray(), Is.EqualTo(first.Value.ToArray()));
    }

    [TestCaseSource(nameof(Cases))]
    public void Steps_after_the_first_allocate_nothing(int index)
    {
        Rng rng = new(4);
        Parameter parameter = Parameters.Random(Length, rng);
        Optimizer optimizer = All[index].Make(parameter);
        parameter.SetGradient(Parameters.Normal(Length, rng));
        for (int i = 0; i < 40; i++) optimizer.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            optimizer.Step();
            optimizer.LearningRate = 0.01;
            optimizer.ZeroGrad();
            parameter.Value.GradientToAddTo();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCaseSource(nameof(Cases))]
    public void Without_gradient_or_frozen_a_parameter_and_its_state_stay(int index)
    {
        Rng rng = new(5);
        Parameter parameter = Parameters.Random(Length, rng), twin = Parameters.Of(parameter.Value.ToArray());
        Optimizer optimizer = All[index].Make(parameter), other = All[index].Make(twin);
        float[] one = Parameters.Normal(Length, rng), two = Parameters.Normal(Length, rng);
        Step(optimizer, parameter, one);
        Step(other, twin, one);
        float[] values = parameter.Value.ToArray();
        optimizer.ZeroGrad();
        optimizer.Step();
        parameter.SetGradient(two);
        parameter.IsTrainable = false;
        optimizer.Step();
        Assert.That(parameter.Value.ToArray(), Is.EqualTo(values));
        parameter.IsTrainable = true;
        Step(optimizer, parameter, two);
        Step(other, twin, two);
        Assert.That(parameter.Value.ToArray(), Is.EqualTo(twin.Value.ToArray())); // as if the steps between had not been
    }

    [TestCaseSource(nameof(Cases))]
    public void Nan_in_a_gradient_reaches_its_own_element_only(int index)
    {
        Parameter parameter = Parameters.Of([1, 2, 3]);
        Step(All[index].Make(parameter), parameter, [0.5f, float.NaN, -0.5f]);
        Assert.That(parameter.Value.ToArray().Select(float.IsNaN), Is.EqualTo(new[] { false, true, false }));
    }

    private static void Compare(int index, Action<int, Optimizer, OptimizerOracle[]> change)
    {
        Rng rng = new(2);
        Parameter parameter = Parameters.Random(Length, rng);
        Optimizer optimizer = All[index].Make(parameter);
        double[] expected = Array.ConvertAll(parameter.Value.ToArray(), p => (double)p);
        OptimizerOracle[] oracles = Array.ConvertAll(expected, _ => All[index].Oracle());
        for (int step = 0; step < Steps; step++)
        {
            float[] gradient = Parameters.Normal(Length, rng);
            change(step, optimizer, oracles);
            Step(optimizer, parameter, gradient);
            for (int i = 0; i < Length; i++) expected[i] = oracles[i].Step(expected[i], gradient[i]);
            for (int i = 0; i < Length; i++) Assert.That(parameter.Value.AsSpan()[i], Is.EqualTo(expected[i]).Within(1e-5 + 1e-5 * Math.Abs(expected[i])), $"step {step}, element {i}");
        }
    }

    private static void Step(Optimizer optimizer, Parameter parameter, float[] gradient)
    {
        parameter.SetGradient(gradient);
        optimizer.Step();
    }
}
