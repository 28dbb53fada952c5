namespace Engine;

/// <summary>Writes a file so that at every moment its path holds either all of the old file or all of the new one, power cuts included.</summary>
public static class AtomicFile
{
    /// <summary>How names of temporary files end: one that a killed process left behind can be told from others' files.</summary>
    private const string TemporaryEnd = ".engine.tmp";

    /// <summary>Age from which a temporary file that nobody has open is nobody's: a writer closes its own right before renaming it.</summary>
    private const double AbandonedSeconds = 10;

    /// <summary>Writes a file through a temporary one in the same folder, flushed to the disk and then renamed.</summary>
    /// <param name="path">The file to make or replace; a symbolic link is followed.</param>
    /// <param name="write">Writes the contents. Whatever it throws comes through after the temporary file is removed; the old file stays.</param>
    /// <param name="neededBytes">How large the file will be, for the message where the disk is full; 0 where unknown.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    /// <exception cref="IOException">The path is a folder, the disk is full, or writing failed.</exception>
    public static void Write(string path, Action<Stream> write, long neededBytes = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        if (Directory.Exists(target))
            throw new IOException($"cannot write '{path}': it is a folder, not a file.");
        if (File.Exists(target) && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } link) target = link.FullName;
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"cannot write '{path}': the folder '{folder}' does not exist.");
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}{TemporaryEnd}"); // not from the target's name: that may be 255 bytes long already
        long written = 0;
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                try
                {
                    write(stream);
                    stream.Flush();
                }
                finally
                {
                    written = stream.Position;
                }
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            if (!OperatingSystem.IsWindows() && File.Exists(target)) File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception fault)
        {
            Remove(temporary);
            if (fault is UnauthorizedAccessException)
                throw new UnauthorizedAccessException($"cannot write '{path}': no permission to write in the folder '{folder}'.", fault);
            if (fault is IOException io && IsDiskFull(io))
                throw new IOException($"cannot write '{path}': the disk is full: {Needed(neededBytes, written)}, {FreeBytes(folder)}. What was there before is unchanged.", fault);
            throw;
        }
        DirectorySync.Flush(folder);
    }

    /// <summary>Writes bytes; see <see cref="Write(string, Action{Stream}, long)"/>.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="contents">All of its bytes.</param>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> contents) => Write(path, stream => stream.Write(contents.Span), contents.Length);

    /// <summary>Removes temporary files that processes which were killed have left in a folder. Does nothing where that is not possible.</summary>
    internal static void RemoveAbandoned(string folder)
    {
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, $".*{TemporaryEnd}"))
                if ((DateTime.UtcNow - File.GetLastWriteTimeUtc(file)).TotalSeconds > AbandonedSeconds && IsFree(file)) Remove(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // a folder that cannot be listed keeps what it has
        }
    }

    /// <summary>Whether no process is writing the file: one that does has it for itself.</summary>
    private static bool IsFree(string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>ENOSPC, EDQUOT of Linux and of macOS, and the two codes of Windows.</summary>
    private static bool IsDiskFull(IOException fault) => OperatingSystem.IsWindows()
        ? fault.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
        : fault.HResult is 28 || fault.HResult == (OperatingSystem.IsLinux() ? 122 : 69);

    private static string Needed(long neededBytes, long written) => neededBytes > 0 ? $"{neededBytes} bytes needed" : $"more than {written} bytes needed";

    private static string FreeBytes(string folder)
    {
        try
        {
            return $"{new DriveInfo(folder).AvailableFreeSpace} bytes free";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "free bytes unknown";
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // the fault that brought us here is the one to tell
        }
    }
}
