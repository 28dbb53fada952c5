namespace Engine.Optim.Schedules;

/// <summary>PyTorch's ExponentialLR: the rate is multiplied by gamma after every step.</summary>
public sealed class ExponentialLr : ISchedule
{
    private readonly double _rate, _gamma;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The first rate; finite, at least 0.</param>
    /// <param name="gamma">The factor; finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ExponentialLr(double rate, double gamma)
    {
        _rate = Ranges.NonNegative("exponential lr", "learning rate", rate);
        _gamma = Ranges.NonNegative("exponential lr", "gamma", gamma);
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">At least 0.</param>
    public double RateAt(int step) => _rate * Power.Integer(_gamma, Ranges.AtLeast("exponential lr", "step", 0, step));

    /// <inheritdoc/>
    public double RateAt(int step, int totalSteps) => RateAt(step);

    /// <inheritdoc/>
    public double? MomentumAt(int step, int totalSteps) => null;
}
