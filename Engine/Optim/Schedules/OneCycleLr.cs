namespace Engine.Optim.Schedules;

/// <summary>1cycle as PyTorch's OneCycleLR has it: it ends at rateMax / div / finalDiv, and its last step is exactly there.</summary>
/// <remarks>Phases end at the possibly fractional steps pctStart T - 1 and T - 1. <see cref="OneCycle"/> is fastai's.</remarks>
public sealed class OneCycleLr : ISchedule
{
    private readonly (double End, double RateFrom, double RateTo, double MomentumFrom, double MomentumTo)[] _phases;
    private readonly Anneal _anneal;
    private readonly bool _cyclesMomentum;

    /// <summary>Makes the schedule.</summary>
    /// <param name="rateMax">The largest learning rate; finite, at least 0.</param>
    /// <param name="totalSteps">Steps of the cycle (epochs times steps per epoch), at least 1.</param>
    /// <param name="pctStart">Part of the cycle in which the rate rises, 0 to 1.</param>
    /// <param name="anneal">Cosine or line.</param>
    /// <param name="cycleMomentum">Moves the momentum against the rate.</param>
    /// <param name="baseMomentum">Momentum where the rate is largest, at least 0 and below 1.</param>
    /// <param name="maxMomentum">Momentum at both ends, at least 0 and below 1.</param>
    /// <param name="divFactor">What the largest rate is divided by at the start, above 0.</param>
    /// <param name="finalDivFactor">What the first rate is divided by at the end, above 0.</param>
    /// <param name="threePhase">Falls to the first rate as fast as it rose, and then on to the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OneCycleLr(
        double rateMax, int totalSteps, double pctStart = 0.3, Anneal anneal = Anneal.Cos, bool cycleMomentum = true, double baseMomentum = 0.85,
        double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false)
    {
        const string Op = "one cycle lr";
        double high = Ranges.NonNegative(Op, "largest learning rate", rateMax), part = Ranges.Fraction(Op, "pct start", pctStart);
        double first = high / Ranges.Positive(Op, "div factor", divFactor), last = first / Ranges.Positive(Op, "final div factor", finalDivFactor);
        double bottom = Ranges.Momentum(Op, "base momentum", baseMomentum), top = Ranges.Momentum(Op, "max momentum", maxMomentum);
        TotalSteps = Ranges.AtLeast(Op, "total steps", 1, totalSteps);
        if (!Enum.IsDefined(anneal)) throw new ArgumentOutOfRangeException(nameof(anneal), $"{Op}: anneal must be Cos or Linear, got {anneal}.");
        (_anneal, _cyclesMomentum) = (anneal, cycleMomentum);
        double rise = part * totalSteps - 1, end = totalSteps - 1;
        _phases = threePhase
            ? [(rise, first, high, top, bottom), (2 * part * totalSteps - 2, high, first, bottom, top), (end, first, last, top, top)]
            : [(rise, first, high, top, bottom), (end, high, last, bottom, top)];
    }

    /// <summary>Steps of the cycle.</summary>
    public int TotalSteps { get; }

    /// <inheritdoc cref="ISchedule.RateAt"/>
    /// <summary>The learning rate of a step, 0 to <see cref="TotalSteps"/> (PyTorch, too, allows one past the last).</summary>
    public double RateAt(int step, int totalSteps) => RateAt(step);

    /// <inheritdoc cref="ISchedule.MomentumAt"/>
    public double? MomentumAt(int step, int totalSteps) => MomentumAt(step);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">0 to <see cref="TotalSteps"/>: PyTorch, too, allows one past the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cycle is over.</exception>
    public double RateAt(int step)
    {
        (int phase, double position) = Find(step);
        return Between(_phases[phase].RateFrom, _phases[phase].RateTo, position);
    }

    /// <summary>The momentum of a step; null if the schedule leaves it alone.</summary>
    /// <param name="step">0 to <see cref="TotalSteps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cycle is over.</exception>
    public double? MomentumAt(int step)
    {
        (int phase, double position) = Find(step);
        return _cyclesMomentum ? Between(_phases[phase].MomentumFrom, _phases[phase].MomentumTo, position) : null;
    }

    private (int Phase, double Position) Find(int step)
    {
        if (step < 0 || step > TotalSteps)
            throw new ArgumentOutOfRangeException(nameof(step), $"one cycle lr: tried to step {step} times. The specified number of total steps is {TotalSteps}.");
        int phase = 0;
        while (phase < _phases.Length - 1 && step > _phases[phase].End) phase++;
        double start = phase == 0 ? 0 : _phases[phase - 1].End, end = _phases[phase].End;
        return (phase, start == end ? 1 : (step - start) / (end - start)); // a phase of no length is over at once (PyTorch divides by zero)
    }

    private double Between(double from, double to, double position) =>
        _anneal == Anneal.Cos ? to + (from - to) / 2 * (Elementary.Cos(Math.PI * position) + 1) : (to - from) * position + from;
}
