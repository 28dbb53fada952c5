namespace Engine.Tests.Architecture;

/// <summary>The project's own source files, found by walking up from the test assembly to the solution.</summary>
internal static class Sources
{
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files of a project, as paths relative to its folder, with forward slashes.</summary>
    public static IEnumerable<string> Of(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(Root, project), path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string[] Lines(string project, string file) => File.ReadAllLines(Path.Combine(Root, project, file));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no Engine.sln above {AppContext.BaseDirectory}: the architecture tests need the sources.");
    }
}
