namespace Engine.Training;

/// <summary>A checkpoint belongs to another training: everything that differs, in one list. Nothing was changed.</summary>
public sealed class CheckpointMismatchException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="differences">What does not fit, a line each.</param>
    public CheckpointMismatchException(string path, IReadOnlyList<string> differences)
        : base($"resume: the checkpoint {path} is not of this training: {string.Join("; ", differences)}. Nothing was changed.") =>
        (Path, Differences) = (path, differences);

    /// <summary>The checkpoint.</summary>
    public string Path { get; }

    /// <summary>What does not fit, a line each.</summary>
    public IReadOnlyList<string> Differences { get; }
}
