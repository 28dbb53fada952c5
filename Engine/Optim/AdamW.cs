using Engine.Nn;

namespace Engine.Optim;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019) and PyTorch's defaults: <c>p *= 1 - learningRate weightDecay</c> comes first.</summary>
/// <remarks>Both means are corrected for their start at 0 by 1 - beta^t.</remarks>
public sealed class AdamW : Optimizer
{
    private readonly AdamSettings _settings;

    /// <summary>Makes the optimizer for one group of parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="beta1">How much of the mean gradient stays; at least 0 and below 1. A schedule of momentum drives it.</param>
    /// <param name="beta2">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="amsgrad">Divides by the largest mean square so far.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, bool amsgrad = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay, amsgrad)
    {
    }

    /// <summary>Makes the optimizer for groups of parameters.</summary>
    /// <param name="groups">The groups; what they leave out is taken from the settings here.</param>
    /// <param name="learningRate">How far a step goes; finite, at least 0.</param>
    /// <param name="beta1">How much of the mean gradient stays; at least 0 and below 1. A schedule of momentum drives it.</param>
    /// <param name="beta2">How much of the mean square stays; at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the root; finite, at least 0.</param>
    /// <param name="weightDecay">How strongly parameters are pulled to 0; finite, at least 0.</param>
    /// <param name="amsgrad">Divides by the largest mean square so far.</param>
    /// <exception cref="ArgumentException">No parameters, one given twice, a group of another optimizer, or settings that exclude each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(
        IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0.01, bool amsgrad = false)
        : base("adamw", AdamSettings.Checked("adamw", groups, "beta2", beta2, epsilon), learningRate, Ranges.Momentum("adamw", "beta1", beta1), weightDecay, "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
    {
        _settings = new AdamSettings(beta2, epsilon, amsgrad);
    }

    /// <inheritdoc/>
    public override string Settings => $"{_settings}";

    /// <inheritdoc/>
    protected override bool Uses(ParameterGroup group, int slot) => slot < 2 || _settings.Amsgrad;

    /// <inheritdoc/>
    protected override void Update(ParameterUpdate update) => _settings.Run(update, l2: 0, decay: update.Group.WeightDecay);
}
