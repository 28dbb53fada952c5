namespace Engine.Reporting;

/// <summary>A field with a horizontal and an upright axis: finds the room that labels need, and draws all but what is in the field.</summary>
internal sealed class AxesFrame
{
    private const double Small = 11, Edge = 8;
    private readonly List<Tick> _xTicks, _yTicks;
    private readonly Axis _x, _y;
    private readonly string _xTitle, _yTitle;
    private readonly double _left, _right, _width, _height;

    /// <summary>Chooses ticks: as many as have room.</summary>
    /// <param name="x">Values across.</param>
    /// <param name="y">Values upright.</param>
    /// <param name="titles">Of both axes; may be empty.</param>
    /// <param name="width">Of all of it.</param>
    /// <param name="height">Of the field.</param>
    /// <param name="beside">Room wanted to the right of the field for something else.</param>
    public AxesFrame(Axis x, Axis y, (string X, string Y) titles, double width, double height, double beside = 0)
    {
        (_x, _y, _xTitle, _yTitle, _width, _height) = (x, y, titles.X, titles.Y, width, height);
        _yTicks = IsEmpty ? [] : Ticks.Of(y, (int)(height / 32));
        _left = Edge + (_yTitle.Length > 0 ? 18 : 0) + Widest(_yTicks) + 6;
        (_xTicks, _right) = XTicks(Math.Max(Edge, beside));
    }

    /// <summary>Rows count from the top down.</summary>
    public bool IsDown { get; init; }

    /// <summary>Lines across the field at the ticks; short ones outside of it otherwise.</summary>
    public bool HasGrid { get; init; } = true;

    private bool IsEmpty => _x.IsEmpty || _y.IsEmpty;

    public static double Widest(List<Tick> ticks) => ticks.Select(tick => TextWidth.Measure(tick.Label, Small)).DefaultIfEmpty(0).Max();

    public Field FieldAt(double left, double top) => new(left + _left, top, _width - _left - _right, _height);

    /// <summary>Draws axes, labels and titles; gives the height where they end.</summary>
    public double Draw(SvgCanvas canvas, double left, Field field)
    {
        foreach (Tick tick in _yTicks)
        {
            double share = _y.Position(tick.Value) * field.Height, y = IsDown ? field.Y + share : field.Bottom - share;
            canvas.Line(HasGrid ? field.X : field.X - 4, y, HasGrid ? field.Right : field.X, y, Style(tick));
            canvas.Text(field.X - 6, y + 4, tick.Label, Small, Anchor.End, "soft");
        }
        canvas.Text(left + Edge + 10, field.Y + field.Height / 2, TextWidth.Fit(_yTitle, 12, field.Height), 12, Anchor.Middle, whole: _yTitle, isUpright: true);
        double bottom = field.Bottom + 6, free = double.NegativeInfinity;
        foreach (Tick tick in _xTicks)
        {
            double x = field.X + _x.Position(tick.Value) * field.Width, half = TextWidth.Measure(tick.Label, Small) / 2;
            canvas.Line(x, HasGrid ? field.Y : field.Bottom, x, HasGrid ? field.Bottom : field.Bottom + 4, Style(tick));
            if (tick.Label.Length == 0 || x - half < free) continue; // two labels without room, at the narrowest: the first one stays
            canvas.Text(x, field.Bottom + 16, tick.Label, Small, Anchor.Middle, "soft");
            (bottom, free) = (field.Bottom + 21, x + half + 4);
        }
        if (_xTitle.Length == 0) return bottom;
        canvas.Text(field.X + field.Width / 2, bottom + 13, TextWidth.Fit(_xTitle, 12, field.Width), 12, Anchor.Middle, whole: _xTitle);
        return bottom + 18;
    }

    private string Style(Tick tick) => !HasGrid ? "axis" : tick.Label.Length > 0 ? "grid" : "fine";

    /// <summary>The ticks across, and the room to the right of the field, which the last one's label may need.</summary>
    private (List<Tick> Ticks, double Right) XTicks(double beside)
    {
        if (IsEmpty) return ([], beside);
        for (int atMost = 12; ; atMost--)
        {
            List<Tick> ticks = Ticks.Of(_x, atMost);
            double[] widths = [.. ticks.Select(tick => TextWidth.Measure(tick.Label, Small))];
            double right = beside;
            for (int i = 0; i < ticks.Count; i++)
                right = Math.Max(right, widths[i] / 2 - (1 - _x.Position(ticks[i].Value)) * (_width - _left - beside) + 4);
            if (atMost == 2 || HaveRoom(ticks, widths, _width - _left - right)) return (ticks, right);
        }
    }

    private bool HaveRoom(List<Tick> ticks, double[] widths, double width)
    {
        double end = double.NegativeInfinity;
        for (int i = 0; i < ticks.Count; i++)
        {
            if (ticks[i].Label.Length == 0) continue;
            double at = _x.Position(ticks[i].Value) * width;
            if (at - widths[i] / 2 < end + 10) return false;
            end = at + widths[i] / 2;
        }
        return true;
    }
}
