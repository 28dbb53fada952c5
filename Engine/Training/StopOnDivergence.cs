using System.Globalization;

namespace Engine.Training;

/// <summary>Ends training when the smoothed loss has grown to several times its best.</summary>
public sealed class StopOnDivergence : Callback, ICheckpointed
{
    private readonly double _factor;
    private readonly int _warmUp;
    private double _best;

    /// <summary>Chooses how much is too much.</summary>
    /// <param name="factor">So many times the best smoothed loss of the fit.</param>
    /// <param name="warmUp">Batches of the fit before it counts: the smoothed loss of the first few is nearly their own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StopOnDivergence(double factor = 4, int warmUp = 10)
    {
        if (!(factor > 1)) throw new ArgumentOutOfRangeException(nameof(factor), $"stop on divergence: the factor must be above 1, got {factor}.");
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        (_factor, _warmUp) = (factor, warmUp);
    }

    /// <summary>After the recorder, which smooths.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => _best = double.PositiveInfinity;

    /// <inheritdoc/>
    public override void AfterLoss(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (learner.Step < _warmUp) return;
        double loss = learner.Recorder.SmoothLoss;
        if (loss > _factor * _best)
        {
            learner.SkipStep();
            learner.Stop(string.Create(CultureInfo.InvariantCulture,
                $"the smoothed loss rose to {loss:G5}, over {_factor} times its best {_best:G5}, in epoch {learner.Epoch}, batch {learner.BatchIndex}, at learning rate {learner.Optimizer.LearningRate:G4}. Use a lower rate."));
        }
        _best = Math.Min(_best, loss);
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.MustMatch("factor", _factor);
        state.MustMatch("warm_up", _warmUp);
        state.Value("best", ref _best);
    }
}
