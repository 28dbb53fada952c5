namespace Engine.Data;

/// <summary>One published file of a data set, pinned.</summary>
/// <param name="Name">Its published name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
public sealed record DatasetFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Names under which the file is accepted: as published, and uncompressed in the two spellings in use.</summary>
    public IReadOnlyList<string> AcceptedNames
    {
        get
        {
            string plain = Name.EndsWith(".gz", StringComparison.Ordinal) ? Name[..^3] : Name;
            return [Name, plain, plain.Replace("-idx", ".idx", StringComparison.Ordinal)];
        }
    }
}
