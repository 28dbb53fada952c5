using System.Text;

namespace Engine.Reporting;

/// <summary>Lines over a common axis, in one pane or in several side by side.</summary>
/// <remarks>Panes stand in as many columns as the width has room for. A line of any length is drawn with at most four points to a
/// column of pixels, the first, lowest, highest and last there: no peak is lost.</remarks>
public sealed class LinePlot : Plot
{
    private const double LeastPane = 300, Gap = 20;
    private readonly List<Pane> _panes = [];

    /// <summary>Makes a plot without panes.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    public LinePlot(string title) : base(title)
    {
    }

    /// <summary>The panes, in the order of reading.</summary>
    public IReadOnlyList<Pane> Panes => _panes;

    private protected override int UsualWidth => _panes.Count > 2 ? 1000 : 720;

    /// <summary>Adds a pane, to which lines are added.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="xTitle">What the horizontal axis counts.</param>
    /// <param name="yTitle">What the vertical axis counts.</param>
    /// <param name="isLogX">Whether steps to the right are factors.</param>
    /// <param name="isLogY">Whether steps upward are factors.</param>
    public Pane AddPane(string title = "", string xTitle = "", string yTitle = "", bool isLogX = false, bool isLogY = false)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xTitle);
        ArgumentNullException.ThrowIfNull(yTitle);
        Pane pane = new(title, xTitle, yTitle, isLogX, isLogY);
        _panes.Add(pane);
        return pane;
    }

    private protected override double Draw(SvgCanvas canvas, double top)
    {
        if (_panes.Count == 0) return DrawNothing(canvas, top);
        int columns = Math.Clamp((int)((canvas.Width + Gap) / (LeastPane + Gap)), 1, _panes.Count);
        double width = (canvas.Width - Gap * (columns - 1)) / columns;
        foreach (Pane[] row in _panes.Chunk(columns))
        {
            PaneDrawing[] drawings = [.. row.Select(pane => new PaneDrawing(pane, width))];
            double head = drawings.Max(drawing => drawing.HeadHeight), bottom = top;
            for (int i = 0; i < drawings.Length; i++) bottom = Math.Max(bottom, drawings[i].Draw(canvas, i * (width + Gap), top, head));
            top = bottom + 8;
        }
        return top;
    }

    private protected override string Describe()
    {
        StringBuilder text = new(_panes.Count == 0 ? "No data." : "Line plot.");
        foreach (Pane pane in _panes)
        {
            string name = pane.Title.Length > 0 ? pane.Title : pane.YTitle;
            if (name.Length > 0) text.Append(' ').Append(name).Append(pane.XTitle.Length > 0 ? $" over {pane.XTitle}:" : ":");
            if (pane.Lines.Count == 0) text.Append(" no lines.");
            foreach (Series series in pane.Lines) text.Append(' ').Append(Describe(pane, series));
            foreach (Mark mark in pane.Marks) text.Append(' ').Append(mark.Name).Append(" at ").Append(Markup.Significant(mark.X)).Append('.');
        }
        return text.ToString();
    }

    private static string Describe(Pane pane, Series series)
    {
        double[] drawn = [.. series.Y.Where((y, i) => pane.IsDrawn(series.X[i], y))];
        string text = series.Name.Length > 0 ? $"{series.Name}, {drawn.Length} points" : $"{drawn.Length} points";
        if (drawn.Length > 0)
            text += $", from {Markup.Significant(drawn[0])} to {Markup.Significant(drawn[^1])}, lowest {Markup.Significant(drawn.Min())}, highest {Markup.Significant(drawn.Max())}";
        int left = series.Y.Length - drawn.Length;
        return left == 0 ? $"{text}." : $"{text}; {left} left out.";
    }
}
