using Engine.Optim;

namespace Engine.Training;

/// <summary>Keeps gradients small, between the backward pass and the step.</summary>
public sealed class ClipGradients : Callback, ICheckpointed
{
    private readonly double _norm, _value;

    private ClipGradients(double norm, double value) => (_norm, _value) = (norm, value);

    /// <summary>Before others that look at the gradients that the step takes.</summary>
    public override int Order => 10;

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <summary>Norm of all gradients of the latest batch together, before they were clipped; 0 where they are clipped by value.</summary>
    public double LastNorm { get; private set; }

    /// <summary>Scales all gradients by one factor, so that their common norm is at most this: see <see cref="GradientClipping.ClipNorm"/>.</summary>
    /// <param name="maxNorm">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static ClipGradients ByNorm(double maxNorm = 1) => maxNorm > 0 ? new(maxNorm, 0)
        : throw new ArgumentOutOfRangeException(nameof(maxNorm), $"clip gradients: the largest norm must be above 0, got {maxNorm}.");

    /// <summary>Limits every element to the range from -limit to limit: see <see cref="GradientClipping.ClipValue"/>.</summary>
    /// <param name="limit">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static ClipGradients ByValue(double limit) => limit > 0 ? new(0, limit)
        : throw new ArgumentOutOfRangeException(nameof(limit), $"clip gradients: the limit must be above 0, got {limit}.");

    /// <inheritdoc/>
    public override void BeforeStep(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        IReadOnlyList<ParameterGroup> groups = learner.Optimizer.Groups;
        if (_value > 0)
            for (int i = 0; i < groups.Count; i++) GradientClipping.ClipValue(groups[i].Parameters, _value);
        else LastNorm = GradientClipping.ClipNorm(groups.Count == 1 ? groups[0].Parameters : groups.SelectMany(group => group.Parameters), _norm);
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.MustMatch("norm", _norm);
        state.MustMatch("value", _value);
    }
}
