namespace Engine.Optim.Schedules;

/// <summary>Half a cosine from start to end (fastai's SchedCos): flat at both ends.</summary>
public sealed class SchedCos : ICurve
{
    /// <summary>Makes the curve.</summary>
    /// <param name="start">Value at 0, finite.</param>
    /// <param name="end">Value at 1, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite.</exception>
    public SchedCos(double start, double end) =>
        (Start, End) = (Ranges.Finite("cosine curve", "start", start), Ranges.Finite("cosine curve", "end", end));

    /// <summary>Value at 0.</summary>
    public double Start { get; }

    /// <summary>Value at 1.</summary>
    public double End { get; }

    /// <inheritdoc/>
    public double At(double position) =>
        Start + (1 + Elementary.Cos(Math.PI * (1 - Ranges.Fraction("cosine curve", "position", position)))) * (End - Start) / 2;
}

/// <summary>A straight line from start to end (fastai's SchedLin).</summary>
public sealed class SchedLin : ICurve
{
    /// <summary>Makes the curve.</summary>
    /// <param name="start">Value at 0, finite.</param>
    /// <param name="end">Value at 1, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite.</exception>
    public SchedLin(double start, double end) => (Start, End) = (Ranges.Finite("line", "start", start), Ranges.Finite("line", "end", end));

    /// <summary>Value at 0.</summary>
    public double Start { get; }

    /// <summary>Value at 1.</summary>
    public double End { get; }

    /// <inheritdoc/>
    public double At(double position) => Start + Ranges.Fraction("line", "position", position) * (End - Start);
}

/// <summary>The start everywhere (fastai's SchedNo).</summary>
public sealed class SchedNo : ICurve
{
    /// <summary>Makes the curve.</summary>
    /// <param name="start">The value, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public SchedNo(double start) => Start = Ranges.Finite("constant", "start", start);

    /// <summary>The value.</summary>
    public double Start { get; }

    /// <inheritdoc/>
    public double At(double position)
    {
        Ranges.Fraction("constant", "position", position);
        return Start;
    }
}

/// <summary>Equal factors over equal distances (fastai's SchedExp): start (end / start)^position. The learning rate finder goes this way.</summary>
public sealed class SchedExp : ICurve
{
    private readonly double _log;

    /// <summary>Makes the curve.</summary>
    /// <param name="start">Value at 0, above 0.</param>
    /// <param name="end">Value at 1, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not above 0.</exception>
    public SchedExp(double start, double end)
    {
        (Start, End) = (Ranges.Positive("exponential curve", "start", start), Ranges.Positive("exponential curve", "end", end));
        _log = Elementary.Log(end / start);
    }

    /// <summary>Value at 0.</summary>
    public double Start { get; }

    /// <summary>Value at 1.</summary>
    public double End { get; }

    /// <inheritdoc/>
    public double At(double position) => Start * Elementary.Exp(Ranges.Fraction("exponential curve", "position", position) * _log);
}

/// <summary>A power of the position (fastai's SchedPoly): start + (end - start) position^power.</summary>
public sealed class SchedPoly : ICurve
{
    /// <summary>Makes the curve.</summary>
    /// <param name="start">Value at 0, finite.</param>
    /// <param name="end">Value at 1, finite.</param>
    /// <param name="power">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SchedPoly(double start, double end, double power)
    {
        (Start, End) = (Ranges.Finite("power curve", "start", start), Ranges.Finite("power curve", "end", end));
        Exponent = Ranges.Positive("power curve", "power", power);
    }

    /// <summary>Value at 0.</summary>
    public double Start { get; }

    /// <summary>Value at 1.</summary>
    public double End { get; }

    /// <summary>The power.</summary>
    public double Exponent { get; }

    /// <inheritdoc/>
    public double At(double position) => Start + (End - Start) * Power.Real(Ranges.Fraction("power curve", "position", position), Exponent);
}
