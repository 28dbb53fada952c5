using Engine.Kernels;
using Engine.Kernels.Convolution;

namespace Engine.Tensors;

/// <summary>One recorded operation: its inputs, what its backward pass needs, and the gradient that has arrived for its result.</summary>
/// <remarks>Nodes are a workspace's, and used again: an op takes one by <see cref="Workspace.Rent{T}()"/>, fills it in, and attaches it.</remarks>
internal abstract class Node : IRecyclable
{
    private static long _count;
    private Tensor?[] _inputs = new Tensor?[3]; // longer where an operation has more
    private int _inputCount;
    private Tensor? _gradient, _grid; // what has arrived; and a share of it at some pixels alone, which waits for one at all
    private PixelGrid _places;
    private bool _isFreed, _gridIsRectified;

    /// <summary>Name of the operation, for messages.</summary>
    public abstract string Op { get; }

    /// <summary>Higher than every node this one's inputs came from.</summary>
    public long Sequence { get; private set; }

    /// <summary>Whether the result is that of a ReLU. Who computes its gradient may then apply the derivative of the ReLU too, where it costs nothing.</summary>
    public virtual bool IsRectified => false;

    /// <summary>In <see cref="Backward"/>: whether nobody else holds the memory of the gradient, so that it may be written to.</summary>
    protected bool GradientIsOurs { get; private set; }

    /// <summary>In <see cref="Backward"/>: whether the derivative of the ReLU is part of the gradient already (<see cref="IsRectified"/>).</summary>
    protected bool GradientIsRectified { get; private set; }

    /// <summary>True where an operation on these inputs has to be recorded.</summary>
    /// <param name="inputs">The inputs; null for one that was left out.</param>
    public static bool IsNeeded(params ReadOnlySpan<Tensor?> inputs)
    {
        if (!GradMode.IsEnabled) return false;
        foreach (Tensor? input in inputs)
            if (input is { RequiresGrad: true }) return true;
        return false;
    }

    /// <summary>Makes a tensor this node's result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="inputs">What it was computed from, in the order of <see cref="Needs"/> and <see cref="Add"/>; null for one that was left out.</param>
    /// <returns>The result.</returns>
    public Tensor Attach(Tensor result, params ReadOnlySpan<Tensor?> inputs)
    {
        Sequence = Interlocked.Increment(ref _count);
        if (_inputs.Length < inputs.Length) _inputs = new Tensor?[inputs.Length];
        inputs.CopyTo(_inputs);
        _inputCount = inputs.Length;
        result.RequiresGrad = true;
        result.Node = this;
        if (StepClock.Current is { } clock) clock.Lap("forward", Op, result.Shape);
        return result;
    }

    /// <summary>The workspace batch is over: the node is ready for another operation.</summary>
    public bool Recycle()
    {
        Array.Clear(_inputs, 0, _inputCount);
        (_inputCount, _gradient, _grid, _isFreed) = (0, null, null, false);
        Free();
        return true;
    }

    /// <summary>Given the gradient of the result, adds to the gradients of the inputs (<see cref="Needs"/>) by <see cref="Add"/>.</summary>
    /// <param name="gradient">Of the result's shape, in any layout. To be written to only if it is ours.</param>
    protected abstract void Backward(Tensor gradient);

    /// <summary>Drops what was saved, so that it can be collected.</summary>
    protected virtual void Free()
    {
    }

    /// <summary>Whether input <paramref name="index"/> wants a gradient.</summary>
    protected bool Needs(int index) => _inputs[index] is { RequiresGrad: true };

    /// <summary>Whether input <paramref name="index"/> is the result of a ReLU, whose derivative may be applied to the gradient that is handed to <see cref="Add"/>.</summary>
    protected bool InputIsRectified(int index) => _inputs[index] is { Node.IsRectified: true };

    /// <summary>Where a kernel can add the gradient of an input: the gradient itself of a leaf (a parameter, as a rule), else fresh zeros. Hand it to <see cref="Add"/> then.</summary>
    /// <param name="index">Which input; it must need a gradient.</param>
    /// <returns>Row-major, of the input's shape.</returns>
    protected Tensor Sum(int index)
    {
        Tensor input = _inputs[index]!;
        return input.Node is null ? input.GradientToAddTo() : Tensor.Zeros(input.Shape);
    }

