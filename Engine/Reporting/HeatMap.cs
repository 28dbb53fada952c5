namespace Engine.Reporting;

/// <summary>A grid of numbers as colours, with axes and a bar that says what the colours mean; the colourful dimension is one.</summary>
public sealed class HeatMap : Plot
{
    private const double Edge = 8, BarWidth = 14;
    private const int Most = 2000; // pixels of a side; no screen shows more in a plot
    private readonly float[] _values;

    /// <summary>Makes a map.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    /// <param name="rows">Rows; 0 for an empty map.</param>
    /// <param name="columns">Columns; 0 for an empty map.</param>
    /// <param name="values">[rows, columns]; copied. What is not a number stays blank.</param>
    /// <exception cref="ArgumentException">Not as many numbers as the sizes say.</exception>
    public HeatMap(string title, int rows, int columns, ReadOnlySpan<float> values) : base(title)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != values.Length)
            throw new ArgumentException($"heat map: needs [rows, columns] numbers. Received: {rows} rows, {columns} columns, {values.Length} numbers.", nameof(values));
        (Rows, Columns, _values) = (rows, columns, values.ToArray());
    }

    /// <summary>Makes a map of a grid.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    /// <param name="values">[rows, columns]; copied.</param>
    public HeatMap(string title, float[,] values) : this(title, values?.GetLength(0) ?? throw new ArgumentNullException(nameof(values)), values.GetLength(1), values.Cast<float>().ToArray())
    {
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>What the columns count.</summary>
    public string XTitle { get; init; } = "";

    /// <summary>What the rows count.</summary>
    public string YTitle { get; init; } = "";

    /// <summary>What the colours count.</summary>
    public string ValueTitle { get; init; } = "";

    /// <summary>Values at the left edge of the first and the right edge of the last column; column numbers where not given.</summary>
    public (double From, double To)? XRange { get; init; }

    /// <summary>Values at the outer edges of the first and the last row; row numbers where not given.</summary>
    public (double From, double To)? YRange { get; init; }

    /// <summary>The colours.</summary>
    public ColorMap Map { get; init; } = ColorMap.Viridis;

    /// <summary>Which values get the first and the last colour.</summary>
    public PixelScale Scale { get; init; } = PixelScale.MinMax;

    /// <summary>Whether row 0 is at the top; otherwise it is at the bottom, and rows go up.</summary>
    public bool IsOriginAtTop { get; init; }

    private protected override double Draw(SvgCanvas canvas, double top)
    {
        if (_values.Length == 0) return DrawNothing(canvas, top);
        ValueRange range = ValueRange.Of(_values, Scale);
        Axis colors = Axis.Around([range.Low, range.High], isLog: false);
        double height = Math.Round(Math.Clamp(canvas.Width * 0.4, 140, 320));
        List<Tick> barTicks = Ticks.Of(colors, (int)(height / 32));
        double beside = 16 + BarWidth + 6 + AxesFrame.Widest(barTicks) + Edge;
        AxesFrame frame = new(Range(XRange, Columns), Range(YRange, Rows), (XTitle, YTitle), canvas.Width, height, beside) { IsDown = IsOriginAtTop, HasGrid = false };
        Field field = frame.FieldAt(0, top + (ValueTitle.Length > 0 ? 22 : 6));
        if (ValueTitle.Length > 0)
            canvas.Text(canvas.Width - Edge, top + 12, TextWidth.Fit(ValueTitle, 12, canvas.Width - 2 * Edge), 12, Anchor.End, whole: ValueTitle);
        DrawPixels(canvas, field, range);
        DrawBar(canvas, new Field(canvas.Width - beside + 16, field.Y, BarWidth, height), colors, barTicks, range);
        return frame.Draw(canvas, 0, field);
    }

    private protected override string Describe() => _values.Length == 0
        ? "No data."
        : $"Heat map of {Rows} rows and {Columns} columns, {(IsOriginAtTop ? "from the top down" : "from the bottom up")}, values from "
            + $"{Markup.Significant(ValueRange.Of(_values, PixelScale.MinMax).Low)} to {Markup.Significant(ValueRange.Of(_values, PixelScale.MinMax).High)}."
            + (XTitle.Length > 0 ? $" Across: {XTitle}." : "") + (YTitle.Length > 0 ? $" Upright: {YTitle}." : "");

    private static Axis Range((double From, double To)? range, int count)
    {
        (double from, double to) = range ?? (0, count);
        return Axis.Around([from, to], isLog: false, counts: range is null);
    }

    private void DrawPixels(SvgCanvas canvas, Field field, ValueRange range)
    {
        (int columns, int rows) = (Math.Min(Columns, Most), Math.Min(Rows, Most));
        float[] shown = new float[rows * columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) shown[(IsOriginAtTop ? r : rows - 1 - r) * columns + c] = Peak(r, rows, c, columns);
        canvas.Image(field.X, field.Y, field.Width, field.Height, Picture.FromValues(rows, columns, shown, range, Map));
        canvas.Box(field.X, field.Y, field.Width, field.Height, "frame");
    }

    /// <summary>Of the values that share a pixel, the one farthest from zero.</summary>
    private float Peak(int row, int rows, int column, int columns)
    {
        float peak = float.NaN;
        for (int r = (int)((long)row * Rows / rows); r < (long)(row + 1) * Rows / rows; r++)
            for (int c = (int)((long)column * Columns / columns); c < (long)(column + 1) * Columns / columns; c++)
                if (float.IsNaN(peak) || Math.Abs(_values[r * Columns + c]) > Math.Abs(peak)) peak = _values[r * Columns + c];
        return peak;
    }

    private void DrawBar(SvgCanvas canvas, Field bar, Axis colors, List<Tick> ticks, ValueRange range)
    {
        float[] shades = new float[64];
        for (int i = 0; i < shades.Length; i++) shades[i] = (float)(colors.High + (colors.Low - colors.High) * (i + 0.5) / shades.Length);
        canvas.Image(bar.X, bar.Y, bar.Width, bar.Height, Picture.FromValues(shades.Length, 1, shades, range with { HasNaN = false }, Map));
        canvas.Box(bar.X, bar.Y, bar.Width, bar.Height, "frame");
        foreach (Tick tick in ticks)
        {
            double at = bar.Bottom - colors.Position(tick.Value) * bar.Height;
            canvas.Line(bar.Right, at, bar.Right + 4, at, "axis");
            canvas.Text(bar.Right + 6, at + 4, tick.Label, 11, Anchor.Start, "soft");
        }
    }
}
