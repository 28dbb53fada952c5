namespace Engine.Tests.Architecture;

[TestFixture]
internal sealed class BudgetTests
{
    private const int Budget = 250;

    /// <summary>Files that may be longer: register tiles written out by hand.</summary>
    private static readonly string[] MicroKernels = ["Kernels/Products/TapDot.Tiles.cs", "Kernels/Products/TapGemm.Tiles.cs"];

    [Test]
    public void No_file_of_the_engine_is_longer_than_the_budget() => Assert.That(TooLong("Engine").Except(MicroKernels), Is.Empty);

    [TestCase("Engine.Tests"), TestCase("Engine.Benchmarks"), TestCase("Mnist")]
    public void No_file_of_the_other_projects_is_either(string project) => Assert.That(TooLong(project), Is.Empty);

    [Test]
    public void Every_exemption_is_needed() => Assert.That(MicroKernels, Is.SubsetOf(TooLong("Engine").ToArray()));

    [Test]
    public void Missing_documentation_of_a_public_member_stops_the_build()
    {
        string project = File.ReadAllText(Path.Combine(Sources.Root, "Engine", "Engine.csproj")), shared = File.ReadAllText(Path.Combine(Sources.Root, "Directory.Build.props"));
        Assert.That(project, Does.Contain("<GenerateDocumentationFile>true</GenerateDocumentationFile>"));
        Assert.That(shared, Does.Contain("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>"));
        string[] settings = [project, shared, File.ReadAllText(Path.Combine(Sources.Root, ".editorconfig"))];
        string[] silencers = ["1591", "NoWarn", "WarningsNotAsErrors", "<WarningLevel>0", "<TreatWarningsAsErrors>false"];
        foreach (string silencer in silencers) Assert.That(settings, Has.None.Contains(silencer), silencer);
        foreach (string file in Sources.Of("Engine"))
            Assert.That(Sources.Lines("Engine", file), Has.None.Match("pragma warning disable *($|//)|pragma warning disable.*1591"), file);
    }

    private static IEnumerable<string> TooLong(string project) => Sources.Of(project).Where(file => Sources.Lines(project, file).Length > Budget);
}
