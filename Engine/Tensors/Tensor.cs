using Engine.Kernels;

namespace Engine.Tensors;

/// <summary>A dense array of floats with a <see cref="Shape"/>, and, where asked for, the record of how it was computed.</summary>
/// <remarks>Not disposable: memory is the garbage collector's business, or a <see cref="Workspace"/>'s. Numbers enter and leave in row-major order;
/// how they lie in between is the engine's business. Operations are extension methods, one file each, in <c>Engine.Ops</c>.</remarks>
public sealed class Tensor : IRecyclable
{
    private const int Ended = -1; // no storage counts so

    private Storage _storage = null!;
    private Tensor? _gradient;
    private int _lease;
    private bool _hasGradient, _isKept;

    /// <summary>For <see cref="On"/>, which fills it in.</summary>
    internal Tensor()
    {
    }

    /// <summary>The sizes, outermost first: [N, C, H, W] for images.</summary>
    public Shape Shape { get; private set; }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Shape.Rank;

    /// <summary>Number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether <see cref="Backward"/> computes a gradient for this tensor: set it on a leaf; results inherit it from their inputs.</summary>
    /// <exception cref="InvalidOperationException">Set on the result of an operation.</exception>
    public bool RequiresGrad
    {
        get;
        set
        {
            if (Node is not null && !value)
                throw new InvalidOperationException("tensor: RequiresGrad can only be cleared on leaf tensors; use Detach() for a tensor that is out of the graph.");
            field = value;
        }
    }

    /// <summary>The gradient accumulated by <see cref="Backward"/>: the same shape; null before the first and after <see cref="ZeroGrad"/>. Only leaves keep theirs.</summary>
    /// <exception cref="InvalidOperationException">The tensor has ended with its workspace batch.</exception>
    public Tensor? Grad => HasGradient ? _gradient : null;

    /// <summary>Whether <see cref="Grad"/> is there.</summary>
    internal bool HasGradient => Living._hasGradient;

    internal Layout Layout { get; private set; }

    internal Storage Storage => Living._storage;

    /// <summary>This tensor, as long as it may be used.</summary>
    /// <exception cref="InvalidOperationException">The tensor has ended with its workspace batch.</exception>
    internal Tensor Living => _lease == _storage.Lease ? this : throw new InvalidOperationException(
        "tensor: used after the workspace batch it was made in had ended; its memory has been given to others. Call Keep() on it inside the batch.");

    /// <summary>The operation this tensor is the result of; null for leaves and without gradient.</summary>
    internal Node? Node { get; set; }

    /// <summary>The elements in physical order.</summary>
    internal Span<float> Span => Storage.Span;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">Its shape.</param>
    public static Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">Its shape.</param>
    public static Tensor Ones(Shape shape) => Full(shape, 1);

    /// <summary>A tensor with one value everywhere.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="value">The value.</param>
    public static Tensor Full(Shape shape, float value)
    {
        Tensor tensor = Empty(shape);
        tensor.Span.Fill(value);
        return tensor;
    }

