namespace Engine.Reporting;

/// <summary>One field of a <see cref="LinePlot"/>: a pair of axes with lines over one another.</summary>
public sealed class Pane
{
    private readonly List<Series> _series = [];
    private readonly List<Mark> _marks = [];
    private readonly List<double> _heights = [];

    internal Pane(string title, string xTitle, string yTitle, bool isLogX, bool isLogY) =>
        (Title, XTitle, YTitle, IsLogX, IsLogY) = (title, xTitle, yTitle, isLogX, isLogY);

    /// <summary>What stands above it.</summary>
    public string Title { get; }

    /// <summary>What the horizontal axis counts.</summary>
    public string XTitle { get; }

    /// <summary>What the vertical axis counts.</summary>
    public string YTitle { get; }

    /// <summary>Whether steps to the right are factors; values not above zero are gaps then.</summary>
    public bool IsLogX { get; }

    /// <summary>Whether steps upward are factors; values not above zero are gaps then.</summary>
    public bool IsLogY { get; }

    internal IReadOnlyList<Series> Lines => _series;

    internal IReadOnlyList<Mark> Marks => _marks;

    /// <summary>Adds a line over 0, 1, 2 ...</summary>
    /// <param name="name">Its name in the legend; empty for none.</param>
    /// <param name="y">Heights. NaN and infinities leave a gap.</param>
    public Pane Add(string name, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        double[] x = new double[y.Count];
        for (int i = 0; i < x.Length; i++) x[i] = i;
        return Add(name, x, y);
    }

    /// <summary>Adds a line through points, in their order.</summary>
    /// <param name="name">Its name in the legend; empty for none.</param>
    /// <param name="x">Places.</param>
    /// <param name="y">Heights, as many. NaN and infinities, in either, leave a gap.</param>
    /// <exception cref="ArgumentException">Not as many places as heights.</exception>
    public Pane Add(string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) throw new ArgumentException($"line plot: '{name}' has {x.Count} places but {y.Count} heights; a point needs both.", nameof(y));
        _series.Add(new Series(name, [.. x], [.. y]));
        return this;
    }

    /// <summary>Points at a value of x with an upright line; the legend gives name and value.</summary>
    /// <param name="name">What is there: "valley".</param>
    /// <param name="x">Where; nothing is drawn where the axis has no such place.</param>
    public Pane AddMark(string name, double x)
    {
        ArgumentNullException.ThrowIfNull(name);
        _marks.Add(new Mark(name, x));
        return this;
    }

    /// <summary>Makes the vertical axis reach at least from one value to another.</summary>
    /// <param name="low">A finite value.</param>
    /// <param name="high">Another.</param>
    public Pane Reach(double low, double high)
    {
        _heights.AddRange([low, high]);
        return this;
    }

    internal Axis XAxis() => Axis.Around(_series.SelectMany(Places).Concat(_marks.Select(mark => mark.X)), IsLogX, counts: true);

    internal Axis YAxis() => Axis.Around(_series.SelectMany(Heights).Concat(_heights), IsLogY, margin: 0.04);

    internal bool IsDrawn(double x, double y) => Axis.Takes(x, IsLogX) && Axis.Takes(y, IsLogY);

    private IEnumerable<double> Places(Series series) => series.X.Where((x, i) => IsDrawn(x, series.Y[i]));

    private IEnumerable<double> Heights(Series series) => series.Y.Where((y, i) => IsDrawn(series.X[i], y));
}
