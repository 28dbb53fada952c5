namespace Mnist;

/// <summary>Finds out before training whether its results can be written after it. Makes nothing.</summary>
internal static class OutputCheck
{
    /// <summary>A folder that exists or can be made, in which a file of a name can be written.</summary>
    /// <param name="option">The option it came from, for messages.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file to be written in it.</param>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void Folder(string option, string folder, string file)
    {
        if (Directory.Exists(Path.Combine(folder, file)))
            throw new BadInputException($"{option}: cannot write '{Path.Combine(folder, file)}': it is a folder.");
        for (string? at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at)) throw new BadInputException($"{option}: '{at}' is a file, not a folder.");
            if (!Directory.Exists(at)) continue;
            Probe(option, at);
            return;
        }
    }

    /// <summary>A file that can be made or replaced.</summary>
    /// <param name="option">The option it came from, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void FilePath(string option, string path)
    {
        if (Directory.Exists(path)) throw new BadInputException($"{option}: '{path}' is a folder, not a file.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new BadInputException($"{option}: cannot write '{path}': the folder '{folder}' does not exist.");
        Probe(option, folder);
    }

    private static void Probe(string option, string folder)
    {
        try
        {
            new FileStream(Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (UnauthorizedAccessException)
        {
            throw new BadInputException($"{option}: no permission to write in the folder '{folder}'.");
        }
        catch (IOException fault)
        {
            throw new BadInputException($"{option}: cannot write in the folder '{folder}': {fault.Message}");
        }
    }
}
