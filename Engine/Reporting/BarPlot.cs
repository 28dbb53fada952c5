namespace Engine.Reporting;

/// <summary>Bars from the left, one a line, each with its name and its number: most confused pairs, counts of classes.</summary>
public sealed class BarPlot : Plot
{
    private const double Size = 12, Row = 22, LineHeight = 15, Edge = 8;
    private readonly List<(string Label, double Value, string Text)> _bars = [];

    /// <summary>Makes an empty plot.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    public BarPlot(string title) : base(title)
    {
    }

    private protected override int UsualWidth => 600;

    /// <summary>Adds a bar below the others.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="value">Its length: finite, 0 or more.</param>
    /// <param name="text">What stands at its end; the number where not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such length.</exception>
    public BarPlot Add(string label, double value, string? text = null)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (!double.IsFinite(value) || value < 0) throw new ArgumentOutOfRangeException(nameof(value), value, $"bar plot: the bar '{label}' must be finite and 0 or more long.");
        _bars.Add((label, value, text ?? Markup.Significant(value, 6)));
        return this;
    }

    private protected override double Draw(SvgCanvas canvas, double top)
    {
        if (_bars.Count == 0) return DrawNothing(canvas, top);
        double labels = Math.Min(_bars.Max(bar => TextWidth.Measure(bar.Label, Size)), canvas.Width * 0.4);
        double texts = Math.Min(_bars.Max(bar => TextWidth.Measure(bar.Text, Size)), canvas.Width * 0.25);
        double left = Edge + labels + 8, room = canvas.Width - left - texts - 6 - Edge, longest = _bars.Max(bar => bar.Value);
        foreach ((string label, double value, string text) in _bars)
        {
            List<string> lines = TextWidth.Wrap(label, Size, labels, atMost: 3);
            double extra = LineHeight * Math.Max(0, lines.Count - 1), length = longest > 0 ? value / longest * room : 0;
            for (int i = 0; i < lines.Count; i++)
                canvas.Text(left - 8, top + 15 + LineHeight * i, lines[i], Size, Anchor.End, whole: lines[i].EndsWith('\u2026') ? label : lines[i]);
            top += extra / 2;
            canvas.Box(left, top + 3, Math.Max(length, 1), Row - 6, "c0");
            canvas.Text(left + length + 6, top + 15, TextWidth.Fit(text, Size, texts), Size, Anchor.Start, "soft", text);
            top += Row + extra / 2;
        }
        return top + 6;
    }

    private protected override string Describe() => _bars.Count == 0 ? "No data." : string.Join(" ", _bars.Select(bar => $"{bar.Label}: {bar.Text}."));
}
