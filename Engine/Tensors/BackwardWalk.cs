namespace Engine.Tensors;

/// <summary>The reverse pass: nodes by descending sequence number, which is a topological order, with no recursion.</summary>
internal static class BackwardWalk
{
    public static void Run(Tensor root, Tensor? gradient, bool retainGraph)
    {
        if (!root.RequiresGrad)
            throw new InvalidOperationException("backward: the tensor does not require grad and is not the result of an operation on one that does.");
        if (gradient is null && root.Count != 1)
            throw new InvalidOperationException($"backward: grad can be implicitly created only for scalar outputs, got shape {root.Shape}; pass a gradient of that shape.");
        if (gradient is not null && gradient.Shape != root.Shape)
            throw new ArgumentException($"backward: gradient must have the tensor's shape. Received: gradient {gradient.Shape}, tensor {root.Shape}.", nameof(gradient));
        using GradMode.Scope _ = GradMode.NoGrad();
        gradient ??= Tensor.Ones(root.Shape);
        if (root.Node is not { } first)
        {
            Span<float> sum = root.GradientToAddTo().Span;
            ReadOnlySpan<float> added = gradient.AsSpan();
            for (int i = 0; i < sum.Length; i++) sum[i] += added[i];
            return;
        }
        List<Node> order = Order(first, out List<Tensor> leaves);
        Claims.Take(leaves);
        try
        {
            first.Receive(gradient.Detach(), ours: false);
            foreach (Node node in order) node.Run(retainGraph);
        }
        catch
        {
            foreach (Node node in order) node.Drop(); // what a broken pass had handed on must not be part of the next one
            throw;
        }
        finally
        {
            Claims.Give(leaves);
        }
    }

    /// <summary>Every node that takes part, last made first; freed ones are found here, before any gradient is touched.</summary>
    private static List<Node> Order(Node first, out List<Tensor> leaves)
    {
        PriorityQueue<Node, long> queue = new();
        HashSet<Node> seen = [first];
        List<Node> order = [], found = [];
        leaves = [];
        queue.Enqueue(first, -first.Sequence);
        while (queue.TryDequeue(out Node? node, out long _))
        {
            node.ThrowIfFreed();
            order.Add(node);
            found.Clear();
            node.Predecessors(found, leaves);
            foreach (Node predecessor in found)
                if (seen.Add(predecessor)) queue.Enqueue(predecessor, -predecessor.Sequence);
        }
        return order;
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
