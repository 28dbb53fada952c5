using System.Runtime.InteropServices;

namespace Engine;

/// <summary>Makes a rename durable on Unix: the folder's own entry has to reach the disk too, and .NET cannot open a folder.</summary>
internal static partial class DirectorySync
{
    /// <summary>Flushes a folder; does nothing on Windows and where the file system cannot.</summary>
    /// <param name="folder">Path of the folder.</param>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsBrowser()) return;
        try
        {
            int descriptor = Open(folder, 0); // O_RDONLY is 0 on Linux, macOS and the BSDs
            if (descriptor < 0) return;
            _ = Fsync(descriptor);
            _ = Close(descriptor);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // no libc: the rename has happened, only its durability across a power cut is the system's own affair
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
