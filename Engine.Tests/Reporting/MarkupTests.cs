using System.Globalization;
using System.Xml.Linq;
using Engine.Reporting;

namespace Engine.Tests.Reporting;

[TestFixture]
internal sealed class MarkupTests
{
    [TestCase("a < b & c > d", "a &lt; b &amp; c &gt; d")]
    [TestCase("\"it's\"", "&quot;it&#39;s&quot;")]
    [TestCase("&lt;", "&amp;lt;")]
    [TestCase("\0\u0001\u001f\u007f\u0085\ufffe\uffff", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd")]
    [TestCase("\ud83d\ude00\u00c4\r\n\t", "\ud83d\ude00\u00c4\n\t")]
    public void Text_stays_text_and_is_always_valid_xml(string text, string expected)
    {
        Assert.That(Markup.Escape(text), Is.EqualTo(expected));
        Assert.That(() => XDocument.Parse($"<a b=\"{Markup.Escape(text)}\">{Markup.Escape(text)}</a>"), Throws.Nothing);
    }

    [Test]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.That(Markup.Escape(string.Concat("a", (char)0xD800, "b", (char)0xDC00)), Is.EqualTo("a\ufffdb\ufffd"));

    [TestCase(0, "0"), TestCase(0.0231, "0.0231"), TestCase(0.00009999, "1e-4"), TestCase(9.1201e-3, "0.00912"), TestCase(1234.5, "1234"), TestCase(60000, "60000")]
    [TestCase(2.3e-7, "2.3e-7"), TestCase(-1.7976931348623157e308, "-1.8e308"), TestCase(4.94065645841247E-324, "4.94e-324"), TestCase(9999999, "9999999"), TestCase(1e7, "1e7")]
    [TestCase(double.NaN, "NaN"), TestCase(double.PositiveInfinity, "\u221E"), TestCase(double.NegativeInfinity, "-\u221E"), TestCase(-0.0, "0")]
    public void A_number_has_three_digits_and_an_exponent_only_where_needed(double value, string expected) => Assert.That(Markup.Significant(value), Is.EqualTo(expected));

    [Test]
    public void A_culture_with_commas_changes_nothing()
    {
        string before = Gallery.Report().ToHtml();
        CultureInfo usual = CultureInfo.CurrentCulture, other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NegativeSign = "minus";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.That(1.5.ToString(), Is.EqualTo("1,5")); // the culture is in force
            Assert.That(Gallery.Report().ToHtml(), Is.EqualTo(before));
        }
        finally
        {
            CultureInfo.CurrentCulture = usual;
        }
    }

    [TestCase("word", 12, 100, "word")]
    [TestCase("a rather long text", 12, 60, "a rathe…")]
    [TestCase("anything", 12, 1, "…")]
    public void Text_without_room_ends_in_an_ellipsis(string text, double size, double width, string expected)
    {
        string fitted = TextWidth.Fit(text, size, width);
        Assert.That(fitted, Is.EqualTo(expected));
        if (width > 20) Assert.That(TextWidth.Measure(fitted, size), Is.LessThanOrEqualTo(width));
    }

    [Test]
    public void Lines_break_at_spaces_and_only_the_last_allowed_one_is_cut()
    {
        Assert.That(TextWidth.Wrap("one two three four five six seven", 12, 70, atMost: 3), Is.EqualTo(new[] { "one two", "three four", "five six s…" }));
        Assert.That(TextWidth.Wrap("  ", 12, 60, atMost: 3), Is.Empty);
    }

    [Test]
    public void Colours_stand_out_from_their_paper([Values] bool isDark)
    {
        string[] schemes = Theme.PlotStyle.Split("@media (prefers-color-scheme:dark){"); // first the light ones, then what differs in the dark
        string style = schemes[isDark ? 1 : 0];
        double paper = Light(Value(style, ".paper{fill:"));
        Assert.That(Contrast(Light(Value(style, ".plot text{fill:")), paper), Is.GreaterThan(7));
        Assert.That(Contrast(Light(Value(style, "text.soft{fill:")), paper), Is.GreaterThan(4.5));
        for (int i = 0; i < Theme.Colors; i++) Assert.That(Contrast(Light(Value(style, $".c{i}{{stroke:")), paper), Is.GreaterThan(3), $"line {i}");
    }

    /// <summary>The colour after a text, of three or six digits.</summary>
    private static string Value(string style, string before)
    {
        string digits = style[(style.IndexOf(before, StringComparison.Ordinal) + before.Length + 1)..].Split('}')[0];
        return digits.Length == 3 ? string.Concat(digits.Select(digit => new string(digit, 2))) : digits;
    }

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

    /// <summary>WCAG 2's relative luminance.</summary>
    private static double Light(string rgb)
    {
        double[] weights = [0.2126, 0.7152, 0.0722];
        return weights.Select((weight, i) => weight * Linear(Convert.ToByte(rgb.Substring(2 * i, 2), 16) / 255.0)).Sum();
    }

    private static double Linear(double x) => x <= 0.04045 ? x / 12.92 : Math.Pow((x + 0.055) / 1.055, 2.4);
}
