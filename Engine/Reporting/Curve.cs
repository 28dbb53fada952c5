using System.Globalization;
using System.Text;

namespace Engine.Reporting;

/// <summary>A line as the data of two path elements: what hangs together, and points that stand alone or are few.</summary>
internal sealed class Curve
{
    private const int Few = 12; // so few points are shown as dots too

    private Curve()
    {
    }

    public StringBuilder Lines { get; } = new();

    public StringBuilder Dots { get; } = new();

    /// <summary>Walks a line and keeps, of each run of points in one column of pixels, the first, lowest, highest and last.</summary>
    public static Curve Of(Pane pane, Series series, Axis x, Axis y, Field field)
    {
        Curve curve = new();
        int drawn = 0;
        for (int i = 0; i < series.Y.Length && drawn <= Few; i++)
            if (pane.IsDrawn(series.X[i], series.Y[i])) drawn++;
        List<(double X, double Y)> stretch = []; // from one gap to the next
        for (int i = 0; i <= series.Y.Length; i++)
        {
            if (i < series.Y.Length && pane.IsDrawn(series.X[i], series.Y[i]))
            {
                stretch.Add((field.X + x.Position(series.X[i]) * field.Width, field.Bottom - y.Position(series.Y[i]) * field.Height));
                continue;
            }
            curve.Append(stretch, drawn <= Few);
            stretch.Clear();
        }
        return curve;
    }

    private void Append(List<(double X, double Y)> points, bool withDots)
    {
        if (withDots || points.Count == 1)
            foreach ((double X, double Y) point in points) Move(Dots, 'M', point).Append("h0");
        if (points.Count < 2) return;
        char command = 'M';
        for (int from = 0, to; from < points.Count; from = to)
        {
            int low = from, high = from;
            for (to = from + 1; to < points.Count && Math.Floor(points[to].X) == Math.Floor(points[from].X); to++)
            {
                if (points[to].Y > points[low].Y) low = to; // y grows downward
                if (points[to].Y < points[high].Y) high = to;
            }
            int written = -1;
            foreach (int i in (ReadOnlySpan<int>)[from, Math.Min(low, high), Math.Max(low, high), to - 1])
            {
                if (i == written) continue;
                Move(Lines, command, points[i]);
                (command, written) = ('L', i);
            }
        }
    }

    private static StringBuilder Move(StringBuilder path, char command, (double X, double Y) point) =>
        path.Append(command).Append(CultureInfo.InvariantCulture, $"{Math.Round(point.X, 1):0.#} {Math.Round(point.Y, 1):0.#}");
}
