namespace Engine.Kernels;

/// <summary>Short-lived working memory of a kernel: 64-byte aligned, per thread, taken and given back like a stack, so that steady state allocates nothing.</summary>
/// <example><code>using Scratch columns = Scratch.Rent(count);  // columns.Pointer: uninitialised floats</code></example>
internal unsafe ref struct Scratch
{
    [ThreadStatic] private static List<float[]>? _stack;
    [ThreadStatic] private static int _depth;

    private Scratch(float* pointer, int length)
    {
        Pointer = pointer;
        Length = length;
    }

    /// <summary>The memory, uninitialised, valid until <see cref="Dispose"/>.</summary>
    public float* Pointer { get; }

    /// <summary>How many floats were asked for.</summary>
    public int Length { get; }

    /// <summary>The memory as a span.</summary>
    public readonly Span<float> Span => new(Pointer, Length);

    /// <summary>Takes memory; give it back in the opposite order (a <c>using</c> declaration does).</summary>
    public static Scratch Rent(long length)
    {
        if (length > Array.MaxLength - 64)
            throw new InvalidOperationException($"a kernel needs {length} floats ({length * 4} bytes) of working memory at once, more than an array can hold.");
        _stack ??= [];
        if (_depth == _stack.Count) _stack.Add([]);
        if (_stack[_depth].Length < length + 16) // grown by half more, so that slowly growing needs do not allocate each time
            _stack[_depth] = AlignedMemory.Allocate((int)Math.Min(length + length / 2 + 64, Array.MaxLength - 64), out _);
        fixed (float* start = _stack[_depth++])
            return new Scratch((float*)(((nint)start + 63) & ~(nint)63), (int)length);
    }

    /// <summary>Gives the memory back.</summary>
    public readonly void Dispose()
    {
        if (Pointer != null) _depth--;
    }
}
