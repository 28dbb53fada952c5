namespace Engine.Optim.Schedules;

/// <summary>PyTorch's MultiStepLR: the rate is multiplied by gamma at each milestone (twice at one given twice).</summary>
public sealed class MultiStepLr : ISchedule
{
    private readonly double _rate, _gamma;
    private readonly int[] _milestones;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The first rate; finite, at least 0.</param>
    /// <param name="milestones">The steps at which it changes, each at least 0, in any order.</param>
    /// <param name="gamma">The factor; finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MultiStepLr(double rate, IEnumerable<int> milestones, double gamma = 0.1)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        _rate = Ranges.NonNegative("multi step lr", "learning rate", rate);
        _milestones = [.. milestones.Select(milestone => Ranges.AtLeast("multi step lr", "milestone", 0, milestone, nameof(milestones)))];
        _gamma = Ranges.NonNegative("multi step lr", "gamma", gamma);
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">At least 0.</param>
    public double RateAt(int step)
    {
        Ranges.AtLeast("multi step lr", "step", 0, step);
        int passed = 0;
        foreach (int milestone in _milestones)
            if (milestone <= step) passed++;
        return _rate * Power.Integer(_gamma, passed);
    }

    /// <inheritdoc/>
    public double RateAt(int step, int totalSteps) => RateAt(step);

    /// <inheritdoc/>
    public double? MomentumAt(int step, int totalSteps) => null;
}
