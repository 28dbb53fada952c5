using System.Globalization;
using System.Text;

namespace Engine.Reporting;

/// <summary>Text and numbers as SVG and HTML want them, the same in every culture.</summary>
internal static class Markup
{
    /// <summary>Appends text so that no parser of XML or HTML can take it for markup; characters that XML forbids become U+FFFD.</summary>
    public static StringBuilder AppendEscaped(this StringBuilder to, string text)
    {
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate comes out as U+FFFD
            switch (rune.Value)
            {
                case '&': to.Append("&amp;"); break;
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '"': to.Append("&quot;"); break;
                case '\'': to.Append("&#39;"); break;
                case '\t' or '\n': to.Append((char)rune.Value); break;
                case '\r': break; // parsers drop it anyway, or make a line feed of it
                case < ' ' or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF: to.Append('\uFFFD'); break;
                default: to.Append(rune.ToString()); break;
            }
        return to;
    }

    /// <summary>Text as <see cref="AppendEscaped"/> writes it.</summary>
    public static string Escape(string text) => new StringBuilder(text.Length).AppendEscaped(text).ToString();

    /// <summary>A coordinate, to a hundredth of a pixel.</summary>
    public static StringBuilder AppendNumber(this StringBuilder to, double value)
    {
        double rounded = Math.Round(value, 2);
        return to.Append(CultureInfo.InvariantCulture, $"{(rounded == 0 ? 0 : rounded):0.##}"); // no "-0"
    }

    /// <summary>A number for people: so many significant digits, an exponent only where it is shorter.</summary>
    public static string Significant(double value, int digits = 3)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "\u221E" : "-\u221E";
        if (value == 0) return "0";
        double size = Math.Abs(value);
        if (size is >= 1e-4 and < 1e7) return decimal.Round((decimal)value, Math.Clamp(digits - 1 - Decades.Floor(size), 0, 28)).ToString("0.############", CultureInfo.InvariantCulture);
        return Scientific(value, digits - 1);
    }

    /// <summary>"1.5e-7": so many digits after the point, without trailing zeros and without a plus.</summary>
    public static string Scientific(double value, int decimals)
    {
        string text = value.ToString($"E{Math.Clamp(decimals, 0, 16)}", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        string mantissa = text[..e];
        if (mantissa.Contains('.', StringComparison.Ordinal)) mantissa = mantissa.TrimEnd('0').TrimEnd('.');
        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent}");
    }
}
