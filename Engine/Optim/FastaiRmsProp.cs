using Engine.Kernels;
using Engine.Nn;

namespace Engine.Optim;

/// <summary>fastai's RMSprop: <c>p *= 1 - learningRate weightDecay; buf = momentum buf + g; p -= learningRate buf / (sqrt(mean square of g) + epsilon)</c>.</summary>
/// <remarks><see cref="RmsProp"/>, PyTorch's, keeps the buffer over the divided gradient instead. Weight decay leaves out parameters that say so
/// (<see cref="Parameter.Decays"/>).</remarks>
public sealed class FastaiRmsProp : Optimizer
{
    private readonly double _squareMomentum, _epsilon;
    private readonly bool _decoupled, _wdBnBias;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="squareMomentum">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiRmsProp(
        IEnumerable<Parameter> parameters, double learningRate, double squareMomentum = 0.99, double momentum = 0, double epsilon = 1e-8, double weightDecay = 0,
        bool decoupledWeightDecay = true, bool wdBnBias = false)
        : this([new ParameterGroup(parameters)], learningRate, squareMomentum, momentum, epsilon, weightDecay, decoupledWeightDecay, wdBnBias)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="squareMomentum">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="decoupledWeightDecay">False adds weightDecay p to the gradient instead (fastai's decouple_wd).</param>
    /// <param name="wdBnBias">Weight decay for biases and normalisation layers too.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FastaiRmsProp(
        IEnumerable<ParameterGroup> groups, double learningRate, double squareMomentum = 0.99, double momentum = 0, double epsilon = 1e-8, double weightDecay = 0,
        bool decoupledWeightDecay = true, bool wdBnBias = false)
        : base("fastai rmsprop", AdamSettings.Checked("fastai rmsprop", groups, "square momentum", squareMomentum, epsilon), learningRate, momentum, weightDecay, "sqr_avg", "grad_avg")
    {
        (_squareMomentum, _epsilon, _decoupled, _wdBnBias) = (squareMomentum, epsilon, decoupledWeightDecay, wdBnBias);
    }

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => slot == 0 || group.Momentum != 0;

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update)
    {
        ParameterGroup group = update.Group;
        double decay = _wdBnBias || update.Parameter.Decays ? group.WeightDecay : 0;
        FastaiRmsPropRule rule = new()
        {
            L2 = _decoupled ? 0 : (float)decay,
            Keep = _decoupled ? (float)(1 - group.LearningRate * decay) : 1,
            SquareMomentum = (float)_squareMomentum,
            OneMinusSquareMomentum = (float)(1 - _squareMomentum),
            Epsilon = (float)_epsilon,
            Momentum = (float)group.Momentum,
            MinusRate = (float)-group.LearningRate,
            HasBuffer = group.Momentum != 0,
        };
        OptimizerKernel.Run(rule, update.Gradient, update.Values, update.Slot(0), update.Slot(1), default);
    }
}
