namespace Engine.Optim.Schedules;

/// <summary>Curves one after the other (fastai's combine_scheds), each over its part of the way.</summary>
public sealed class CombinedCurve : ICurve
{
    private readonly double[] _starts; // one more than curves: the last is 1
    private readonly ICurve[] _curves;

    /// <summary>Puts curves one after the other.</summary>
    /// <param name="parts">How much of the way each takes; their sum is 1. A curve with no part is passed over.</param>
    /// <param name="curves">As many curves as parts.</param>
    /// <exception cref="ArgumentException">The numbers of parts and curves differ, there are none, or the sum is not 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part is not 0 to 1.</exception>
    public CombinedCurve(IReadOnlyList<double> parts, IReadOnlyList<ICurve> curves)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(curves);
        if (parts.Count != curves.Count || parts.Count == 0)
            throw new ArgumentException($"combined curve: there must be one part for each curve, and at least one. Received: {parts.Count} parts, {curves.Count} curves.", nameof(parts));
        _curves = [.. curves];
        _starts = new double[parts.Count + 1];
        for (int i = 0; i < parts.Count; i++) _starts[i + 1] = _starts[i] + Ranges.Fraction("combined curve", $"part {i}", parts[i]);
        if (Math.Abs(_starts[^1] - 1) > 1e-9) throw new ArgumentException($"combined curve: the parts must add up to 1, got {string.Join(" + ", parts)}.", nameof(parts));
        _starts[^1] = 1;
    }

    /// <inheritdoc/>
    public double At(double position)
    {
        Ranges.Fraction("combined curve", "position", position);
        int i = _curves.Length - 1;
        while (i > 0 && (position < _starts[i] || (_starts[i] == 1 && position == 1))) i--; // a curve without a part is not asked for its end either
        return _curves[i].At((position - _starts[i]) / (_starts[i + 1] - _starts[i]));
    }
}

/// <summary>Half a cosine up and half a cosine down (fastai's combined_cos): start to middle over the first part of the way, middle to end over the rest.</summary>
public sealed class CombinedCos : ICurve
{
    private readonly CombinedCurve _curve;

    /// <summary>Makes the curve.</summary>
    /// <param name="part">Where the middle is, 0 to 1.</param>
    /// <param name="start">Value at 0, finite.</param>
    /// <param name="middle">Value at the middle, finite.</param>
    /// <param name="end">Value at 1, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public CombinedCos(double part, double start, double middle, double end)
    {
        Ranges.Fraction("combined cosine", "part", part);
        _curve = new CombinedCurve([part, 1 - part], [new SchedCos(start, middle), new SchedCos(middle, end)]);
    }

    /// <inheritdoc/>
    public double At(double position) => _curve.At(position);
}
