namespace Engine.Reporting;

/// <summary>Names of the lines and marks of a pane, in rows above its field.</summary>
internal sealed class Legend
{
    private const double Size = 12, Sample = 18, RowHeight = 18;
    private readonly List<(double X, int Row, string Text, string Whole, string Style)> _entries = [];

    public Legend(Pane pane, double width)
    {
        List<(string Name, string Style)> names =
        [
            .. pane.Lines.Select((series, i) => (series.Name, $"curve {Theme.Stroke(i)}")).Where(entry => entry.Name.Length > 0),
            .. pane.Marks.Select((mark, i) => ($"{mark.Name} {Markup.Significant(mark.X)}", Theme.Mark(i, pane.Lines.Count))),
        ];
        double x = 0;
        int row = 0;
        foreach ((string name, string style) in names)
        {
            string text = TextWidth.Fit(name, Size, width - Sample - 5);
            double wide = Sample + 5 + TextWidth.Measure(text, Size);
            if (x > 0 && x + wide > width) (x, row) = (0, row + 1);
            _entries.Add((x, row, text, name, style));
            x += wide + 14;
        }
        Height = names.Count == 0 ? 0 : (row + 1) * RowHeight;
    }

    public double Height { get; }

    public void Draw(SvgCanvas canvas, double left, double top)
    {
        foreach ((double x, int row, string text, string whole, string style) in _entries)
        {
            double y = top + row * RowHeight + 12;
            canvas.Line(left + x, y - 4, left + x + Sample, y - 4, style);
            canvas.Text(left + x + Sample + 5, y, text, Size, whole: whole);
        }
    }
}
