namespace Engine;

/// <summary>Reads whole files, and says in plain words why one cannot be read.</summary>
internal static class InputFile
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="path">Path of an ordinary file of less than 2 GiB.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="IOException">The path is a folder, the file is too large, or reading failed.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) // .NET would say "access denied"
            throw new IOException($"cannot read '{path}': it is a folder, not a file.");
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!stream.CanSeek)
                throw new IOException($"cannot read '{path}': it is a pipe or a device, not a file.");
            long length = stream.Length;
            if (length > Array.MaxLength)
                throw new IOException($"cannot read '{path}': it has {length} bytes, at most {Array.MaxLength} are supported.");
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
            int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? bytes : throw new IOException($"cannot read '{path}': it shrank from {length} to {read} bytes while it was read.");
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new UnauthorizedAccessException($"cannot read '{path}': no permission to read it.", fault);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"cannot read '{path}': there is no such file.", path, fault);
        }
    }
}