    /// <summary>Adds to the gradient of an input.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="contribution">The gradient, of the input's shape.</param>
    /// <param name="ours">True if nobody else holds the memory, so that it may be added to later.</param>
    /// <param name="rectified">Whether the derivative of the ReLU that the input is the result of has been applied.</param>
    protected void Add(int index, Tensor contribution, bool ours = true, bool rectified = false)
    {
        if (_inputs[index] is not { RequiresGrad: true } input) return;
        if (input.Node is { } node) node.Receive(contribution, ours, rectified);
        else if (input.GradientToAddTo() is var gradient && gradient != contribution) // else it was added in place
            Elementwise.Map(default(Plus), gradient.Span, contribution.To(Layout.RowMajor).Span, gradient.Span);
    }

    /// <summary>The same of a gradient that is not zero at some pixels alone; nobody else holds its memory.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="grid">The gradient at these pixels, in batch lanes.</param>
    /// <param name="places">Which ones.</param>
    /// <param name="rectified">As in <see cref="Add"/>.</param>
    protected void AddAtGrid(int index, Tensor grid, in PixelGrid places, bool rectified)
    {
        if (_inputs[index]!.Node is { _gradient: null, _grid: null } node)
        {
            grid.Storage.Waiting++;
            (node._grid, node._places, node._gridIsRectified) = (grid, places, rectified);
        }
        else Add(index, Whole(grid, places), ours: true, rectified);
    }

    private static Tensor Whole(Tensor grid, in PixelGrid places)
    {
        Tensor whole = Tensor.Empty(places.Whole, Layout.BatchLanes);
        whole.Span.Clear();
        places.AddTo(grid.Span, whole.Span);
        return whole;
    }

    /// <summary>Takes a gradient for this node's result.</summary>
    public void Receive(Tensor contribution, bool ours, bool rectified = false)
    {
        if (_grid is { } grid)
        {
            _grid = null;
            grid.Storage.Waiting--;
            if (ours && contribution.Layout == Layout.BatchLanes)
            {
                _places.AddTo(grid.Span, contribution.Span);
                rectified &= _gridIsRectified;
            }
            else Set(Whole(grid, _places), ours: true, _gridIsRectified);
        }
        if (_gradient is null) Set(contribution, ours, rectified);
        else
        {
            Tensor other = contribution.To(_gradient.Layout);
            Tensor sum = GradientIsOurs ? _gradient : ours || other != contribution ? other : Tensor.Empty(_gradient.Shape, _gradient.Layout);
            Elementwise.Map(default(Plus), _gradient.Span, other.Span, sum.Span);
            Set(sum, ours: true, GradientIsRectified && rectified);
        }
    }

    private void Set(Tensor gradient, bool ours, bool rectified)
    {
        if (_gradient is not null) _gradient.Storage.Waiting--;
        gradient.Storage.Waiting++;
        (_gradient, GradientIsOurs, GradientIsRectified) = (gradient, ours, rectified);
    }

    /// <summary>Runs the backward pass of this node on what it has received.</summary>
    public void Run(bool retainGraph)
    {
        if (_grid is { } grid)
        {
            _grid = null;
            grid.Storage.Waiting--;
            Set(Whole(grid, _places), ours: true, _gridIsRectified);
        }
        Tensor gradient = _gradient!;
        _gradient = null;
        Backward(gradient);
        gradient.Storage.Waiting--;
        StepClock.Current?.Lap("backward", Op, gradient.Shape);
        if (retainGraph) return;
        Free();
        _isFreed = true;
    }

    /// <summary>Forgets a gradient that arrived in a pass that broke off.</summary>
    public void Drop() => _gradient = _grid = null;

    /// <exception cref="InvalidOperationException">A backward pass has used the node before and freed what it saved.</exception>
    public virtual void ThrowIfFreed()
    {
        if (_isFreed)
            throw new InvalidOperationException($"backward: trying to backward through the graph a second time, at {Op} (what it saved has already been freed). Pass retainGraph: true to the first call if you need this.");
    }

    /// <summary>Puts the nodes behind this one's inputs into the list.</summary>
    public void Predecessors(List<Node> nodes, List<Tensor> leaves)
    {
        foreach (Tensor? input in _inputs.AsSpan(0, _inputCount))
        {
            if (input is not { RequiresGrad: true }) continue;
            if (input.Node is { } node) nodes.Add(node);
            else leaves.Add(input);
        }
    }

    private struct Plus : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(a, b);
    }
}
