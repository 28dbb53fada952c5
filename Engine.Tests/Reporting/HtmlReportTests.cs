using System.Text.RegularExpressions;
using Engine.Reporting;

namespace Engine.Tests.Reporting;

[TestFixture]
internal sealed partial class HtmlReportTests
{
    [Test]
    public void A_small_report_has_exactly_this_body()
    {
        HtmlReport report = new HtmlReport("R & D", "today").Section("One").Paragraph("a <b>").Subsection("Part").Bullets("x")
            .Table(["name", "n"], [["a", "1"], ["b", "2.5 %"]], "numbers").Preformatted("  p\n");
        string html = report.ToHtml();
        Assert.That(html[html.IndexOf("<body>", StringComparison.Ordinal)..], Is.EqualTo("""
            <body>
            <main>
            <h1>R &amp; D</h1>
            <p class="subtitle">today</p>
            <nav aria-label="Contents">
            <ul>
            <li><a href="#s1">One</a></li>
            <li class="part"><a href="#s2">Part</a></li>
            </ul>
            </nav>
            <h2 id="s1">One</h2>
            <p>a &lt;b&gt;</p>
            <h3 id="s2">Part</h3>
            <ul>
            <li>x</li>
            </ul>
            <figure>
            <div class="scroll" tabindex="0"><table>
            <thead>
            <tr><th>name</th><th class="number">n</th></tr>
            </thead>
            <tbody>
            <tr><td>a</td><td class="number">1</td></tr>
            <tr><td>b</td><td class="number">2.5 %</td></tr>
            </tbody>
            </table></div>
            <figcaption>numbers</figcaption>
            </figure>
            <div class="scroll" tabindex="0"><pre>  p
            </pre></div>
            </main>
            </body>
            </html>

            """));
    }

    [Test]
    public void A_report_with_everything_names_no_address_and_no_time_and_holds_no_script()
    {
        string html = Gallery.Report().ToHtml();
        Assert.That(Addresses().Matches(html).Select(match => match.Value).Distinct(), Is.Empty);
        Assert.That(html, Does.Not.Contain("<script").And.Not.Contain($"{DateTime.UtcNow.Year}-"));
        Assert.That(html, Is.EqualTo(Gallery.Report().ToHtml()));
        foreach (Match link in Links().Matches(html)) Assert.That(html, Does.Contain($" id=\"{link.Groups[1].Value}\""));
    }

    [TestCase("0.0 Conv2d", false), TestCase("64 x 8", false), TestCase("1,040", true), TestCase("-2.5e-7", true), TestCase("12 ms", true), TestCase("3\u00D7", true), TestCase("x", false), TestCase("", true)]
    public void Columns_of_numbers_are_set_to_the_right(string cell, bool isNumber) =>
        Assert.That(new HtmlReport("r").Table(["h"], [[cell]]).ToHtml().Contains("<td class=\"number\">", StringComparison.Ordinal), Is.EqualTo(isNumber));

    [Test]
    public void A_row_that_does_not_fit_the_header_is_refused() =>
        Assert.That(() => new HtmlReport("r").Table(["a", "b"], [["1", "2"], ["3"]]), Throws.ArgumentException.With.Message.StartsWith("report table: a row has 1 cells, the header 2: 3."));

    [Test]
    public void A_failed_save_leaves_the_old_file()
    {
        string folder = Directory.CreateTempSubdirectory("engine-report-").FullName, path = Path.Combine(folder, "r.html");
        new HtmlReport("old").Save(path);
        new HtmlReport("new").Save(path);
        Assert.That(File.ReadAllText(path), Is.EqualTo(new HtmlReport("new").ToHtml()));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1), "no temporary file is left");
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex("""(https?|ftp|wss?|file)://[^"\s]*|(?:src|href)="(?!#|data:image/png;base64,)[^"]*"|url\([^)]*\)|@import""")]
    private static partial Regex Addresses();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex Links();
}
