using System.Text;

namespace Engine.Reporting;

/// <summary>Where a text's coordinates are in it.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Writes the elements of a picture; colours come from the classes of <see cref="Theme"/>.</summary>
internal sealed class SvgCanvas(double width)
{
    private readonly StringBuilder _body = new();

    public double Width { get; } = width;

    /// <summary>Set when all is drawn.</summary>
    public double Height { get; set; }

    /// <summary>One line of text that the caller has made to fit; what was cut off is kept as a tooltip.</summary>
    /// <param name="x">Where the anchor is.</param>
    /// <param name="y">The base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="size">Font size, pixels.</param>
    /// <param name="anchor">Which part of the text is at x.</param>
    /// <param name="style">Classes: "soft", "bold", "on-dark", "on-light".</param>
    /// <param name="whole">The text before it was cut.</param>
    /// <param name="isUpright">Turned a quarter to the left, read from below.</param>
    public void Text(double x, double y, string text, double size, Anchor anchor = Anchor.Start, string style = "", string? whole = null, bool isUpright = false)
    {
        if (text.Length == 0) return;
        _body.Append("<text");
        Pair("x", x).Pair("y", y).Pair("font-size", size);
        if (anchor != Anchor.Start) _body.Append(anchor == Anchor.Middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"");
        if (style.Length > 0) _body.Append(" class=\"").Append(style).Append('"');
        if (isUpright) _body.Append(" transform=\"rotate(-90 ").AppendNumber(x).Append(' ').AppendNumber(y).Append(")\"");
        _body.Append('>');
        if (whole is not null && whole != text) Tooltip(whole);
        _body.AppendEscaped(text).Append("</text>\n");
    }

    public void Line(double x1, double y1, double x2, double y2, string style)
    {
        _body.Append("<line");
        Pair("x1", x1).Pair("y1", y1).Pair("x2", x2).Pair("y2", y2).Class(style);
        _body.Append("/>\n");
    }

    /// <summary>A box, filled by its class or by a colour of its own.</summary>
    public void Box(double x, double y, double w, double h, string style, Color? fill = null, string? tooltip = null)
    {
        _body.Append("<rect");
        Pair("x", x).Pair("y", y).Pair("width", w).Pair("height", h).Class(style);
        if (fill is { } color) _body.Append(" fill=\"").Append(color.ToString()).Append('"');
        if (tooltip is null)
        {
            _body.Append("/>\n");
            return;
        }
        _body.Append('>');
        Tooltip(tooltip);
        _body.Append("</rect>\n");
    }

    /// <summary>A line through points, in the data of SVG's path element.</summary>
    public void Path(StringBuilder data, string style)
    {
        if (data.Length == 0) return;
        _body.Append("<path d=\"").Append(data).Append('"');
        Class(style);
        _body.Append("/>\n");
    }

    /// <summary>Pixels, stretched into a box, each a sharp rectangle.</summary>
    public void Image(double x, double y, double w, double h, Picture picture, string? tooltip = null)
    {
        _body.Append("<image");
        Pair("x", x).Pair("y", y).Pair("width", w).Pair("height", h);
        _body.Append(" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"").Append(picture.ToDataUri()).Append("\">");
        if (tooltip is not null) Tooltip(tooltip);
        _body.Append("</image>\n");
    }

    /// <summary>The whole: a document by itself, with its colours and its paper, or an element of a page that has them.</summary>
    public string ToSvg(string title, string description, bool isDocument)
    {
        StringBuilder svg = new("<svg");
        if (isDocument) svg.Append(" xmlns=\"http://www.w3.org/2000/svg\"");
        svg.Append(" class=\"plot\" role=\"img\" width=\"").AppendNumber(Width).Append("\" height=\"").AppendNumber(Height)
            .Append("\" viewBox=\"0 0 ").AppendNumber(Width).Append(' ').AppendNumber(Height).Append("\">\n");
        svg.Append("<title>").AppendEscaped(title).Append("</title>\n<desc>").AppendEscaped(description).Append("</desc>\n");
        if (isDocument) svg.Append("<style>\n").Append(Theme.PlotStyle).Append("</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        return svg.Append(_body).Append("</svg>\n").ToString();
    }

    private void Tooltip(string text) => _body.Append("<title>").AppendEscaped(text).Append("</title>");

    private SvgCanvas Pair(string name, double value)
    {
        _body.Append(' ').Append(name).Append("=\"").AppendNumber(value).Append('"');
        return this;
    }

    private void Class(string style) => _body.Append(" class=\"").Append(style).Append('"');
}
