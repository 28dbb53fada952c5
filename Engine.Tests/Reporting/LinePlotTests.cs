using System.Text.RegularExpressions;
using System.Xml.Linq;
using Engine.Reporting;

namespace Engine.Tests.Reporting;

[TestFixture]
internal sealed partial class LinePlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Test]
    public void A_plot_of_three_points_is_exactly_this()
    {
        LinePlot plot = new("T");
        plot.AddPane(xTitle: "batch", yTitle: "loss").Add("train", [2, 1, 0]);
        string svg = plot.ToSvg(200);
        string style = svg[svg.IndexOf("<style>", StringComparison.Ordinal)..(svg.IndexOf("</style>", StringComparison.Ordinal) + 9)];
        // field: 8 + 18 for the title + 17.6 for "0.0" + 6 = 49.6 from the left; -0.08 to 2.08 upright, so 2 is at 56 + 170 x 0.08 / 2.16
        Assert.That(svg.Replace(style, ""), Is.EqualTo("""
            <svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" width="200" height="273" viewBox="0 0 200 273">
            <title>T</title>
            <desc>Line plot. loss over batch: train, 3 points, from 2 to 0, lowest 0, highest 2.</desc>
            <rect class="paper" width="100%" height="100%"/>
            <text x="8" y="20" font-size="15" class="bold">T</text>
            <line x1="8" y1="38" x2="26" y2="38" class="curve c0"/>
            <text x="31" y="42" font-size="12">train</text>
            <line x1="49.6" y1="219.7" x2="192" y2="219.7" class="grid"/>
            <text x="43.6" y="223.7" font-size="11" text-anchor="end" class="soft">0.0</text>
            <line x1="49.6" y1="180.35" x2="192" y2="180.35" class="grid"/>
            <text x="43.6" y="184.35" font-size="11" text-anchor="end" class="soft">0.5</text>
            <line x1="49.6" y1="141" x2="192" y2="141" class="grid"/>
            <text x="43.6" y="145" font-size="11" text-anchor="end" class="soft">1.0</text>
            <line x1="49.6" y1="101.65" x2="192" y2="101.65" class="grid"/>
            <text x="43.6" y="105.65" font-size="11" text-anchor="end" class="soft">1.5</text>
            <line x1="49.6" y1="62.3" x2="192" y2="62.3" class="grid"/>
            <text x="43.6" y="66.3" font-size="11" text-anchor="end" class="soft">2.0</text>
            <text x="18" y="141" font-size="12" text-anchor="middle" transform="rotate(-90 18 141)">loss</text>
            <line x1="49.6" y1="56" x2="49.6" y2="226" class="grid"/>
            <text x="49.6" y="242" font-size="11" text-anchor="middle" class="soft">0</text>
            <line x1="120.8" y1="56" x2="120.8" y2="226" class="grid"/>
            <text x="120.8" y="242" font-size="11" text-anchor="middle" class="soft">1</text>
            <line x1="192" y1="56" x2="192" y2="226" class="grid"/>
            <text x="192" y="242" font-size="11" text-anchor="middle" class="soft">2</text>
            <text x="120.8" y="260" font-size="12" text-anchor="middle">batch</text>
            <rect x="49.6" y="56" width="142.4" height="170" class="frame"/>
            <path d="M49.6 62.3L120.8 141L192 219.7" class="curve c0"/>
            <path d="M49.6 62.3h0M120.8 141h0M192 219.7h0" class="dots c0"/>
            </svg>
            """ + "\n"));
    }

    [Test]
    public void Every_figure_is_well_formed_and_the_same_each_time()
    {
        foreach (((string name, Plot plot), (_, Plot again)) in Gallery.Plots().Zip(Gallery.Plots()))
        {
            string svg = plot.ToSvg();
            XElement root = XDocument.Parse(svg).Root!;
            Assert.That(root.Name, Is.EqualTo(Svg + "svg"));
            Assert.That((string?)root.Element(Svg + "title"), Is.Not.Empty, name);
            Assert.That((string?)root.Element(Svg + "desc"), Is.Not.Empty, name);
            Assert.That(svg, Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("\u221E"), name);
            Assert.That(again.ToSvg(), Is.EqualTo(svg), name);
        }
    }

    [Test]
    public void A_hundred_thousand_points_become_four_a_pixel_and_no_peak_is_lost()
    {
        double[] y = [.. Enumerable.Range(0, 100_000).Select(i => Math.Sin(i * 0.01))];
        (y[12_345], y[77_777]) = (9, -9);
        LinePlot plot = new("");
        plot.AddPane().Add("", y);
        List<(double X, double Y)> points = Points(plot.ToSvg(), "curve c0");
        (double left, double width, double top, double height) = Frame(plot.ToSvg());
        Assert.That(points, Has.Count.LessThanOrEqualTo(4 * (width + 2)));
        Assert.That(points.MinBy(p => p.Y).X, Is.EqualTo(left + 12_345 / 99_999.0 * width).Within(0.1));
        Assert.That(points.MaxBy(p => p.Y).X, Is.EqualTo(left + 77_777 / 99_999.0 * width).Within(0.1));
        Assert.That(points.Min(p => p.Y), Is.EqualTo(top + height * 0.04 / 1.08).Within(0.1), "the margin is 4 % of the range");
        Assert.That(plot.ToSvg(), Has.Length.LessThan(60_000));
    }

    [Test]
    public void Few_points_are_all_drawn_where_they_belong()
    {
        LinePlot plot = new("");
        plot.AddPane().Add("", [0.5, 1, 2, 4.5], [1, -1, 3, 0.25]);
        (double left, double width, double top, double height) = Frame(plot.ToSvg());
        (double X, double Y)[] expected = [.. new (double X, double Y)[] { (0.5, 1), (1, -1), (2, 3), (4.5, 0.25) }
            .Select(p => (left + (p.X - 0.5) / 4 * width, top + height * (0.04 + (3 - p.Y) / 4) / 1.08))];
        List<(double X, double Y)> points = Points(plot.ToSvg(), "curve c0");
        Assert.That(points, Has.Count.EqualTo(4));
        for (int i = 0; i < 4; i++)
            Assert.That((Math.Abs(points[i].X - expected[i].X), Math.Abs(points[i].Y - expected[i].Y)), Is.LessThan((0.06, 0.06)).Using<(double X, double Y)>((a, b) => a.X < b.X && a.Y < b.Y ? -1 : 1));
        Assert.That(Points(plot.ToSvg(), "dots c0"), Is.EqualTo(points));
    }

    [Test]
    public void What_is_not_finite_is_a_gap_and_a_point_alone_is_a_dot()
    {
        double[] y = [.. Enumerable.Range(0, 30).Select(i => (double)i)];
        (y[10], y[12], y[20]) = (double.NaN, double.PositiveInfinity, double.NegativeInfinity); // 0-9, 11 alone, 13-19, 21-29
        LinePlot plot = new("");
        plot.AddPane().Add("y", y);
        string svg = plot.ToSvg();
        Assert.That(Path(svg, "curve c0").Split('M'), Has.Length.EqualTo(4)); // before the first M nothing
        Assert.That(Points(svg, "dots c0"), Has.Count.EqualTo(1));
        Assert.That(svg, Does.Contain("y, 27 points, from 0 to 29, lowest 0, highest 29; 3 left out."));
    }

    [Test]
    public void Marks_are_named_with_their_values_and_lie_within_the_axis()
    {
        LinePlot plot = new("");
        plot.AddPane(xTitle: "rate", isLogX: true).Add("", [1e-3, 1e-1], [1, 2]).AddMark("valley", 1e-4).AddMark("nowhere", -1);
        string svg = plot.ToSvg();
        (double left, double width, _, _) = Frame(svg);
        Assert.That(svg, Does.Contain(">valley 0.0001</text>").And.Contain(">nowhere -1</text>"));
        XElement mark = XDocument.Parse(svg).Descendants(Svg + "line").Last();
        Assert.That(((string)mark.Attribute("class")!, (double)mark.Attribute("x1")!), Is.EqualTo(("mark m0 c1", left)));
        Assert.That(Points(svg, "curve c0")[0].X, Is.EqualTo(left + width / 3).Within(0.06));
    }

    [Test]
    public void Panes_stand_side_by_side_as_far_as_there_is_room()
    {
        LinePlot plot = new("");
        for (int i = 0; i < 3; i++) plot.AddPane($"pane {i}").Add("", [1, 2]);
        Assert.That(Tops(1000).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Tops(700).Distinct().Count(), Is.EqualTo(2));
        Assert.That(Tops(400).Distinct().Count(), Is.EqualTo(3));

        List<string> Tops(int width) => [.. XDocument.Parse(plot.ToSvg(width)).Descendants(Svg + "rect").Where(r => (string?)r.Attribute("class") == "frame").Select(r => (string)r.Attribute("y")!)];
    }

    [Test]
    public void Faulty_calls_say_what_came()
    {
        LinePlot plot = new("t");
        Assert.That(() => plot.AddPane().Add("loss", [1, 2], [1, 2, 3]), Throws.ArgumentException.With.Message.StartsWith("line plot: 'loss' has 2 places but 3 heights; a point needs both."));
        Assert.That(() => plot.ToSvg(199), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("plot: the width must be 200 to 4000 pixels."));
        Assert.That(() => plot.Save(System.IO.Path.Combine(TestContext.CurrentContext.WorkDirectory, "no such folder", "x.svg")), Throws.TypeOf<DirectoryNotFoundException>());
    }

    [Test]
    public void A_saved_plot_is_the_text_in_utf8()
    {
        string path = System.IO.Path.GetTempFileName();
        Gallery.Loss().Save(path, 500);
        Assert.That(File.ReadAllText(path), Is.EqualTo(Gallery.Loss().ToSvg(500)));
        File.Delete(path);
    }

    private static string Path(string svg, string style) =>
        (string)XDocument.Parse(svg).Descendants(Svg + "path").Single(path => (string?)path.Attribute("class") == style).Attribute("d")!;

    private static List<(double X, double Y)> Points(string svg, string style) =>
        [.. Coordinates().Matches(Path(svg, style)).Select(m => (double.Parse(m.Groups[1].Value), double.Parse(m.Groups[2].Value)))];

    private static (double Left, double Width, double Top, double Height) Frame(string svg)
    {
        XElement frame = XDocument.Parse(svg).Descendants(Svg + "rect").First(r => (string?)r.Attribute("class") == "frame");
        return ((double)frame.Attribute("x")!, (double)frame.Attribute("width")!, (double)frame.Attribute("y")!, (double)frame.Attribute("height")!);
    }

    [GeneratedRegex(@"[ML](-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Coordinates();
}
