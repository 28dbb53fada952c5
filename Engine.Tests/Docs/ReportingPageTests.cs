using Engine.Tests.Architecture;

namespace Engine.Tests.Docs;

[TestFixture]
internal sealed class ReportingPageTests
{
    [Test]
    public void Every_snippet_of_the_page_on_reporting_is_code_that_runs()
    {
        string code = Trimmed(File.ReadAllText(Path.Combine(Sources.Root, "Engine.Tests", "Docs", "ReportingPage.cs")));
        string[] parts = File.ReadAllText(Path.Combine(Sources.Root, "docs", "reporting.md")).Split("```csharp\n");
        Assert.That(parts, Has.Length.EqualTo(5));
        foreach (string part in parts[1..]) Assert.That(code, Does.Contain(Trimmed(part[..part.IndexOf("```", StringComparison.Ordinal)])));
        string folder = Directory.CreateTempSubdirectory("engine-reporting-page-").FullName;
        ReportingPage.Run(folder);
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "losses.svg", "report.html" }));
        Directory.Delete(folder, recursive: true);

        static string Trimmed(string text) => string.Join('\n', text.TrimEnd().Split('\n').Select(line => line.Trim()));
    }
}
