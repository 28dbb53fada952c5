namespace Engine.Reporting;

/// <summary>Places and draws one pane: its head (title and legend), its axes and its lines.</summary>
internal sealed class PaneDrawing
{
    private const double Edge = 8;
    private readonly Pane _pane;
    private readonly Legend _legend;
    private readonly Axis _x, _y;
    private readonly AxesFrame _frame;
    private readonly List<string> _title;

    public PaneDrawing(Pane pane, double width)
    {
        (_pane, _x, _y) = (pane, pane.XAxis(), pane.YAxis());
        _title = TextWidth.Wrap(pane.Title, 13, width - 2 * Edge, atMost: 2, isBold: true);
        _legend = new Legend(pane, width - 2 * Edge);
        _frame = new AxesFrame(_x, _y, (pane.XTitle, pane.YTitle), width, height: Math.Round(Math.Clamp(width * 0.55, 170, 340)));
    }

    /// <summary>Height of title and legend.</summary>
    public double HeadHeight => 18 * _title.Count + _legend.Height + 8;

    /// <summary>Draws it; gives the height where it ends.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="left">Its left edge.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="head">Room for title and legend, at least its own <see cref="HeadHeight"/>.</param>
    public double Draw(SvgCanvas canvas, double left, double top, double head)
    {
        for (int i = 0; i < _title.Count; i++) canvas.Text(left + Edge, top + 13 + 18 * i, _title[i], 13, style: "bold");
        _legend.Draw(canvas, left + Edge, top + 18 * _title.Count);
        Field field = _frame.FieldAt(left, top + head);
        double bottom = _frame.Draw(canvas, left, field);
        canvas.Box(field.X, field.Y, field.Width, field.Height, "frame");
        if (_x.IsEmpty || _y.IsEmpty) canvas.Text(field.X + field.Width / 2, field.Y + field.Height / 2 + 4, "no data", 13, Anchor.Middle, "soft");
        else DrawLines(canvas, field);
        return bottom;
    }

    private void DrawLines(SvgCanvas canvas, Field field)
    {
        for (int i = 0; i < _pane.Lines.Count; i++)
        {
            Curve curve = Curve.Of(_pane, _pane.Lines[i], _x, _y, field);
            canvas.Path(curve.Lines, $"curve {Theme.Stroke(i)}");
            canvas.Path(curve.Dots, $"dots {Theme.Stroke(i % Theme.Colors)}");
        }
        for (int i = 0; i < _pane.Marks.Count; i++)
        {
            if (!Axis.Takes(_pane.Marks[i].X, _pane.IsLogX)) continue;
            double x = field.X + _x.Position(_pane.Marks[i].X) * field.Width;
            canvas.Line(x, field.Y, x, field.Bottom, Theme.Mark(i, _pane.Lines.Count));
        }
    }
}