    /// <summary>A tensor that copies its elements from row-major data.</summary>
    /// <param name="data">As many values as the shape has elements.</param>
    /// <param name="shape">The shape.</param>
    /// <exception cref="ArgumentException">The number of values does not match.</exception>
    public static Tensor From(ReadOnlySpan<float> data, Shape shape)
    {
        if (data.Length != shape.Count)
            throw new ArgumentException($"tensor: shape {shape} needs {shape.Count} values, got {data.Length}.", nameof(data));
        Tensor tensor = Empty(shape);
        data.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>A scalar, of shape [].</summary>
    /// <param name="value">Its value.</param>
    public static Tensor Scalar(float value) => Full([], value);

    /// <summary>Uniform random values on [low, high).</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="rng">Where they are drawn from, in row-major order.</param>
    /// <param name="low">Lower end.</param>
    /// <param name="high">Upper end.</param>
    public static Tensor Uniform(Shape shape, Rng rng, float low = 0, float high = 1)
    {
        ArgumentNullException.ThrowIfNull(rng);
        Tensor tensor = Empty(shape);
        foreach (ref float x in tensor.Span) x = rng.Uniform(low, high);
        return tensor;
    }

    /// <summary>Normal random values.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="rng">Where they are drawn from, in row-major order.</param>
    /// <param name="mean">Mean.</param>
    /// <param name="std">Standard deviation.</param>
    public static Tensor Normal(Shape shape, Rng rng, float mean = 0, float std = 1)
    {
        ArgumentNullException.ThrowIfNull(rng);
        Tensor tensor = Empty(shape);
        foreach (ref float x in tensor.Span) x = (float)(mean + std * rng.NextNormal());
        return tensor;
    }

    /// <summary>The value of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">It has more, or none.</exception>
    public float Item() => Count == 1 ? Span[0]
        : throw new InvalidOperationException($"item: only a tensor with one element has an item, this one has {Count}: shape {Shape}.");

    /// <summary>A copy of the elements in row-major order.</summary>
    public float[] ToArray() => AsSpan().ToArray();

    /// <summary>The elements in row-major order, read-only; a view where they already lie so, else of a copy.</summary>
    public ReadOnlySpan<float> AsSpan() => To(Layout.RowMajor).Span;

    /// <summary>Overwrites the elements with row-major data. A result saved for a backward pass that has not run yet becomes invalid, and says so.</summary>
    /// <param name="data">As many values as there are elements.</param>
    /// <exception cref="ArgumentException">The number of values does not match.</exception>
    public void CopyFrom(ReadOnlySpan<float> data)
    {
        if (data.Length != Count)
            throw new ArgumentException($"tensor: shape {Shape} needs {Count} values, got {data.Length}.", nameof(data));
        Storage.Version++;
        if (Layout == Layout.RowMajor) data.CopyTo(Span);
        else BatchLanes.FromRowMajor(data, Span, Shape[0], Shape[1], Plane);
    }

    /// <summary>Overwrites every element with one value.</summary>
    /// <param name="value">The value.</param>
    public void Fill(float value)
    {
        Storage.Version++;
        Span.Fill(value);
    }

    /// <summary>The same elements (not a copy) outside the graph.</summary>
    public Tensor Detach() => On(Storage, Shape, Layout);

    /// <summary>Takes the tensor out of its workspace: it stays valid after the batch, outside the graph, which ends.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="InvalidOperationException">The batch has ended already.</exception>
    public Tensor Keep()
    {
        Storage.Keep();
        _isKept = true;
        return this;
    }

    /// <summary>Forgets the accumulated gradient; its memory is used again.</summary>
    public void ZeroGrad() => _hasGradient = false;

    /// <summary>Computes the gradient of this tensor with respect to every leaf that requires one, and adds it to the leaf's <see cref="Grad"/>.</summary>
    /// <param name="gradient">The upstream gradient, of this tensor's shape; may be left out for a scalar, where it is 1.</param>
    /// <param name="retainGraph">Keeps what was saved for the backward pass, so that it can run once more.</param>
    /// <exception cref="InvalidOperationException">Not part of a graph, not a scalar and no gradient given, or the graph was used before.</exception>
    /// <exception cref="ArgumentException">The gradient's shape is another.</exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false) => BackwardWalk.Run(this, gradient, retainGraph);

    /// <summary>Shape and, for small tensors, the elements.</summary>
    public override string ToString() => TensorText.Format(this);

    /// <summary>Uninitialised memory of the current workspace.</summary>
    internal static Tensor Empty(Shape shape, Layout layout = Layout.RowMajor) => On(Storage.Allocate(shape.Count), shape, layout);

    /// <summary>A tensor on memory that is there already, its own or another's; the object is the current workspace's.</summary>
    internal static Tensor On(Storage storage, Shape shape, Layout layout = Layout.RowMajor) =>
        (Workspace.Current is { } workspace ? workspace.RentTensor() : new Tensor()).Set(storage, shape, layout);

    /// <summary>Pixels of an image, or whatever follows the first two dimensions.</summary>
    internal int Plane => Shape.Plane;

    /// <summary>The same numbers in another physical order, outside the graph: itself where they already are. The one place where layouts are converted.</summary>
    internal Tensor To(Layout layout)
    {
        if (Layout == layout || Rank < 2) return this;
        Tensor converted = Empty(Shape, layout);
        if (Count == 0) return converted;
        if (layout == Layout.RowMajor) BatchLanes.ToRowMajor(Span, converted.Span, Shape[0], Shape[1], Plane);
        else BatchLanes.FromRowMajor(Span, converted.Span, Shape[0], Shape[1], Plane);
        return converted;
    }

    /// <summary>The memory of a leaf's gradient, zero at first, for a backward pass to add to. Row-major; never part of a workspace.</summary>
    internal Tensor GradientToAddTo()
    {
        _gradient ??= new Tensor().Set(Storage.Create(Count), Shape, Layout.RowMajor);
        if (!HasGradient) _gradient.Span.Clear();
        _hasGradient = true;
        return _gradient;
    }

    /// <inheritdoc/>
    bool IRecyclable.Recycle()
    {
        if (_isKept)
        {
            if (Node is not null) Node = new EndedNode();
            return false;
        }
        _lease = Ended;
        (Node, _gradient, _hasGradient) = (null, null, false);
        return true;
    }

    private Tensor Set(Storage storage, Shape shape, Layout layout)
    {
        (_storage, _lease) = (storage, storage.Lease);
        (Shape, Layout) = (shape, shape.Rank < 2 ? Layout.RowMajor : layout);
        RequiresGrad = false;
        return this;
    }
}
