using System.Globalization;
using Engine.Kernels;
using Engine.Nn;

namespace Engine.Optim;

/// <summary>Stochastic gradient descent with momentum, as PyTorch has it: <c>g += weightDecay p; buf = momentum buf + (1 - dampening) g; p -= learningRate buf</c>.</summary>
/// <remarks>The first buffer is the gradient itself, undampened. The learning rate multiplies at the end, so that changing it acts at once.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly float _gradientFactor, _sign;
    private readonly bool _nesterov, _decoupled;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="dampening">What part of the gradient is kept out of the buffer; 0 to 1.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="nesterov">Looks ahead: the step is g + momentum buf.</param>
    /// <param name="maximize">Goes up instead of down.</param>
    /// <param name="decoupledWeightDecay">Shrinks the parameter by 1 - learningRate weightDecay instead of adding to the gradient.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Sgd(
        IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weightDecay = 0,
        bool nesterov = false, bool maximize = false, bool decoupledWeightDecay = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, dampening, weightDecay, nesterov, maximize, decoupledWeightDecay)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="momentum">How much of the buffer stays; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="dampening">What part of the gradient is kept out of the buffer; 0 to 1.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="nesterov">Looks ahead: the step is g + momentum buf.</param>
    /// <param name="maximize">Goes up instead of down.</param>
    /// <param name="decoupledWeightDecay">Shrinks the parameter by 1 - learningRate weightDecay instead of adding to the gradient.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Sgd(
        IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0, double dampening = 0, double weightDecay = 0,
        bool nesterov = false, bool maximize = false, bool decoupledWeightDecay = false)
        : base("sgd", Settled(groups, momentum, dampening, nesterov), learningRate, momentum, weightDecay, "momentum_buffer")
    {
        (_gradientFactor, _sign) = ((float)(1 - dampening), maximize ? -1 : 1);
        (_nesterov, _decoupled) = (nesterov, decoupledWeightDecay);
    }

    /// <inheritdoc/>
    public override string Settings => string.Create(CultureInfo.InvariantCulture, $"gradient factor {_gradientFactor:R}, sign {_sign:R}, nesterov {_nesterov}, decoupled weight decay {_decoupled}");

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => group.Momentum != 0;

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update)
    {
        ParameterGroup group = update.Group;
        bool isFirst = update.Step <= 1;
        SgdRule rule = new()
        {
            Sign = _sign,
            L2 = _decoupled ? 0 : (float)group.WeightDecay,
            Keep = _decoupled ? (float)(1 - group.LearningRate * group.WeightDecay) : 1,
            BufferFactor = isFirst ? 0 : (float)group.Momentum,
            GradientFactor = isFirst ? 1 : _gradientFactor,
            Momentum = (float)group.Momentum,
            MinusRate = (float)-group.LearningRate,
            HasBuffer = group.Momentum != 0,
            Nesterov = _nesterov,
        };
        OptimizerKernel.Run(rule, update.Gradient, update.Values, update.Slot(0), default, default);
    }

    /// <summary>The groups, once it is clear that dampening and nesterov go with their momentum.</summary>
    private static ParameterGroup[] Settled(IEnumerable<ParameterGroup> groups, double momentum, double dampening, bool nesterov)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ParameterGroup[] all = [.. groups];
        Ranges.Fraction("sgd", "dampening", dampening);
        foreach (ParameterGroup group in all)
            if (nesterov && (group.MomentumOr(momentum) == 0 || dampening != 0))
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"sgd: nesterov requires momentum > 0 and dampening 0. Received: momentum {group.MomentumOr(momentum)}, dampening {dampening}."), nameof(nesterov));
        return all;
    }
}
