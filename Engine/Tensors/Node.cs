using Engine.Kernels;

namespace Engine.Tensors;

/// <summary>One recorded operation: its inputs, what its backward pass needs, and the gradient that has arrived for its result.</summary>
internal abstract class Node
{
    private static long _count;
    private readonly long _sequence = Interlocked.Increment(ref _count);
    private readonly Tensor[] _inputs;
    private Tensor? _gradient;
    private bool _gradientIsOurs;

    protected Node(string op, params ReadOnlySpan<Tensor> inputs)
    {
        Op = op;
        _inputs = inputs.ToArray();
    }

    /// <summary>Name of the operation, for messages.</summary>
    public string Op { get; }

    /// <summary>Higher than every node this one's inputs came from.</summary>
    public long Sequence => _sequence;

    private bool IsFreed { get; set; }

    /// <summary>True where an operation on these inputs has to be recorded.</summary>
    public static bool IsNeeded(params ReadOnlySpan<Tensor> inputs)
    {
        if (!GradMode.IsEnabled) return false;
        foreach (Tensor input in inputs)
            if (input.RequiresGrad) return true;
        return false;
    }

    /// <summary>Makes a tensor this node's result.</summary>
    public Tensor Attach(Tensor result)
    {
        result.RequiresGrad = true;
        result.Node = this;
        return result;
    }

    /// <summary>Given the gradient of the result, adds to the gradients of the inputs (<see cref="Needs"/>) by <see cref="Add"/>.</summary>
    /// <param name="gradient">Of the result's shape, in any layout. Not to be written to.</param>
    protected abstract void Backward(Tensor gradient);

    /// <summary>Drops what was saved.</summary>
    protected abstract void Free();

    /// <summary>Whether input <paramref name="index"/> wants a gradient.</summary>
    protected bool Needs(int index) => _inputs[index].RequiresGrad;

    /// <summary>Lets a kernel add to the gradient of an input in place where the input is a leaf (a parameter, as a rule), else to fresh zeros.</summary>
    /// <param name="index">Which input; it must need a gradient.</param>
    /// <param name="kernel">Adds to the row-major tensor it is given.</param>
    protected void AddTo(int index, Action<Tensor> kernel)
    {
        Tensor input = _inputs[index];
        if (input.Node is null) kernel(input.GradientToAddTo());
        else
        {
            Tensor zeros = Tensor.Zeros(input.Shape);
            kernel(zeros);
            Add(index, zeros);
        }
    }

    /// <summary>Adds to the gradient of an input.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="contribution">The gradient, of the input's shape.</param>
    /// <param name="ours">True if nobody else holds the memory, so that it may be added to later.</param>
    protected void Add(int index, Tensor contribution, bool ours = true)
    {
        Tensor input = _inputs[index];
        if (!input.RequiresGrad) return;
        if (input.Node is { } node) node.Receive(contribution, ours);
        else
        {
            Span<float> sum = input.GradientToAddTo().Span;
            Elementwise.Map(default(Sum), sum, contribution.To(Layout.RowMajor).Span, sum);
        }
    }

    /// <summary>Takes a gradient for this node's result.</summary>
    public void Receive(Tensor contribution, bool ours)
    {
        if (_gradient is null) (_gradient, _gradientIsOurs) = (contribution, ours);
        else
        {
            Tensor other = contribution.To(_gradient.Layout), sum = _gradientIsOurs ? _gradient : Tensor.Empty(_gradient.Shape, _gradient.Layout);
            Elementwise.Map(default(Sum), _gradient.Span, other.Span, sum.Span);
            (_gradient, _gradientIsOurs) = (sum, true);
        }
    }

    /// <summary>Runs the backward pass of this node on what it has received.</summary>
    public void Run(bool retainGraph)
    {
        Tensor gradient = _gradient!;
        _gradient = null;
        Backward(gradient);
        if (retainGraph) return;
        Free();
        IsFreed = true;
    }

    /// <summary>Forgets a gradient that arrived in a pass that broke off.</summary>
    public void Drop() => _gradient = null;

    /// <exception cref="InvalidOperationException">A backward pass has used the node before and freed what it saved.</exception>
    public void ThrowIfFreed()
    {
        if (IsFreed)
            throw new InvalidOperationException($"backward: trying to backward through the graph a second time, at {Op} (what it saved has already been freed). Pass retainGraph: true to the first call if you need this.");
    }

    /// <summary>Puts the nodes behind this one's inputs into the list.</summary>
    public void Predecessors(List<Node> nodes, List<Tensor> leaves)
    {
        foreach (Tensor input in _inputs)
        {
            if (!input.RequiresGrad) continue;
            if (input.Node is { } node) nodes.Add(node);
            else leaves.Add(input);
        }
    }

    private struct Sum : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(a, b);
    }
}
