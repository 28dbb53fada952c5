using System.Text;

namespace Engine.Reporting;

/// <summary>A picture of numbers as SVG: text that any browser shows, readable on light and dark, without a file or a font beside it.</summary>
public abstract class Plot
{
    internal const int Narrowest = 200, Widest = 4000;

    private protected Plot(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
    }

    /// <summary>What stands above it; may be empty.</summary>
    public string Title { get; }

    /// <summary>The picture in words, for those who cannot see it; made from the numbers where it is not given.</summary>
    public string? Description { get; init; }

    internal int PreferredWidth => UsualWidth;

    /// <summary>Width where none is asked for, pixels.</summary>
    private protected virtual int UsualWidth => 720;

    /// <summary>The picture as an SVG document of its own. The same numbers give the same text.</summary>
    /// <param name="width">Width in pixels, 200 to 4000; 0 for the plot's usual one. The height follows.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such width.</exception>
    public string ToSvg(int width = 0) => Make(width, isDocument: true);

    /// <summary>Writes <see cref="ToSvg"/> into a file, all of it or nothing.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="width">Width in pixels; 0 for the plot's usual one.</param>
    /// <exception cref="IOException">Writing failed; see <see cref="AtomicFile.Write"/>.</exception>
    public void Save(string path, int width = 0) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(ToSvg(width)));

    /// <summary>The picture as an element of a page that holds <see cref="Theme.PlotStyle"/>.</summary>
    internal string ToElement(int width) => Make(width, isDocument: false);

    /// <summary>Says that there is nothing to see.</summary>
    private protected static double DrawNothing(SvgCanvas canvas, double top, string text = "no data")
    {
        canvas.Text(canvas.Width / 2, top + 40, text, 13, Anchor.Middle, "soft");
        return top + 64;
    }

    /// <summary>Draws everything but the title, from a height on, and gives the height where it ends.</summary>
    private protected abstract double Draw(SvgCanvas canvas, double top);

    /// <summary>What is in the picture, for <see cref="Description"/>.</summary>
    private protected abstract string Describe();

    private string Make(int width, bool isDocument)
    {
        if (width == 0) width = UsualWidth;
        if (width is < Narrowest or > Widest) throw new ArgumentOutOfRangeException(nameof(width), width, $"plot: the width must be {Narrowest} to {Widest} pixels.");
        SvgCanvas canvas = new(width);
        double top = 4;
        foreach (string line in TextWidth.Wrap(Title, 15, width - 16, atMost: 3, isBold: true))
        {
            canvas.Text(8, top + 16, line, 15, style: "bold", whole: null);
            top += 20;
        }
        canvas.Height = Math.Ceiling(Draw(canvas, top + 6));
        return canvas.ToSvg(Title.Length > 0 ? Title : "Plot", Description ?? Describe(), isDocument);
    }
}
