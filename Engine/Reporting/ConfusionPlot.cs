using System.Globalization;

namespace Engine.Reporting;

/// <summary>How often each class was taken for each: a square of cells, rows the true classes, columns the predicted ones.</summary>
/// <remarks>A cell is as dark as the square root of its share of the row, so that single errors show beside a thousand hits. Counts
/// stand in the cells as long as they have room.</remarks>
public sealed class ConfusionPlot : Plot
{
    private const double Tiny = 7.5, Edge = 8, MostCell = 46, MostLabel = 130;
    private readonly string[] _classes;
    private readonly int[] _counts;

    /// <summary>Makes the plot.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="counts">[classes, classes]: row the true class, column the predicted one; copied.</param>
    /// <exception cref="ArgumentException">Not a square over the classes, or a negative count.</exception>
    public ConfusionPlot(string title, IReadOnlyList<string> classes, ReadOnlySpan<int> counts) : base(title)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if ((long)classes.Count * classes.Count != counts.Length)
            throw new ArgumentException($"confusion plot: needs [classes, classes] counts. Received: {classes.Count} classes, {counts.Length} counts.", nameof(counts));
        foreach (int count in counts)
            if (count < 0) throw new ArgumentException($"confusion plot: counts are 0 and up, got {count}.", nameof(counts));
        (_classes, _counts) = ([.. classes], counts.ToArray());
    }

    private protected override int UsualWidth => 600;

    private int Count => _classes.Length;

    private protected override double Draw(SvgCanvas canvas, double top)
    {
        if (Count == 0) return DrawNothing(canvas, top);
        double font = canvas.Width < 500 ? 10 : 11;
        double longest = Math.Min(_classes.Max(name => TextWidth.Measure(name, font)), Math.Min(MostLabel, canvas.Width * (Count > 20 ? 0.32 : 0.2)));
        double left = Edge + 18 + longest + 6, cell = Math.Min(MostCell, (canvas.Width - left - Edge) / Count);
        if (cell > 8) cell = Math.Floor(cell); // whole pixels: no seams
        double side = cell * Count;
        Field field = new(left, top + 4, side, side);
        double size = TextSize(cell);
        if (size >= Tiny) DrawCells(canvas, field, cell, size);
        else DrawPixels(canvas, field);
        canvas.Box(field.X, field.Y, side, side, "frame");
        double bottom = DrawLabels(canvas, field, cell, longest, font);
        canvas.Text(Edge + 10, field.Y + side / 2, TextWidth.Fit("actual", 12, side), 12, Anchor.Middle, isUpright: true);
        canvas.Text(Math.Max(field.X + side / 2, Edge + 40), bottom + 13, "predicted", 12, Anchor.Middle);
        return bottom + 20;
    }

    private protected override string Describe()
    {
        long total = _counts.Sum(count => (long)count), right = 0;
        for (int i = 0; i < Count; i++) right += _counts[i * Count + i];
        return $"Confusion matrix of {Count} classes: {right} of {total} items on the diagonal.";
    }

    /// <summary>The font size at which the longest count fits its cell.</summary>
    private double TextSize(double cell)
    {
        double widest = _counts.Max(count => TextWidth.Measure(Text(count), 1));
        return Math.Min(12, Math.Min((cell - 4) / widest, cell - 5));
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private void DrawCells(SvgCanvas canvas, Field field, double cell, double size)
    {
        for (int i = 0; i < Count; i++)
            for (int j = 0; j < Count; j++)
            {
                Color color = ColorMaps.At(ColorMap.Blues, Shade(i, j));
                int count = _counts[i * Count + j];
                canvas.Box(field.X + j * cell, field.Y + i * cell, cell, cell, "cell", color, $"{_classes[i]} taken for {_classes[j]}: {Text(count)}");
                if (count > 0) canvas.Text(field.X + (j + 0.5) * cell, field.Y + (i + 0.5) * cell + size * 0.36, Text(count), size, Anchor.Middle, color.IsLight ? "on-light" : "on-dark");
            }
    }

    private void DrawPixels(SvgCanvas canvas, Field field)
    {
        float[] shades = new float[Count * Count];
        for (int i = 0; i < shades.Length; i++) shades[i] = (float)Shade(i / Count, i % Count);
        canvas.Image(field.X, field.Y, field.Width, field.Height, Picture.FromValues(Count, Count, shades, PixelScale.Unit, ColorMap.Blues));
    }

    private double Shade(int row, int column)
    {
        long total = 0;
        for (int j = 0; j < Count; j++) total += _counts[row * Count + j];
        return total == 0 ? 0 : Math.Sqrt((double)_counts[row * Count + column] / total);
    }

    /// <summary>Names of rows and columns, every k-th where there is no room for all; those of columns stand upright unless all are short.</summary>
    private double DrawLabels(SvgCanvas canvas, Field field, double cell, double longest, double font)
    {
        int stride = (int)Math.Ceiling(15 / cell);
        bool areUpright = longest > cell * stride - 6;
        for (int i = 0; i < Count; i += stride)
        {
            string name = TextWidth.Fit(_classes[i], font, longest);
            double middle = (i + 0.5) * cell;
            canvas.Text(field.X - 6, field.Y + middle + 4, name, font, Anchor.End, "soft", _classes[i]);
            if (areUpright) canvas.Text(field.X + middle + 4, field.Bottom + 6, name, font, Anchor.End, "soft", _classes[i], isUpright: true);
            else canvas.Text(field.X + middle, field.Bottom + 15, name, font, Anchor.Middle, "soft", _classes[i]);
        }
        return field.Bottom + (areUpright ? longest + 10 : 20);
    }
}
