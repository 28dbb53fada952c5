namespace Engine.Optim.Schedules;

/// <summary>PyTorch's StepLR: the rate is multiplied by gamma after every so many steps. Its step is whatever the caller counts, often an epoch.</summary>
public sealed class StepLr : ISchedule
{
    private readonly double _rate, _gamma;
    private readonly int _stepSize;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The first rate; finite, at least 0.</param>
    /// <param name="stepSize">Steps at one rate, at least 1.</param>
    /// <param name="gamma">The factor; finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StepLr(double rate, int stepSize, double gamma = 0.1)
    {
        _rate = Ranges.NonNegative("step lr", "learning rate", rate);
        _stepSize = Ranges.AtLeast("step lr", "step size", 1, stepSize);
        _gamma = Ranges.NonNegative("step lr", "gamma", gamma);
    }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">At least 0.</param>
    public double RateAt(int step) => _rate * Power.Integer(_gamma, Ranges.AtLeast("step lr", "step", 0, step) / _stepSize);

    /// <inheritdoc/>
    public double RateAt(int step, int totalSteps) => RateAt(step);

    /// <inheritdoc/>
    public double? MomentumAt(int step, int totalSteps) => null;
}
