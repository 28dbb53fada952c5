using Engine.Reporting;

namespace Engine.Tests.Reporting;

/// <summary>Opens reports and pictures in a browser and looks. Where none is installed (see <see cref="Browser.Find"/>) the tests are skipped.</summary>
[TestFixture, Category("Browser")]
internal sealed class ReportPageTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("engine-pages-").FullName;
    private Browser? _browser;

    private Browser Page => _browser!;

    [OneTimeSetUp]
    public void Start()
    {
        if (Browser.Find() is not { } program) Assert.Ignore("no browser: install chromium, or let ENGINE_BROWSER name one");
        else _browser = Browser.Start(program);
    }

    [OneTimeTearDown]
    public void End()
    {
        _browser?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase(1280, false), TestCase(1280, true), TestCase(900, false), TestCase(400, false), TestCase(400, true)]
    public void A_report_with_every_figure_is_readable_and_asks_for_nothing(int width, bool isDark)
    {
        string path = Path.Combine(_folder, "report.html");
        Gallery.Report().Save(path);
        Page.Open(path, width, isDark);
        (List<string> faults, int looked) = PageAudit.Of(Page);
        Keep($"report_{width}_{(isDark ? "dark" : "light")}");
        Assert.That(faults, Is.Empty);
        Assert.That(looked, Is.GreaterThan(500), "texts looked at");
        Assert.That((int)Page.Evaluate("document.images.length + document.scripts.length")!, Is.Zero, "a hostile label has become markup");
    }

    [Test]
    public void Every_picture_is_readable_as_a_file_of_its_own([Values] bool isDark, [Values(0, 200)] int width)
    {
        foreach ((string name, Plot plot) in Gallery.Plots())
        {
            string path = Path.Combine(_folder, $"{name}.svg");
            plot.Save(path, width);
            Page.Open(path, 1280, isDark);
            (List<string> faults, int looked) = PageAudit.Of(Page);
            if (width == 0) Keep($"{name}_{(isDark ? "dark" : "light")}");
            Assert.That(faults, Is.Empty, name);
            Assert.That(looked, Is.Positive, name);
        }
    }

    [TestCase("<svg width=\"200\" height=\"50\"><text x=\"5\" y=\"20\">one</text><text x=\"15\" y=\"25\">two</text></svg>", "\"one\" overlaps \"two\"")]
    [TestCase("<svg width=\"200\" height=\"50\"><text x=\"180\" y=\"20\">beyond the edge</text></svg>", "outside of its picture: \"beyond the edge\"")]
    [TestCase("<svg width=\"200\" height=\"50\"><rect width=\"200\" height=\"50\" fill=\"#777\"/><text x=\"5\" y=\"20\" fill=\"#999\">pale</text></svg>", "contrast 1.57 of \"pale\"")]
    [TestCase("<svg width=\"200\" height=\"50\"><image width=\"90\" height=\"40\"/><text x=\"5\" y=\"20\">on it</text></svg>", "\"on it\" lies on an image")]
    [TestCase("<div style=\"width:2000px;height:9px;background:red\"></div>", "the page is 2008 wide, the window 400")]
    [TestCase("<p>above</p><p style=\"margin-top:-30px\">below</p>", "\"below\" overlaps \"above\"")]
    [TestCase("<p style=\"color:#aaa\">pale</p>", "contrast 2.32 of \"pale\"")]
    [TestCase("<link rel=\"stylesheet\" href=\"http://127.0.0.1:9/x.css\">", "asks for http://127.0.0.1:9/x.css")]
    [TestCase("<script>console.log('loud')</script>", "loud")]
    public void A_planted_fault_is_found(string body, string fault)
    {
        string path = Path.Combine(_folder, "planted.html");
        File.WriteAllText(path, $"<!DOCTYPE html><meta charset=\"utf-8\"><title>planted</title><body style=\"background:#fff\">{body}</body>");
        Page.Open(path, 400, isDark: false);
        Assert.That(PageAudit.Of(Page).Faults, Has.Some.Contains(fault));
    }

    /// <summary>For eyes: <c>ENGINE_SCREENSHOTS</c> names a folder that gets what the tests saw.</summary>
    private void Keep(string name)
    {
        if (Environment.GetEnvironmentVariable("ENGINE_SCREENSHOTS") is { Length: > 0 } folder) File.WriteAllBytes(Path.Combine(folder, $"{name}.png"), Page.Screenshot());
    }
}
