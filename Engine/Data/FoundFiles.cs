namespace Engine.Data;

/// <summary>The four files of a data set, or why they were not found.</summary>
/// <param name="Source">Where they are; <see cref="DataSource.Synthetic"/> where they are nowhere.</param>
/// <param name="Folder">Their folder; empty where they are nowhere.</param>
/// <param name="Paths">Training images, training labels, test images, test labels; empty where they are nowhere.</param>
/// <param name="Reasons">One line for each place that was tried in vain.</param>
public sealed record FoundFiles(DataSource Source, string Folder, IReadOnlyList<string> Paths, IReadOnlyList<string> Reasons)
{
    /// <summary>Whether there are files.</summary>
    public bool IsFound => Paths.Count > 0;
}
