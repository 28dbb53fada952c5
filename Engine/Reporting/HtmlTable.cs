using System.Globalization;
using System.Text;

namespace Engine.Reporting;

/// <summary>Rows of text as an HTML table in a box that scrolls by itself.</summary>
internal static class HtmlTable
{
    public static StringBuilder AppendTable(this StringBuilder to, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(rows);
        IReadOnlyList<string>[] all = [.. rows];
        foreach (IReadOnlyList<string> row in all)
            if (row.Count != header.Count)
                throw new ArgumentException($"report table: a row has {row.Count} cells, the header {header.Count}: {string.Join(" | ", row)}.", nameof(rows));
        bool[] areNumbers = [.. header.Select((_, column) => all.Length > 0 && all.All(row => IsNumber(row[column])))];
        to.Append("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>\n");
        AppendRow(to, header, "th", areNumbers).Append("</thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in all) AppendRow(to, row, "td", areNumbers);
        return to.Append("</tbody>\n</table></div>\n");
    }

    private static StringBuilder AppendRow(StringBuilder to, IReadOnlyList<string> cells, string name, bool[] areNumbers)
    {
        to.Append("<tr>");
        for (int i = 0; i < cells.Count; i++)
            to.Append('<').Append(name).Append(areNumbers[i] ? " class=\"number\">" : ">").AppendEscaped(cells[i]).Append("</").Append(name).Append('>');
        return to.Append("</tr>\n");
    }

    /// <summary>A number, maybe with a per cent sign or a unit of up to two letters; nothing counts as one too, so that gaps do not turn a column.</summary>
    private static bool IsNumber(string cell)
    {
        string[] words = cell.Trim().Split(' ');
        if (words.Length > 2 || (words.Length == 2 && words[1].Length > 2)) return false;
        string first = words[0].TrimEnd('%', '\u00D7');
        return first is "" or "-" or "\u2013" || double.TryParse(first, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);
    }
}
