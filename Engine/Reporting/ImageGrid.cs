using System.Globalization;

namespace Engine.Reporting;

/// <summary>Small images in rows, with lines of text below each: batches with their labels, top losses, kernels, feature maps.</summary>
public sealed class ImageGrid : Plot
{
    private const double Small = 11, Line = 15, Gap = 12, Edge = 8, MostText = 140;
    private readonly List<(Picture Picture, string[] Captions)> _cells = [];

    /// <summary>Makes an empty grid.</summary>
    /// <param name="title">What stands above it; may be empty.</param>
    public ImageGrid(string title) : base(title)
    {
    }

    /// <summary>Number of columns where there is room for them; 0 for as many as there is room for.</summary>
    public int Columns { get; init; }

    /// <summary>Length of an image's longer side, pixels.</summary>
    public int CellSize { get; init; } = 96;

    /// <summary>Number of images.</summary>
    public int Count => _cells.Count;

    /// <summary>Grids of numbers as small images: kernels or feature maps.</summary>
    /// <param name="title">What stands above them.</param>
    /// <param name="maps">[height, width] each; they may differ.</param>
    /// <param name="captions">A line below each; numbers from 0 where not given.</param>
    /// <param name="scale">Which values get the first and the last colour.</param>
    /// <param name="map">The colours.</param>
    /// <param name="isShared">One scale for all; otherwise each has its own.</param>
    /// <exception cref="ArgumentException">Not as many captions as maps, or a map without rows or columns.</exception>
    public static ImageGrid OfMaps(string title, IReadOnlyList<float[,]> maps, IReadOnlyList<string>? captions = null,
        PixelScale scale = PixelScale.MinMax, ColorMap map = ColorMap.Gray, bool isShared = false)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (captions is not null && captions.Count != maps.Count)
            throw new ArgumentException($"image grid: {maps.Count} maps but {captions.Count} captions.", nameof(captions));
        ImageGrid grid = new(title) { CellSize = Math.Clamp(maps.Select(one => Math.Max(one.GetLength(0), one.GetLength(1))).DefaultIfEmpty(0).Max() * 2, 48, 96) };
        float[][] all = [.. maps.Select(one => one.Cast<float>().ToArray())];
        ValueRange shared = ValueRange.Of([.. all.SelectMany(values => values)], scale);
        for (int i = 0; i < all.Length; i++)
        {
            Picture picture = Picture.FromValues(maps[i].GetLength(0), maps[i].GetLength(1), all[i], isShared ? shared : ValueRange.Of(all[i], scale), map);
            grid.Add(picture, captions?[i] ?? i.ToString(CultureInfo.InvariantCulture));
        }
        return grid;
    }

    /// <summary>Adds an image.</summary>
    /// <param name="picture">The image.</param>
    /// <param name="captions">Lines below it.</param>
    public ImageGrid Add(Picture picture, params string[] captions)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(captions);
        _cells.Add((picture, [.. captions]));
        return this;
    }

    private protected override double Draw(SvgCanvas canvas, double top)
    {
        if (_cells.Count == 0) return DrawNothing(canvas, top, "no images");
        double room = canvas.Width - 2 * Edge;
        double side = Math.Min(Math.Clamp(CellSize, 8, 1000), room);
        double text = _cells.Max(cell => cell.Captions.Select(line => TextWidth.Measure(line, Small)).DefaultIfEmpty(0).Max());
        double column = Columns > 0 ? (room + Gap) / Columns - Gap : 0; // what is wider is broken into lines
        double width = Math.Min(Math.Max(side, Math.Min(text, column >= side ? Math.Min(column, MostText) : MostText)), room);
        int columns = Math.Max(1, (int)((room + Gap) / (width + Gap)));
        if (Columns > 0) columns = Math.Min(columns, Columns);
        foreach ((Picture, string[])[] row in _cells.Chunk(columns)) top = DrawRow(canvas, row, top, width, side);
        return top;
    }

    private protected override string Describe()
    {
        string text = $"{_cells.Count} images.";
        for (int i = 0; i < Math.Min(_cells.Count, 64); i++)
            if (_cells[i].Captions.Length > 0) text += $" {i + 1}: {string.Join(", ", _cells[i].Captions)}.";
        return text;
    }

    private static double DrawRow(SvgCanvas canvas, (Picture Picture, string[] Captions)[] row, double top, double width, double side)
    {
        double tallest = row.Max(cell => Size(cell.Picture, side).Height), below = top + tallest;
        for (int i = 0; i < row.Length; i++)
        {
            (Picture picture, string[] captions) = row[i];
            (double w, double h) = Size(picture, side);
            double middle = Edge + i * (width + Gap) + width / 2;
            canvas.Image(middle - w / 2, top + tallest - h, w, h, picture);
            canvas.Box(middle - w / 2, top + tallest - h, w, h, "frame");
            double y = top + tallest;
            for (int caption = 0; caption < captions.Length; caption++)
                foreach (string line in TextWidth.Wrap(captions[caption], Small, width, atMost: 3))
                    canvas.Text(middle, y += Line, line, Small, Anchor.Middle, caption == 0 ? "" : "soft", line.EndsWith('\u2026') ? captions[caption] : line);
            below = Math.Max(below, y + 4);
        }
        return below + Gap;
    }

    private static (double Width, double Height) Size(Picture picture, double side)
    {
        double scale = side / Math.Max(picture.Width, picture.Height);
        return (Math.Max(1, picture.Width * scale), Math.Max(1, picture.Height * scale));
    }
}
