namespace Engine.Optim.Schedules;

/// <summary>A schedule that follows curves over the run (fastai's ParamScheduler): step i of T is at position i / T, so that the end itself is never used.</summary>
public class CurveSchedule : ISchedule
{
    private readonly ICurve _rate;
    private readonly ICurve? _momentum;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="momentum">The momentum; null leaves it alone.</param>
    public CurveSchedule(ICurve rate, ICurve? momentum = null)
    {
        ArgumentNullException.ThrowIfNull(rate);
        (_rate, _momentum) = (rate, momentum);
    }

    /// <summary>The learning rate at a position.</summary>
    /// <param name="position">Part of the run that is done, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 1.</exception>
    public double RateAt(double position) => _rate.At(position);

    /// <summary>The momentum at a position; null where the schedule leaves it alone.</summary>
    /// <param name="position">Part of the run that is done, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 1.</exception>
    public double? MomentumAt(double position) => _momentum?.At(position);

    /// <inheritdoc/>
    public double RateAt(int step, int totalSteps) => RateAt(Position(step, totalSteps));

    /// <inheritdoc/>
    public double? MomentumAt(int step, int totalSteps) => MomentumAt(Position(step, totalSteps));

    private static double Position(int step, int totalSteps)
    {
        Ranges.Step("schedule", step, totalSteps);
        return (double)step / totalSteps;
    }
}
