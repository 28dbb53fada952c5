using System.Runtime.InteropServices;

namespace Engine.Tests.Data;

/// <summary>Where the tests run as root on Linux: this thread's file accesses are nobody's until disposed, so that permissions count. Elsewhere it does nothing.</summary>
internal sealed partial class OrdinaryUser : IDisposable
{
    private const uint Nobody = 65534;
    private readonly bool _active = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    public OrdinaryUser()
    {
        if (!_active) return;
        _ = SetFileSystemUser(Nobody);
        if (SetFileSystemUser(Nobody) != Nobody) throw new InvalidOperationException("setfsuid had no effect"); // it returns the user before the call
    }

    public void Dispose()
    {
        if (_active) _ = SetFileSystemUser(0);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetFileSystemUser(uint user);
}
