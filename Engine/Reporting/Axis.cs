namespace Engine.Reporting;

/// <summary>A range of values along one side of a plot, linear or logarithmic.</summary>
internal sealed class Axis
{
    private const double Least = 1e-290; // shorter ranges have no room for ticks among the doubles
    private readonly double _from, _to;

    private Axis(double low, double high, bool isLog = false, bool isEmpty = false, bool isWhole = false)
    {
        (Low, High, IsLog, IsEmpty, IsWhole) = (low, high, isLog, isEmpty, isWhole);
        (_from, _to) = (Along(low), Along(high));
    }

    public double Low { get; }

    public double High { get; }

    public bool IsLog { get; }

    /// <summary>Nothing that could be drawn: the range is made up.</summary>
    public bool IsEmpty { get; }

    /// <summary>All values are integers, so that ticks between them would mean nothing.</summary>
    public bool IsWhole { get; }

    /// <summary>Whether a value has a place on the axis.</summary>
    public static bool Takes(double value, bool isLog) => double.IsFinite(value) && (!isLog || value > 0);

    /// <summary>The range of values; what is not finite is left out, on a logarithmic axis also what is not above zero.</summary>
    /// <param name="values">The values.</param>
    /// <param name="isLog">Whether steps are factors.</param>
    /// <param name="margin">Share of the range to add at both ends.</param>
    /// <param name="counts">The values count something: while all are integers, ticks are too.</param>
    public static Axis Around(IEnumerable<double> values, bool isLog, double margin = 0, bool counts = false)
    {
        (double low, double high, bool isWhole) = (double.PositiveInfinity, double.NegativeInfinity, counts);
        foreach (double value in values)
            if (Takes(value, isLog)) (low, high, isWhole) = (Math.Min(low, value), Math.Max(high, value), isWhole && Math.Abs(value) < 1e15 && value == Math.Floor(value));
        if (low > high) return new Axis(1, 10, isLog, isEmpty: true);
        return isLog ? Logarithmic(low, high, margin) : Linear(low, high, margin, isWhole);
    }

    /// <summary>Where a value lies: 0 at the low end, 1 at the high end.</summary>
    public double Position(double value) => (Along(value) - _from) / (_to - _from);

    private double Along(double value) => IsLog ? Decades.Log10(value) : value / 2; // halves: the whole range of doubles has a finite length

    private static Axis Linear(double low, double high, double margin, bool isWhole)
    {
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        if (low == high) margin = 0;
        if (low == high) (low, high) = size < Least ? (-1, 1) : isWhole ? (low - Math.Max(1, size / 10), high + Math.Max(1, size / 10)) : (low - size / 10, high + size / 10);
        else if (high / 2 - low / 2 < Math.Max(size * 1e-12, Least)) (low, high) = (low - Math.Max(size * 1e-11, Least), high + Math.Max(size * 1e-11, Least));
        double extra = margin * high - margin * low;
        return new Axis(Math.Max(double.MinValue, low - extra), Math.Min(double.MaxValue, high + extra), isWhole: isWhole);
    }

    private static Axis Logarithmic(double low, double high, double margin)
    {
        low = Math.Max(low, Least);
        high = Math.Max(high, low);
        double decades = Decades.Log10(high) - Decades.Log10(low);
        double factor = decades < 1e-6 ? 2 : Elementary.Exp(decades * margin * 2.302585092994045684);
        return new Axis(Math.Max(low / factor, Least), Math.Min(high * factor, double.MaxValue), isLog: true);
    }
}
