using Engine.Nn;

namespace Engine.Optim;

/// <summary>Parameters that share learning rate, momentum and weight decay. What is left out comes from the optimizer the group is given to.</summary>
public sealed class ParameterGroup
{
    private readonly Parameter[] _parameters;
    private string _owner = "parameter group";
    private double? _learningRate, _momentum, _weightDecay;

    /// <summary>Makes a group.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="learningRate">Learning rate, finite and at least 0; null: the optimizer's.</param>
    /// <param name="momentum">Momentum (Adam's beta1), at least 0 and below 1; null: the optimizer's.</param>
    /// <param name="weightDecay">Weight decay, finite and at least 0; null: the optimizer's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ParameterGroup(IEnumerable<Parameter> parameters, double? learningRate = null, double? momentum = null, double? weightDecay = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        if (learningRate is { } rate) LearningRate = rate;
        if (momentum is { } part) Momentum = part;
        if (weightDecay is { } decay) WeightDecay = decay;
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>How far a step goes; schedules set it before each step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or negative.</exception>
    /// <exception cref="InvalidOperationException">Read before it was set and before the group was given to an optimizer.</exception>
    public double LearningRate
    {
        get => _learningRate ?? throw Unset("learning rate");
        set => _learningRate = Ranges.NonNegative(_owner, "learning rate", value);
    }

    /// <summary>How much of the past stays in the mean of the gradients (Adam's beta1); schedules set it before each step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not at least 0 and below 1.</exception>
    /// <exception cref="InvalidOperationException">Read before it was set and before the group was given to an optimizer.</exception>
    public double Momentum
    {
        get => _momentum ?? throw Unset("momentum");
        set => _momentum = Ranges.Momentum(_owner, "momentum", value);
    }

    /// <summary>How strongly parameters are pulled to 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite, or negative.</exception>
    /// <exception cref="InvalidOperationException">Read before it was set and before the group was given to an optimizer.</exception>
    public double WeightDecay
    {
        get => _weightDecay ?? throw Unset("weight decay");
        set => _weightDecay = Ranges.NonNegative(_owner, "weight decay", value);
    }

    /// <summary>Whether an optimizer has the group.</summary>
    internal bool IsTaken { get; private set; }

    /// <summary>Momentum as it will be in an optimizer with this default.</summary>
    internal double MomentumOr(double byDefault) => _momentum ?? byDefault;

    /// <summary>Fills in what was left out.</summary>
    internal void GiveTo(string owner, double learningRate, double momentum, double weightDecay)
    {
        (IsTaken, _owner) = (true, owner);
        _learningRate ??= learningRate;
        _momentum ??= momentum;
        _weightDecay ??= weightDecay;
    }

    private InvalidOperationException Unset(string what) => new($"{_owner}: the {what} is not set until the group is given to an optimizer.");
}
