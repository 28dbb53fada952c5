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

/// <summary>The memory behind one or more tensors: 64-byte aligned, never moved, with counts of its writes and of the batches it was lent to.</summary>
internal sealed class Storage
{
    private readonly float[] _array;
    private readonly int _start;
    private bool _isKept;

    private Storage(int length)
    {
        Length = length;
        _array = AlignedMemory.Allocate(length, out _start);
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>Goes up with every write that autograd did not order, so that a saved tensor can tell that it was changed.</summary>
    public int Version { get; set; }

    /// <summary>Goes up when the memory goes back to its workspace: a tensor that remembers another number has no right to it any more.</summary>
    public int Lease { get; private set; }

    /// <summary>How many gradients on their way to a node of the graph lie here.</summary>
    public int Waiting { get; set; }

    /// <summary>The elements, in their physical order. A tensor asks for its own <see cref="Tensor.Span"/>, which knows when it has ended.</summary>
    public Span<float> Span => new(_array, _start, Length);

    /// <summary>Memory of the current workspace, or of its own where there is none. Not cleared.</summary>
    public static Storage Allocate(int length) => Workspace.Current is { } workspace ? workspace.RentStorage(length) : Create(length);

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
    public void Keep() => _isKept = true;

    /// <summary>Ends the right of all tensors to the memory.</summary>
    /// <returns>False, and nothing ends, if it is kept.</returns>
    public bool EndLease()
    {
        if (!_isKept) Lease++;
        return !_isKept;
    }
}
