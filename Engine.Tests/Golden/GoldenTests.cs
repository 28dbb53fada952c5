namespace Engine.Tests.Golden;

/// <summary>Every reference case, computed with PyTorch in double precision, one test each.</summary>
[TestFixture, Category("Golden")]
internal sealed class GoldenTests
{
    /// <summary>Folder with the cases: ENGINE_GOLDEN_DIR, else the copy beside the tests.</summary>
    internal static string Folder => Environment.GetEnvironmentVariable("ENGINE_GOLDEN_DIR") is { Length: > 0 } folder
        ? folder : Path.Combine(AppContext.BaseDirectory, "Golden", "Vectors");

    [TestCaseSource(nameof(Cases))]
    public void Case(string file)
    {
        GoldenCase golden = new(Path.Combine(Folder, file));
        if (!GoldenTable.Ops.TryGetValue(golden.Op, out Action<GoldenCase>? run))
            Assert.Fail($"no test is registered for op '{golden.Op}'; add it to a part of GoldenTable");
        run!(golden);
        golden.ThrowIfAnythingWasLeftOut();
    }

    [Test]
    public void The_folder_holds_cases() => Assert.That(Cases(), Is.Not.Empty, Folder);

    private static IEnumerable<TestCaseData> Cases() => !Directory.Exists(Folder) ? [] :
        Directory.EnumerateFiles(Folder, "*.safetensors", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(file => new TestCaseData(file).SetName("Golden: " + file[..^".safetensors".Length]));
}
