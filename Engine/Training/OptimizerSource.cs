using Engine.Nn;
using Engine.Optim;

namespace Engine.Training;

/// <summary>Where a learner's optimizer comes from: it is given, or made when it is first needed.</summary>
internal sealed class OptimizerSource
{
    private readonly Func<Optimizer> _make;
    private Optimizer? _optimizer;
    private OptimizerState? _first;

    public OptimizerSource(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _make = () => optimizer;
        Make();
    }

    /// <param name="model">Whose parameters.</param>
    /// <param name="optimizer">Makes it over parameter groups; null for fastai's Adam with its defaults.</param>
    /// <param name="splitter">Parts the parameters into groups, first layers first; null for one group.</param>
    public OptimizerSource(Module model, Func<IEnumerable<ParameterGroup>, Optimizer>? optimizer, Func<Module, IEnumerable<IEnumerable<Parameter>>>? splitter)
    {
        optimizer ??= groups => new FastaiAdam(groups, learningRate: 1e-3);
        splitter ??= model => [model.Parameters()];
        _make = () => optimizer([.. splitter(model).Select(parameters => new ParameterGroup(parameters))])
            ?? throw new InvalidOperationException("learner: the function that makes the optimizer gave null.");
    }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer => _optimizer ?? Make();

    /// <summary>Goes back to the state in which the optimizer was made or given.</summary>
    public void Reset() => Optimizer.LoadState(_first!);

    private Optimizer Make()
    {
        _optimizer = _make();
        _first = _optimizer.State();
        return _optimizer;
    }
}
