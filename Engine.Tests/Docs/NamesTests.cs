using System.Text.RegularExpressions;
using Engine.Tests.Architecture;

namespace Engine.Tests.Docs;

/// <summary>What a page names there is: types and members, files, links, benchmarks.</summary>
[TestFixture]
internal sealed partial class NamesTests
{
    /// <summary>Names that are others': of the runtime, of its tools, of a filter.</summary>
    private static readonly string[] Others = ["SpinOnce", "PublishTrimmed", "PublishSingleFile", "GroupedConv"];

    private static readonly string[] Projects = ["Engine", "Engine.Tests", "Engine.Benchmarks", "Mnist"];

    [Test]
    public void Every_name_in_code_type_is_in_the_sources()
    {
        HashSet<string> known = [.. Others];
        foreach ((string project, string file) in AllSources().Where(source => !source.File.StartsWith("Docs/", StringComparison.Ordinal)))
            foreach (string line in Sources.Lines(project, file))
                foreach (ValueMatch word in Name().EnumerateMatches(line)) known.Add(line.Substring(word.Index, word.Length));
        List<string> unknown = [];
        foreach (string page in SnippetTests.AllPages)
            foreach (string code in InCodeType(page))
                unknown.AddRange(Name().Matches(code).Select(word => word.Value).Where(word => !known.Contains(word)).Select(word => $"{page}: {word} in `{code}`"));
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void Every_file_and_every_link_is_there()
    {
        string[] files = [.. AllSources().Select(source => $"/{source.Project}/{source.File}"), .. SnippetTests.AllPages.Select(page => $"/{page}"), .. Scripts()];
        List<string> missing = [];
        foreach (string page in SnippetTests.AllPages)
        {
            missing.AddRange(InCodeType(page).Where(code => FileName().IsMatch(code) && !Array.Exists(files, file => file.EndsWith($"/{code}", StringComparison.Ordinal))).Select(code => $"{page}: {code}"));
            string folder = Path.GetDirectoryName(Path.Combine(Sources.Root, page))!;
            missing.AddRange(Link().Matches(Prose(page)).Select(link => link.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, link))).Select(link => $"{page}: {link}"));
        }
        Assert.That(missing, Is.Empty);

        static IEnumerable<string> Scripts() => Projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Sources.Root, project), "*.py")).Select(path => $"/{Path.GetRelativePath(Sources.Root, path).Replace('\\', '/')}");
    }

    [Test]
    public void Every_door_of_the_benchmarks_is_in_their_table()
    {
        IEnumerable<string> doors = Sources.Of("Engine.Benchmarks").SelectMany(file => Sources.Lines("Engine.Benchmarks", file)).SelectMany(line => Door().Matches(line)).Select(door => door.Groups[1].Value);
        IEnumerable<string> table = SnippetTests.Lines("docs/benchmarks/README.md").SkipWhile(line => !line.StartsWith("| Door |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1]);
        Assert.That(table, Is.EquivalentTo(doors).And.Member("shapes"));
    }

    private static IEnumerable<(string Project, string File)> AllSources() => Projects.SelectMany(project => Sources.Of(project).Select(file => (project, file)));

    /// <summary>A page without its blocks of code.</summary>
    private static string Prose(string page) => Block().Replace(File.ReadAllText(Path.Combine(Sources.Root, page)), "");

    private static IEnumerable<string> InCodeType(string page) => InTicks().Matches(Prose(page)).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InTicks();

    /// <summary>As types and members are written: a capital, then small letters among what follows.</summary>
    [GeneratedRegex(@"\b[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[\w./-]+\.(cs|py|md)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\(([^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"Door Create\(\) => new\(""([a-z]+)""")]
    private static partial Regex Door();
}
