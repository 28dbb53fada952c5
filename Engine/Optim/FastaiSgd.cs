using Engine.Kernels;
using Engine.Nn;

namespace Engine.Optim;

/// <summary>fastai's stochastic gradient descent: <c>p *= 1 - learningRate weightDecay; buf = momentum buf + g; p -= learningRate buf</c>.</summary>
/// <remarks>Weight decay leaves out parameters that say so (<see cref="Parameter.Decays"/>).</remarks>
public sealed class FastaiSgd : Optimizer
{
    private readonly bool _decoupled, _wdBnBias;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiSgd(
        IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double weightDecay = 0, bool decoupledWeightDecay = true,
        bool wdBnBias = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, weightDecay, decoupledWeightDecay, wdBnBias)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiSgd(
        IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0, double weightDecay = 0, bool decoupledWeightDecay = true,
        bool wdBnBias = false)
        : base("fastai sgd", groups, learningRate, momentum, weightDecay, "grad_avg")
    {
        (_decoupled, _wdBnBias) = (decoupledWeightDecay, wdBnBias);
    }

    /// <inheritdoc/>
    public override string Settings => $"decoupled weight decay {_decoupled}, for biases and normalisation {_wdBnBias}";

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => group.Momentum != 0;

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update)
    {
        ParameterGroup group = update.Group;
        double decay = _wdBnBias || update.Parameter.Decays ? group.WeightDecay : 0;
        SgdRule rule = new()
        {
            Sign = 1,
            L2 = _decoupled ? 0 : (float)decay,
            Keep = _decoupled ? (float)(1 - group.LearningRate * decay) : 1,
            BufferFactor = (float)group.Momentum,
            GradientFactor = 1,
            MinusRate = (float)-group.LearningRate,
            HasBuffer = group.Momentum != 0,
        };
        OptimizerKernel.Run(rule, update.Gradient, update.Values, update.Slot(0), default, default);
    }
}
