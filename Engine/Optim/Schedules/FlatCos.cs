namespace Engine.Optim.Schedules;

/// <summary>fastai's fit_flat_cos: a constant rate, then half a cosine down to rate / divFinal.</summary>
public sealed class FlatCos : CurveSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="rate">The constant rate; finite, at least 0.</param>
    /// <param name="divFinal">What it is divided by at the end, above 0.</param>
    /// <param name="pctStart">Part of the run at the constant rate, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public FlatCos(double rate, double divFinal = 1e5, double pctStart = 0.75)
        : base(new CombinedCos(
            Ranges.Fraction("flat cosine", "pct start", pctStart),
            Ranges.NonNegative("flat cosine", "learning rate", rate),
            rate,
            rate / Ranges.Positive("flat cosine", "final div", divFinal)))
    {
    }
}
