namespace Engine.Optim.Schedules;

/// <summary>PyTorch's CosineAnnealingLR: half a cosine from the rate down to the lowest over so many steps, then up again, and so on.</summary>
public sealed class CosineAnnealingLr : ISchedule
{
    private readonly double _rate, _lowest;
    private readonly int _halfPeriod;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The first rate; finite, at least 0.</param>
    /// <param name="halfPeriod">Steps from the top to the bottom (T_max), at least 1.</param>
    /// <param name="lowest">The rate at the bottom (eta_min); finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public CosineAnnealingLr(double rate, int halfPeriod, double lowest = 0)
    {
        _rate = Ranges.NonNegative("cosine annealing lr", "learning rate", rate);
        _halfPeriod = Ranges.AtLeast("cosine annealing lr", "half period", 1, halfPeriod);
        _lowest = Ranges.NonNegative("cosine annealing lr", "lowest rate", lowest);
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">At least 0.</param>
    public double RateAt(int step)
    {
        long place = Ranges.AtLeast("cosine annealing lr", "step", 0, step) % (2L * _halfPeriod);
        return _lowest + (_rate - _lowest) * (1 + Elementary.Cos(Math.PI * place / _halfPeriod)) / 2;
    }

    /// <inheritdoc/>
    public double RateAt(int step, int totalSteps) => RateAt(step);

    /// <inheritdoc/>
    public double? MomentumAt(int step, int totalSteps) => null;
}
