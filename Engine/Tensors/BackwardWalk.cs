namespace Engine.Tensors;

/// <summary>The reverse pass: nodes by descending sequence number, which is a topological order, with no recursion.</summary>
internal sealed class BackwardWalk : IRecyclable
{
    private readonly PriorityQueue<Node, long> _queue = new();
    private readonly HashSet<Node> _seen = [];
    private readonly List<Node> _order = [], _found = [];
    private readonly List<Tensor> _leaves = [];

    public static void Run(Tensor root, Tensor? gradient, bool retainGraph)
    {
        if (!root.Living.RequiresGrad)
            throw new InvalidOperationException("backward: the tensor does not require grad and is not the result of an operation on one that does.");
        if (gradient is null && root.Count != 1)
            throw new InvalidOperationException($"backward: grad can be implicitly created only for scalar outputs, got shape {root.Shape}; pass a gradient of that shape.");
        if (gradient is not null && gradient.Shape != root.Shape)
            throw new ArgumentException($"backward: gradient must have the tensor's shape. Received: gradient {gradient.Shape}, tensor {root.Shape}.", nameof(gradient));
        using GradMode.Scope _ = GradMode.NoGrad();
        gradient ??= Tensor.Ones(root.Shape);
        if (root.Node is { } first)
        {
            Workspace.Rent<BackwardWalk>().From(first, gradient, retainGraph);
            return;
        }
        Span<float> sum = root.GradientToAddTo().Span;
        ReadOnlySpan<float> added = gradient.AsSpan();
        for (int i = 0; i < sum.Length; i++) sum[i] += added[i];
    }

    /// <inheritdoc/>
    public bool Recycle()
    {
        _queue.Clear();
        _seen.Clear();
        _order.Clear();
        _found.Clear();
        _leaves.Clear();
        return true;
    }

    private void From(Node first, Tensor gradient, bool retainGraph)
    {
        Order(first);
        Claims.Take(_leaves);
        try
        {
            first.Receive(gradient.Detach(), ours: false);
            Workspace.Current?.BeginWalk();
            foreach (Node node in _order)
            {
                node.Run(retainGraph);
                Workspace.Current?.TakeBack();
            }
        }
        catch
        {
            foreach (Node node in _order) node.Drop(); // what a broken pass had handed on must not be part of the next one
            throw;
        }
        finally
        {
            Workspace.Current?.EndWalk();
            Claims.Give(_leaves);
        }
    }

    /// <summary>Finds every node that takes part, last made first; freed ones are met here, before any gradient is touched.</summary>
    private void Order(Node first)
    {
        _seen.Add(first);
        _queue.Enqueue(first, -first.Sequence);
        while (_queue.TryDequeue(out Node? node, out long _))
        {
            node.ThrowIfFreed();
            _order.Add(node);
            _found.Clear();
            node.Predecessors(_found, _leaves);
            foreach (Node predecessor in _found)
                if (_seen.Add(predecessor)) _queue.Enqueue(predecessor, -predecessor.Sequence);
        }
    }

    /// <summary>Which leaves a backward pass is adding to, so that a second one on another thread is refused instead of losing updates.</summary>
    private static class Claims
    {
        private static readonly Lock Gate = new();
        private static readonly HashSet<Tensor> Taken = [];

        public static void Take(List<Tensor> leaves)
        {
            lock (Gate)
            {
                foreach (Tensor leaf in leaves)
                    if (Taken.Contains(leaf))
                        throw new InvalidOperationException($"backward: another backward pass is adding to the gradient of the same parameter {leaf.Shape} on another thread; run them one after the other.");
                foreach (Tensor leaf in leaves) Taken.Add(leaf);
            }
        }

        public static void Give(List<Tensor> leaves)
        {
            lock (Gate)
                foreach (Tensor leaf in leaves) Taken.Remove(leaf);
        }
    }
}
