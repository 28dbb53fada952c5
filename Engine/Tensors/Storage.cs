using Engine.Kernels;

namespace Engine.Tensors;

/// <summary>How a tensor's elements lie in memory.</summary>
internal enum Layout
{
    /// <summary>C order: the last dimension is contiguous.</summary>
    RowMajor,

    /// <summary>Blocks of 64 images side by side: see <see cref="Kernels.BatchLanes"/>. For ranks 2 and up, as [N, C, everything else].</summary>
    BatchLanes,
}

/// <summary>The memory behind one or more tensors: 64-byte aligned, never moved, counted writes, and the workspace it goes back to.</summary>
internal sealed class Storage
{
    private readonly float[] _array;
    private readonly int _start;
    private Workspace? _workspace;
    private readonly int _generation;

    private Storage(int length)
    {
        Length = length;
        _array = AlignedMemory.Allocate(length, out _start);
    }

    /// <summary>The same memory lent anew: tensors of an earlier batch hold the earlier object, and so can tell that their time is over.</summary>
    private Storage(Storage memory, Workspace workspace, int generation)
    {
        (Length, _array, _start) = (memory.Length, memory._array, memory._start);
        (_workspace, _generation) = (workspace, generation);
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>Goes up with every write that autograd did not order, so that a saved tensor can tell that it was changed.</summary>
    public int Version { get; set; }

    /// <summary>The elements, in their physical order.</summary>
    /// <exception cref="InvalidOperationException">The workspace the memory belongs to has ended its batch.</exception>
    public Span<float> Span
    {
        get
        {
            ThrowIfEnded();
            return new Span<float>(_array, _start, Length);
        }
    }

    /// <summary>Memory of the current workspace, or of its own where there is none. Not cleared.</summary>
    public static Storage Allocate(int length) => Workspace.Current is { } workspace ? workspace.Rent(length) : Create(length);

    /// <summary>Memory that belongs to no workspace. Not cleared.</summary>
    /// <exception cref="InsufficientMemoryException">There is not that much.</exception>
    public static Storage Create(int length)
    {
        try
        {
            return new Storage(length);
        }
        catch (OutOfMemoryException e)
        {
            throw new InsufficientMemoryException($"tensor: could not allocate {length * 4L} bytes for {length} elements. Use a smaller batch or model; nothing was changed.", e);
        }
    }

    /// <summary>Takes the memory out of its workspace: it lives on as ordinary garbage.</summary>
    /// <exception cref="InvalidOperationException">The workspace has ended its batch.</exception>
    public void Keep()
    {
        ThrowIfEnded();
        _workspace?.Release(this);
        _workspace = null;
    }

    /// <summary>Lends the memory for one batch.</summary>
    internal Storage Lend(Workspace workspace, int generation) => new(this, workspace, generation);

    private void ThrowIfEnded()
    {
        if (_workspace is { } workspace && !workspace.IsCurrent(_generation))
            throw new InvalidOperationException("tensor: used after the workspace batch it was made in had ended; its memory has been given to others. Call Keep() on it inside the batch.");
    }
}
