namespace Engine.Optim.Schedules;

/// <summary>fastai's 1cycle (after Smith and Topin, 2018): the rate rises and falls along cosines while the momentum falls and rises.</summary>
/// <remarks>From rateMax / div to rateMax, then to rateMax / divFinal. A large rate in the middle lets training move fast and end in flat minima; the warm-up
/// keeps it from diverging at the start.</remarks>
public sealed class OneCycle : CurveSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="rateMax">The largest learning rate; finite, at least 0.</param>
    /// <param name="div">What it is divided by at the start, above 0.</param>
    /// <param name="divFinal">What it is divided by at the end, above 0.</param>
    /// <param name="pctStart">Part of the run in which the rate rises, 0 to 1.</param>
    /// <param name="momentumStart">Momentum at the start, at least 0 and below 1.</param>
    /// <param name="momentumMiddle">Momentum where the rate is largest, likewise.</param>
    /// <param name="momentumEnd">Momentum at the end, likewise.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OneCycle(
        double rateMax, double div = 25, double divFinal = 1e5, double pctStart = 0.25,
        double momentumStart = 0.95, double momentumMiddle = 0.85, double momentumEnd = 0.95)
        : base(Rate(rateMax, div, divFinal, pctStart), Momentum(pctStart, momentumStart, momentumMiddle, momentumEnd))
    {
    }

    private static CombinedCos Rate(double rateMax, double div, double divFinal, double pctStart)
    {
        Ranges.NonNegative("one cycle", "largest learning rate", rateMax);
        Ranges.Positive("one cycle", "div", div);
        Ranges.Positive("one cycle", "final div", divFinal);
        Ranges.Fraction("one cycle", "pct start", pctStart);
        return new CombinedCos(pctStart, rateMax / div, rateMax, rateMax / divFinal);
    }

    private static CombinedCos Momentum(double pctStart, double momentumStart, double momentumMiddle, double momentumEnd) => new(
        pctStart,
        Ranges.Momentum("one cycle", "momentum at the start", momentumStart),
        Ranges.Momentum("one cycle", "momentum in the middle", momentumMiddle),
        Ranges.Momentum("one cycle", "momentum at the end", momentumEnd));
}
