namespace Engine.Data;

/// <summary>Where this user's downloads are kept.</summary>
internal static class CacheFolders
{
    /// <summary>Folders to look in and to download to, the best first; the last is in the temporary folder, which exists where no home does.</summary>
    /// <param name="name">Name of the data set.</param>
    /// <param name="variable">Looks up environment variables.</param>
    public static IReadOnlyList<string> Candidates(string name, Func<string, string?> variable)
    {
        List<string> folders = [];
        if (Rooted(variable("XDG_CACHE_HOME")) is { } xdg) folders.Add(Path.Combine(xdg, "engine", name));
        if (OperatingSystem.IsWindows())
        {
            if (Rooted(variable("LOCALAPPDATA") ?? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)) is { } local)
                folders.Add(Path.Combine(local, "engine", "cache", name));
        }
        else if (Rooted(variable("HOME")) is { } home)
        {
            folders.Add(OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "engine", name) : Path.Combine(home, ".cache", "engine", name));
        }
        folders.Add(Path.Combine(Path.GetTempPath(), $"engine-cache-{Environment.UserName}", name));
        return folders;
    }

    private static string? Rooted(string? path) => !string.IsNullOrEmpty(path) && Path.IsPathRooted(path) ? path : null; // the XDG rule: a relative one is ignored
}
