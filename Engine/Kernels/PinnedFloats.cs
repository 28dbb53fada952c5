using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Numbers that are made once and read for long: 64-byte aligned, never moved. The pointer is good as long as the object is held.</summary>
internal sealed unsafe class PinnedFloats
{
    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Takes memory and clears it.</summary>
    public PinnedFloats(long length)
    {
        Length = checked((int)length);
        _array = AlignedMemory.Allocate(Length, out _start);
        Span.Clear();
        Pointer = (float*)Unsafe.AsPointer(ref Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_array), _start));
    }

    /// <summary>Takes memory and rounds numbers into it.</summary>
    public PinnedFloats(ReadOnlySpan<double> values) : this(values.Length)
    {
        for (int i = 0; i < values.Length; i++) Span[i] = (float)values[i];
    }

    /// <summary>The first of them.</summary>
    public float* Pointer { get; }

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>All of them.</summary>
    public Span<float> Span => new(_array, _start, Length);
}
