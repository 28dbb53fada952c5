using System.Text;

namespace Engine.Reporting;

/// <summary>How wide text will be, without a font at hand: from above, by the widest of the usual sans-serif fonts.</summary>
internal static class TextWidth
{
    /// <summary>Hundredths of an em of U+0020 to U+007E: DejaVu Sans, as wide as Verdana; where Arial is wider, Arial.</summary>
    private static ReadOnlySpan<byte> Ascii =>
    [
        32, 41, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56,
        102, 69, 69, 73, 77, 67, 61, 78, 76, 30, 50, 67, 56, 87, 75, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 39, 34, 39, 84, 56,
        50, 62, 64, 56, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
    ];

    /// <summary>Pixels, for a font size in pixels.</summary>
    public static double Measure(string text, double size, bool isBold = false)
    {
        double sum = 0;
        foreach (Rune rune in text.EnumerateRunes()) sum += Ems(rune);
        return sum * size * (isBold ? 1.12 : 1);
    }

    /// <summary>The text, or as much of its beginning as has room, with an ellipsis.</summary>
    public static string Fit(string text, double size, double width, bool isBold = false)
    {
        if (Measure(text, size, isBold) <= width) return text;
        double room = width - Measure("\u2026", size, isBold);
        StringBuilder kept = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= Ems(rune) * size * (isBold ? 1.12 : 1);
            if (room < 0) break;
            kept.Append(rune.ToString());
        }
        return kept.ToString().TrimEnd() + "\u2026";
    }

    /// <summary>Lines no wider than so much, broken at spaces; the last one is cut where there are more than allowed.</summary>
    public static List<string> Wrap(string text, double size, double width, int atMost, bool isBold = false)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length == 0 || lines.Count == atMost - 1 || Measure(longer, size, isBold) <= width) line = longer;
            else (_, line) = (Keep(line), word);
        }
        if (line.Length > 0) Keep(line);
        return lines;

        bool Keep(string whole)
        {
            lines.Add(Fit(whole, size, width, isBold));
            return true;
        }
    }

    private static double Ems(Rune rune) => rune.Value switch
    {
        < 0x20 => 1, // shown as U+FFFD
        < 0x7F => Ascii[rune.Value - 0x20] / 100.0,
        < 0xA0 => 1,
        < 0x300 => 0.8,
        < 0x370 => 0.3, // mostly combining; some fonts give them a place of their own
        < 0x600 => 0.85,
        <= 0xFFFF => 1.05,
        _ => 1.4,
    };
}
