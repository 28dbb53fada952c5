namespace Engine.Optim.Schedules;

/// <summary>Learning rates of several parameter groups, given the way fastai takes them: one for all, one each, or a range from the first group to the last.</summary>
public sealed class LearningRates
{
    private readonly double[]? _each;
    private readonly double? _first;
    private readonly double _last;
    private readonly bool _isSlice;

    private LearningRates(double[]? each, double? first, double last, bool isSlice) => (_each, _first, _last, _isSlice) = (each, first, last, isSlice);

    /// <summary>One rate for all groups.</summary>
    /// <param name="rate">Finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public static LearningRates Of(double rate) => new(null, null, Ranges.NonNegative("learning rates", "rate", rate), isSlice: false);

    /// <summary>A rate for each group.</summary>
    /// <param name="rates">Each finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public static LearningRates Each(params ReadOnlySpan<double> rates)
    {
        foreach (double rate in rates) Ranges.NonNegative("learning rates", "rate", rate, nameof(rates));
        return new LearningRates(rates.ToArray(), null, 0, isSlice: false);
    }

    /// <summary>Equal factors from the first group's rate to the last's (fastai's slice(first, last)).</summary>
    /// <param name="first">Above 0.</param>
    /// <param name="last">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public static LearningRates Slice(double first, double last) =>
        new(null, Ranges.Positive("learning rates", "first rate", first), Ranges.Positive("learning rates", "last rate", last), isSlice: true);

    /// <summary>The rate for the last group, a tenth of it for all others (fastai's slice(last)).</summary>
    /// <param name="last">Finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public static LearningRates Slice(double last) => new(null, null, Ranges.NonNegative("learning rates", "last rate", last), isSlice: true);

    /// <summary>One rate for all groups.</summary>
    /// <param name="rate">Finite, at least 0.</param>
    public static implicit operator LearningRates(double rate) => Of(rate);

    /// <summary>One rate for all groups.</summary>
    /// <param name="rate">Finite, at least 0.</param>
    public static LearningRates FromDouble(double rate) => Of(rate);

    /// <summary>Equal factors from the first group's rate to the last's.</summary>
    /// <param name="range">Above 0 both.</param>
    public static implicit operator LearningRates((double First, double Last) range) => Slice(range.First, range.Last);

    /// <summary>Equal factors from the first group's rate to the last's.</summary>
    /// <param name="range">Above 0 both.</param>
    public static LearningRates FromValueTuple((double First, double Last) range) => Slice(range.First, range.Last);

    /// <summary>A rate for each group.</summary>
    /// <param name="rates">Each finite, at least 0.</param>
    public static implicit operator LearningRates(double[] rates) => Each(rates);

    /// <summary>A rate for each group.</summary>
    /// <param name="rates">Each finite, at least 0.</param>
    public static LearningRates FromDoubleArray(double[] rates) => Each(rates);

    /// <summary>The rates of so many groups.</summary>
    /// <param name="groups">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No groups.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public double[] ForGroups(int groups)
    {
        Ranges.AtLeast("learning rates", "groups", 1, groups);
        if (_each is not null)
            return _each.Length == groups ? [.. _each]
                : throw new ArgumentException($"learning rates: there must be one rate for each parameter group. Received: {_each.Length} rates, {groups} groups.", nameof(groups));
        double[] rates = new double[groups];
        Array.Fill(rates, _isSlice ? _last / 10 : _last);
        if (_first is { } first && groups > 1)
        {
            double factor = Power.Real(_last / first, 1.0 / (groups - 1));
            for (int i = 0; i < groups; i++) rates[i] = first * Power.Integer(factor, i);
        }
        rates[^1] = _last;
        return rates;
    }

    /// <summary>A schedule for each of so many groups.</summary>
    /// <param name="groups">At least 1.</param>
    /// <param name="schedule">Makes the schedule of a rate: <c>rate => new OneCycle(rate)</c>.</param>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public ISchedule[] Schedules(int groups, Func<double, ISchedule> schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Array.ConvertAll(ForGroups(groups), rate => schedule(rate));
    }
}
