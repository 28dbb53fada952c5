namespace Engine.Data;

/// <summary>Finds the four idx files of MNIST or Fashion-MNIST, downloads them if need be, and reads them.</summary>
/// <remarks>Order: the folder the caller names, the folder the environment variable names, the user's cache folder, a download into it.
/// A folder that was named but lacks the files is an error, never passed over. Files in a named folder may be other data in the same
/// form, so only their form is checked; a compressed file in the cache must have the published SHA-256.</remarks>
/// <param name="dataset">Which data set.</param>
public sealed class MnistFiles(ImageDataset dataset)
{
    /// <summary>Whether to download what is found nowhere. Default true.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>Looks up environment variables; by default those of the process.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The transport of downloads; null for the real one.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How long to wait for a connection. Default 5 seconds, so that being offline is soon noticed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait for an answer and for each next piece of it. Default 15 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Receives a line before each download; null for silence.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Images of the synthetic stand-in, training and test. Default 12,000 and 2,000.</summary>
    public (int Train, int Test) SyntheticCount { get; init; } = (12_000, 2_000);

    /// <summary>Finds the files.</summary>
    /// <param name="directory">The folder they are in, or null to look for them.</param>
    /// <exception cref="DirectoryNotFoundException">A folder that was named does not exist.</exception>
    /// <exception cref="FileNotFoundException">A folder that was named lacks one of the files.</exception>
    public FoundFiles Find(string? directory = null)
    {
        if (directory is not null) return Named(directory, DataSource.Directory, "given as the data folder");
        if (Variable(dataset.EnvironmentVariable) is { Length: > 0 } fromVariable)
            return Named(fromVariable, DataSource.EnvironmentVariable, $"from {dataset.EnvironmentVariable}");
        List<string> reasons = [$"{dataset.EnvironmentVariable} is not set"];
        IReadOnlyList<string> folders = CacheFolders.Candidates(dataset.Name, Variable);
        foreach (string folder in folders)
            if (Cached(folder, reasons) is { } paths)
                return new FoundFiles(DataSource.Cache, folder, paths, reasons);
        if (!AllowDownload) reasons.Add("downloading is switched off");
        else if (Download(folders, reasons) is { } folder && Cached(folder, reasons) is { } paths)
            return new FoundFiles(DataSource.Download, folder, paths, reasons);
        return new FoundFiles(DataSource.Synthetic, "", [], reasons);
    }

    /// <summary>Finds and reads the data set; where it is nowhere, draws synthetic digits instead and says so in the description.</summary>
    /// <param name="directory">The folder it is in, or null to look for it.</param>
    /// <param name="seed">Decides the synthetic digits.</param>
    /// <exception cref="DirectoryNotFoundException">A folder that was named does not exist.</exception>
    /// <exception cref="FileNotFoundException">A folder that was named lacks one of the files.</exception>
    /// <exception cref="ModelFormatException">A file is damaged, or the four do not fit each other.</exception>
    public ImageSplits Load(string? directory = null, ulong seed = 42)
    {
        FoundFiles found = Find(directory);
        if (!found.IsFound)
        {
            Rng rng = new(seed);
            return new ImageSplits(SyntheticDigits.Generate(SyntheticCount.Train, rng.Split()), SyntheticDigits.Generate(SyntheticCount.Test, rng.Split()),
                DataSource.Synthetic, $"built-in synthetic digits, as {dataset.Title} was not found ({string.Join("; ", found.Reasons)})");
        }
        ImageSet train = LabelledIdx.Read(found.Paths[0], found.Paths[1], dataset.Classes), test = LabelledIdx.Read(found.Paths[2], found.Paths[3], dataset.Classes);
        if (train.Shape[2] != test.Shape[2] || train.Shape[3] != test.Shape[3])
            throw new ModelFormatException(found.Paths[2], 8, "image size", $"{train.Shape[2]} x {train.Shape[3]} as in {found.Paths[0]}", $"{test.Shape[2]} x {test.Shape[3]}");
        string where = found.Source switch
        {
            DataSource.EnvironmentVariable => $"from {found.Folder} ({dataset.EnvironmentVariable})",
            DataSource.Cache => $"from the cache {found.Folder}",
            DataSource.Download => $"downloaded to {found.Folder}",
            _ => $"from {found.Folder}",
        };
        return new ImageSplits(train, test, found.Source, $"{dataset.Title}: {train.Count} training and {test.Count} test images {where}");
    }

    private FoundFiles Named(string folder, DataSource source, string origin)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"data: the folder '{folder}' ({origin}) does not exist.");
        string[] paths = new string[dataset.Files.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            DatasetFile file = dataset.Files[i];
            paths[i] = file.AcceptedNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException($"data: the folder '{folder}' ({origin}) has none of {string.Join(", ", file.AcceptedNames)}.", Path.Combine(folder, file.Name));
        }
        return new FoundFiles(source, folder, paths, []);
    }

    /// <summary>The four files in a cache folder, or null and a reason.</summary>
    private string[]? Cached(string folder, List<string> reasons)
    {
        string[] paths = new string[dataset.Files.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            string? problem = $"{Path.Combine(folder, dataset.Files[i].Name)}: not there";
            foreach (string path in dataset.Files[i].AcceptedNames.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            {
                problem = CacheProblem(path, dataset.Files[i]);
                paths[i] = path;
                if (problem is null) break;
            }
            if (problem is null) continue;
            reasons.Add(problem);
            return null;
        }
        return paths;
    }

    private static string? CacheProblem(string path, DatasetFile file)
    {
        if (!path.EndsWith(file.Name, StringComparison.Ordinal)) return null; // uncompressed, put there by hand: nothing published to compare with
        try
        {
            return Downloader.Mismatch(InputFile.ReadAllBytes(path), file) is { } mismatch ? $"{path}: {mismatch}" : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    /// <summary>Downloads what the first writable folder lacks.</summary>
    /// <returns>That folder, or null and reasons.</returns>
    private string? Download(IReadOnlyList<string> folders, List<string> reasons)
    {
        if (FirstWritable(folders, reasons) is not { } folder) return null;
        using Downloader downloader = new(Handler, ConnectTimeout, StallTimeout);
        foreach (DatasetFile file in dataset.Files.Reverse()) // small ones first: offline is told by them as well
        {
            string path = Path.Combine(folder, file.Name);
            if (File.Exists(path) && CacheProblem(path, file) is null) continue;
            Log?.Invoke($"downloading {file.Name} ({file.Bytes} bytes) to {folder}");
            if (downloader.Fetch(file, dataset.Mirrors, reasons) is not { } bytes) return null;
            try
            {
                AtomicFile.WriteAllBytes(path, bytes);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                reasons.Add(fault.Message);
                return null;
            }
        }
        return folder;
    }

    private static string? FirstWritable(IReadOnlyList<string> folders, List<string> reasons)
    {
        foreach (string folder in folders)
        {
            try
            {
                Directory.CreateDirectory(folder);
                string probe = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
                new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
                return folder;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                reasons.Add($"cannot write in {folder}: {fault.Message}");
            }
        }
        return null;
    }
}
