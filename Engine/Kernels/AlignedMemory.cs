using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>Arrays for vectors: pinned, so that a pointer stays good, and started at a cache line.</summary>
internal static partial class AlignedMemory
{
    private const int Line = 64, Page = 4096, HugePage = 2 << 20, MadviseHugePage = 14;

    /// <summary>Bytes from which on large pages are asked for: half of one.</summary>
    private const int Large = HugePage / 2;

    /// <summary>An uninitialised array with room for <paramref name="length"/> floats from <paramref name="start"/> on, which lies on a 64-byte boundary.</summary>
    /// <remarks>Memory of 1 MB and more is asked to come in large pages where Linux offers them, and begins with one: activations of hundreds of kilobytes a channel
    /// otherwise spend their time on the page table (forward of 64,1,28,32,3,1: .47 to .36 ms; 64,32,28,64,3,1: 14.8 to 12.8 ms), and the processor fetches ahead
    /// within a page alone. What lies before the start is never touched, and so takes no memory; the last page is a whole one.</remarks>
    public static unsafe float[] Allocate(int length, out int start)
    {
        const int Floats = HugePage / sizeof(float);
        bool isLarge = OperatingSystem.IsLinux() && length >= Large / sizeof(float) && length < Array.MaxLength - 2 * Floats;
        int boundary = isLarge ? HugePage : Line, whole = isLarge ? (length + Floats - 1) / Floats * Floats : length;
        float[] array = GC.AllocateUninitializedArray<float>(checked(whole + boundary / sizeof(float)), pinned: true);
        fixed (float* first = array)
        {
            start = (int)((-(nint)first & (boundary - 1)) / sizeof(float));
            OfferHugePages(first, (long)array.Length * sizeof(float));
        }
        return array;
    }

    /// <summary>Asks for large pages where so many bytes of memory may use them.</summary>
    public static unsafe void OfferHugePages(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < HugePage) return;
        nint from = ((nint)start + Page - 1) & -Page, to = (nint)((byte*)start + bytes) & -Page;
        try
        {
            _ = Advise(from, to - from, MadviseHugePage); // where it is declined nothing changes
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // no such call on this system
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nint length, int advice);
}
