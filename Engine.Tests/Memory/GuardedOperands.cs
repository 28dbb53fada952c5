using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Engine.Tests.Memory;

/// <summary>Which end of an operand touches pages that cannot be accessed.</summary>
internal enum GuardedEdge
{
    Start,
    End,
}

/// <summary>Operands that begin, or end, where the accessible memory does: one element too far ends the process. Linux and macOS.</summary>
internal sealed unsafe partial class GuardedOperands(GuardedEdge edge) : Operands
{
    private const int Read = 1, Write = 2, Private = 2, GuardPages = 4;
    private static readonly int Anonymous = OperatingSystem.IsMacOS() ? 0x1000 : 0x20;
    private readonly List<(nint Address, nuint Length)> _mappings = [];

    public override void Dispose()
    {
        foreach ((nint address, nuint length) in _mappings)
            if (Unmap(address, length) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        _mappings.Clear();
    }

    protected override byte* Allocate(int bytes)
    {
        int page = Environment.SystemPageSize;
        nuint guard = (nuint)(GuardPages * page), open = (nuint)Math.Max(1, (bytes + page - 1) / page) * (nuint)page, length = open + 2 * guard;
        nint address = Map(0, length, 0, Private | Anonymous, -1, 0);
        if (address == -1) throw new Win32Exception(Marshal.GetLastPInvokeError());
        _mappings.Add((address, length));
        byte* start = (byte*)address + guard;
        if (Protect((nint)start, open, Read | Write) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return edge == GuardedEdge.Start ? start : start + open - (nuint)bytes;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
