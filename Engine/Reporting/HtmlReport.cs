using System.Text;

namespace Engine.Reporting;

/// <summary>A report in one HTML file that needs nothing else: no network, no script, no font. Readable in light and dark, on wide and
/// narrow screens; the same calls give the same bytes.</summary>
/// <remarks>All text is taken as text, never as markup. What is added stands below what was there.</remarks>
public sealed class HtmlReport
{
    /// <summary>Width of the second drawing of a plot, for narrow screens: 400 pixels less margins and a scroll bar.</summary>
    private const int Narrow = 344;

    private readonly StringBuilder _body = new();
    private readonly List<(int Level, string Title)> _sections = [];

    /// <summary>Makes an empty report.</summary>
    /// <param name="title">What stands at its top.</param>
    /// <param name="subtitle">A line below it; the place for a date, which is not added otherwise.</param>
    public HtmlReport(string title, string subtitle = "")
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(subtitle);
        (Title, Subtitle) = (title, subtitle);
    }

    /// <summary>What stands at its top.</summary>
    public string Title { get; }

    /// <summary>A line below the title.</summary>
    public string Subtitle { get; }

    /// <summary>Begins a section, listed in the table of contents.</summary>
    /// <param name="title">Its heading.</param>
    public HtmlReport Section(string title) => Heading(2, title);

    /// <summary>Begins a part of a section, listed in the table of contents.</summary>
    /// <param name="title">Its heading.</param>
    public HtmlReport Subsection(string title) => Heading(3, title);

    /// <summary>Adds running text.</summary>
    /// <param name="text">One paragraph.</param>
    public HtmlReport Paragraph(string text) => Element("p", text);

    /// <summary>Adds text whose spaces and line ends count.</summary>
    /// <param name="text">One line or more.</param>
    public HtmlReport Preformatted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _body.Append("<div class=\"scroll\" tabindex=\"0\"><pre>").AppendEscaped(text).Append("</pre></div>\n");
        return this;
    }

    /// <summary>Adds a list of points.</summary>
    /// <param name="items">One text a point.</param>
    public HtmlReport Bullets(params IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        _body.Append("<ul>\n");
        foreach (string item in items) Element("li", item);
        _body.Append("</ul>\n");
        return this;
    }

    /// <summary>Adds a table; columns of numbers are set to the right. A wide one scrolls by itself.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">As many cells a row as there are columns.</param>
    /// <param name="caption">A line below it.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells.</exception>
    public HtmlReport Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(caption);
        _body.Append("<figure>\n").AppendTable(header, rows);
        return EndFigure(caption);
    }

    /// <summary>Adds a plot, drawn twice: for wide screens and for narrow ones, of which only one is shown.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="caption">A line below it.</param>
    public HtmlReport Figure(Plot plot, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(plot);
        ArgumentNullException.ThrowIfNull(caption);
        string screens = plot.PreferredWidth > 720 ? "large" : "medium";
        _body.Append("<figure>\n<div class=\"on-").Append(screens).Append("\">").Append(plot.ToElement(plot.PreferredWidth)).Append("</div>\n");
        _body.Append("<div class=\"below-").Append(screens).Append("\">").Append(plot.ToElement(Narrow)).Append("</div>\n");
        return EndFigure(caption);
    }

    /// <summary>The whole file.</summary>
    public string ToHtml()
    {
        StringBuilder html = new("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Append("<title>").AppendEscaped(Title).Append("</title>\n<style>\n").Append(ReportStyle.Page).Append(Theme.PlotStyle).Append("</style>\n</head>\n<body>\n<main>\n");
        html.Append("<h1>").AppendEscaped(Title).Append("</h1>\n");
        if (Subtitle.Length > 0) html.Append("<p class=\"subtitle\">").AppendEscaped(Subtitle).Append("</p>\n");
        AppendContents(html);
        return html.Append(_body).Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Writes <see cref="ToHtml"/> into a file, all of it or nothing.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="IOException">Writing failed; see <see cref="AtomicFile.Write"/>.</exception>
    public void Save(string path) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(ToHtml()));

    private HtmlReport Heading(int level, string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        _sections.Add((level, title));
        _body.Append("<h").Append(level).Append(" id=\"s").Append(_sections.Count).Append("\">").AppendEscaped(title).Append("</h").Append(level).Append(">\n");
        return this;
    }

    private HtmlReport Element(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _body.Append('<').Append(name).Append('>').AppendEscaped(text).Append("</").Append(name).Append(">\n");
        return this;
    }

    private HtmlReport EndFigure(string caption)
    {
        if (caption.Length > 0) Element("figcaption", caption);
        _body.Append("</figure>\n");
        return this;
    }

    private void AppendContents(StringBuilder html)
    {
        if (_sections.Count < 2) return;
        html.Append("<nav aria-label=\"Contents\">\n<ul>\n");
        for (int i = 0; i < _sections.Count; i++)
            html.Append(_sections[i].Level > 2 ? "<li class=\"part\">" : "<li>").Append("<a href=\"#s").Append(i + 1).Append("\">")
                .AppendEscaped(_sections[i].Title).Append("</a></li>\n");
        html.Append("</ul>\n</nav>\n");
    }
}
