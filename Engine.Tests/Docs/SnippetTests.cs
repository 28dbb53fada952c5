using Engine.Tests.Architecture;

namespace Engine.Tests.Docs;

/// <summary>Code in README.md and on the pages of docs/ is code that compiles here, line for line; <see cref="PageTests"/> run it.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    private const string Fence = "```", CodeFence = "```csharp";

    /// <summary>Each page with code, and the files that have it.</summary>
    private static readonly (string Page, string[] Programs)[] Pages =
    [
        ("README.md", ["Engine.Tests/Docs/ReadmePage.cs"]),
        ("docs/adding-a-callback.md", ["Engine.Tests/Docs/CallbackPage.cs"]),
        ("docs/adding-a-layer.md", ["Engine.Tests/Docs/LayerPage.cs"]),
        ("docs/adding-an-op.md", ["Engine.Tests/Docs/OpPage.cs", "Engine/Ops/LinearOp.cs"]),
        ("docs/callbacks.md", ["Engine.Tests/Docs/CallbacksPage.cs"]),
        ("docs/chapter.md", ["Engine.Tests/Docs/ChapterPage.cs"]),
        ("docs/checkpoints.md", ["Engine.Tests/Docs/CheckpointPage.cs"]),
        ("docs/doctor.md", ["Engine.Tests/Docs/DoctorPage.cs"]),
        ("docs/inference.md", ["Engine.Tests/Docs/InferencePage.cs"]),
        ("docs/interpretation.md", ["Engine.Tests/Docs/InterpretationPage.cs"]),
        ("docs/reporting.md", ["Engine.Tests/Docs/ReportingPage.cs"]),
        ("docs/training.md", ["Engine.Tests/Docs/TrainingPage.cs"]),
    ];

    private static IEnumerable<TestCaseData> Cases => Pages.Select(page => new TestCaseData(page.Page, page.Programs).SetArgDisplayNames(page.Page));

    /// <summary>README.md and every page of docs/, as paths from the root.</summary>
    public static IEnumerable<string> AllPages => Directory.EnumerateFiles(Path.Combine(Sources.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Sources.Root, path).Replace('\\', '/')).Append("README.md").Order(StringComparer.Ordinal);

    [Test]
    public void Every_page_with_code_has_its_program() => Assert.That(Pages.Select(page => page.Page), Is.EquivalentTo(AllPages.Where(page => Snippets(page).Count > 0)));

    [TestCaseSource(nameof(AllPages))]
    public void A_block_is_code_in_C_sharp_or_plain_text(string page)
    {
        string[] fences = [.. Lines(page).Where(line => line.StartsWith(Fence, StringComparison.Ordinal))];
        Assert.That(fences, Is.All.AnyOf(Fence, CodeFence));
    }

    [TestCaseSource(nameof(Cases))]
    public void Every_snippet_of_the_page_is_in_its_program(string page, string[] programs)
    {
        string[][] all = [.. programs.Select(Lines)];
        foreach (string[] snippet in Snippets(page))
        {
            string code = Joined(snippet.Where(line => !IsUsing(line)));
            string[]? program = Array.Find(all, lines => Joined(lines.Where(line => !IsUsing(line))).Contains(code, StringComparison.Ordinal));
            Assert.That(program, Is.Not.Null, $"none of {string.Join(", ", programs)} has:\n{code}");
            Assert.That(snippet.Where(IsUsing), Is.SubsetOf(program!));
            if (snippet.Any(IsUsing)) Assert.That(program!.Where(IsUsing), Is.EqualTo(snippet.Where(IsUsing)), "what the page leaves out its reader lacks");
        }
    }

    /// <summary>The lines of each block of code of a page.</summary>
    public static List<string[]> Snippets(string page)
    {
        List<string[]> snippets = [];
        string[] lines = Lines(page);
        for (int start = Array.IndexOf(lines, CodeFence); start >= 0;)
        {
            int end = Array.IndexOf(lines, Fence, start);
            snippets.Add(lines[(start + 1)..end]);
            start = Array.IndexOf(lines, CodeFence, end);
        }
        return snippets;
    }

    /// <summary>The lines of a file of the repository, without the space around them.</summary>
    public static string[] Lines(string path) => [.. File.ReadLines(Path.Combine(Sources.Root, path)).Select(line => line.Trim())];

    private static bool IsUsing(string line) => line.StartsWith("using Engine", StringComparison.Ordinal) && line.EndsWith(';');

    private static string Joined(IEnumerable<string> lines) => string.Join('\n', lines).Trim('\n');
}
