namespace Engine.Training;

/// <summary>Divides the learning rates when an epoch's number has not become better for some epochs, as fastai's callback of this name.</summary>
public sealed class ReduceLrOnPlateau : Callback, ICheckpointed
{
    private readonly Patience _patience;
    private readonly double _factor, _minRate;

    /// <summary>Chooses what to watch.</summary>
    /// <param name="monitor">"valid_loss", "train_loss", or a metric of the learner. Losses and errors should fall, all else rise.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    /// <param name="patience">After so many epochs without, the rates are divided.</param>
    /// <param name="factor">What they are divided by.</param>
    /// <param name="minRate">They do not fall below this one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ReduceLrOnPlateau(string monitor = "valid_loss", double minDelta = 0, int patience = 1, double factor = 10, double minRate = 0)
    {
        _patience = new Patience("reduce lr on plateau", monitor, minDelta, patience);
        if (!(factor > 1)) throw new ArgumentOutOfRangeException(nameof(factor), $"reduce lr on plateau: the factor divides the rate and must be above 1, got {factor}.");
        if (!(minRate >= 0)) throw new ArgumentOutOfRangeException(nameof(minRate), $"reduce lr on plateau: the lowest rate must be at least 0, got {minRate}.");
        (_factor, _minRate) = (factor, minRate);
    }

    /// <summary>Late: after those that look at an epoch's rate.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => _patience.Reset();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The learner has no such metric.</exception>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (!_patience.IsOver(learner)) return;
        _patience.Restart();
        foreach (Optim.ParameterGroup group in learner.Optimizer.Groups) group.LearningRate = Math.Max(group.LearningRate / _factor, Math.Min(_minRate, group.LearningRate));
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _patience.Checkpoint(state);
        state.MustMatch("factor", _factor);
        state.MustMatch("min_rate", _minRate);
    }
}
