using System.Globalization;
using Engine.Kernels;
using Engine.Nn;

namespace Engine.Optim;

/// <summary>RMSprop (Hinton) as PyTorch has it: <c>sq = alpha sq + (1 - alpha) g^2; p -= learningRate g / (sqrt(sq) + epsilon)</c>.</summary>
/// <remarks>Centered subtracts the squared mean gradient under the root; where rounding makes the difference negative it counts as 0.</remarks>
public sealed class RmsProp : Optimizer
{
    private readonly double _alpha, _epsilon;
    private readonly bool _centered;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="alpha">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0, through the gradient; finite, at least 0.</param>
    /// <param name="momentum">How much of the last step is repeated; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="centered">Divides by the standard deviation instead of the root mean square.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RmsProp(
        IEnumerable<Parameter> parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0,
        double momentum = 0, bool centered = false)
        : this([new ParameterGroup(parameters)], learningRate, alpha, epsilon, weightDecay, momentum, centered)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="alpha">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0, through the gradient; finite, at least 0.</param>
    /// <param name="momentum">How much of the last step is repeated; at least 0 and below 1. 0: no buffer.</param>
    /// <param name="centered">Divides by the standard deviation instead of the root mean square.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RmsProp(
        IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0,
        double momentum = 0, bool centered = false)
        : base("rmsprop", Checked(groups, alpha, epsilon), learningRate, momentum, weightDecay, "square_avg", "grad_avg", "momentum_buffer")
    {
        (_alpha, _epsilon, _centered) = (alpha, epsilon, centered);
    }

    /// <inheritdoc/>
    public override string Settings => string.Create(CultureInfo.InvariantCulture, $"alpha {_alpha:R}, epsilon {_epsilon:R}, centered {_centered}");

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => slot switch { 0 => true, 1 => _centered, _ => group.Momentum != 0 };

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update)
    {
        ParameterGroup group = update.Group;
        RmsPropRule rule = new()
        {
            L2 = (float)group.WeightDecay,
            Alpha = (float)_alpha,
            OneMinusAlpha = (float)(1 - _alpha),
            Epsilon = (float)_epsilon,
            Momentum = (float)group.Momentum,
            MinusRate = (float)-group.LearningRate,
            Centered = _centered,
            HasBuffer = group.Momentum != 0,
        };
        OptimizerKernel.Run(rule, update.Gradient, update.Values, update.Slot(0), update.Slot(1), update.Slot(2));
    }

    private static IEnumerable<ParameterGroup> Checked(IEnumerable<ParameterGroup> groups, double alpha, double epsilon)
    {
        Ranges.Momentum("rmsprop", "alpha", alpha);
        Ranges.NonNegative("rmsprop", "epsilon", epsilon);
        return groups;
    }
}
