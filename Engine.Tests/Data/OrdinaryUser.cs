using System.Runtime.InteropServices;

namespace Engine.Tests.Data;

/// <summary>While it lives, files are opened on this thread with the rights of an ordinary user, also where the tests run as root, whom no permission stops.</summary>
internal sealed partial class OrdinaryUser : IDisposable
{
    private const uint Nobody = 65_534;
    private readonly uint? _before;

    public OrdinaryUser()
    {
        if (NeedsDropping) _before = SetFileSystemUser(Nobody);
    }

    /// <summary>Whether there is an ordinary user to be: Windows has other permissions, and only Linux lets a thread give up root's.</summary>
    public static bool IsPossible => !OperatingSystem.IsWindows() && (OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess);

    public void Dispose()
    {
        if (_before is { } user) _ = SetFileSystemUser(user);
    }

    private static bool NeedsDropping => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileSystemUser(uint user);
}
