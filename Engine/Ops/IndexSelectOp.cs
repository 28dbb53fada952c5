using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Picks indices along a dimension.</summary>
public static class IndexSelectOp
{
    /// <summary>Entries index[0], index[1], ... of one dimension. An index may repeat; its gradients add up.</summary>
    /// <param name="x">Any shape of rank 1 and up.</param>
    /// <param name="dim">The dimension, negative from the end.</param>
    /// <param name="index">Which entries, each 0 to the dimension's size - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or an index outside it.</exception>
    public static Tensor IndexSelect(this Tensor x, int dim, params ReadOnlySpan<int> index)
    {
        ArgumentNullException.ThrowIfNull(x);
        int d = x.Shape.NormalizeDim(dim), size = x.Shape[d];
        for (int i = 0; i < index.Length; i++)
            if ((uint)index[i] >= (uint)size)
                throw new ArgumentOutOfRangeException(nameof(index), $"index_select: index {index[i]} at position {i} is out of range; dimension {d} of {x.Shape} has {size} entries (0..{size - 1}).");
        int outer = 1, inner = 1;
        foreach (int s in x.Shape.Sizes[..d]) outer *= s;
        foreach (int s in x.Shape.Sizes[(d + 1)..]) inner *= s;
        Tensor y = Tensor.Empty(x.Shape.With(d, index.Length));
        ReadOnlySpan<float> from = x.AsSpan();
        for (int o = 0, at = 0; o < outer; o++)
            foreach (int i in index)
            {
                from.Slice((o * size + i) * inner, inner).CopyTo(y.Span[at..]);
                at += inner;
            }
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape, index, outer, size, inner).Attach(y, x) : y;
    }

    private sealed class Node : Tensors.Node
    {
        private readonly List<int> _index = [];
        private Shape _shape;
        private int _outer, _size, _inner;

        public override string Op => "index_select";

        public Node Set(Shape shape, ReadOnlySpan<int> index, int outer, int size, int inner)
        {
            _index.AddRange(index);
            (_shape, _outer, _size, _inner) = (shape, outer, size, inner);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            for (int o = 0, at = 0; o < _outer; o++)
                foreach (int i in _index)
                {
                    Span<float> sum = dx.Span.Slice((o * _size + i) * _inner, _inner);
                    for (int k = 0; k < _inner; k++) sum[k] += dy[at++];
                }
            Add(0, dx);
        }

        protected override void Free() => _index.Clear();
    }
}
