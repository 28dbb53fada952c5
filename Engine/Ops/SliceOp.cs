using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Takes a range along one dimension.</summary>
public static class SliceOp
{
    /// <summary>Elements start, start + step, ... below stop of one dimension, by Python's rules: negative ends count from the end, ends beyond the dimension are cut.</summary>
    /// <param name="x">Any shape of rank 1 and up.</param>
    /// <param name="dim">The dimension, negative from the end.</param>
    /// <param name="start">First index.</param>
    /// <param name="stop">First index not taken.</param>
    /// <param name="step">Distance of indices, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension, or a step below 1.</exception>
    public static Tensor Slice(this Tensor x, int dim, int start = 0, int stop = int.MaxValue, int step = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (step < 1) throw new ArgumentOutOfRangeException(nameof(step), $"slice: step must be greater than zero, got {step}.");
        int d = x.Shape.NormalizeDim(dim), size = x.Shape[d];
        int from = Cut(start), to = Math.Max(from, Cut(stop));
        PerDim<long> strides = default;
        Strided.Strides(x.Shape, strides);
        long offset = from * strides[d];
        strides[d] *= step;
        Tensor y = Tensor.Empty(x.Shape.With(d, (int)(((long)to - from + step - 1) / step)));
        Strided.Gather(x.AsSpan(), offset, y.Shape.Sizes, strides[..x.Rank], y.Span);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape, offset, strides).Attach(y, x) : y;

        int Cut(int index) => (int)Math.Clamp(index < 0 ? (long)index + size : index, 0, size);
    }

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;
        private long _offset;
        private PerDim<long> _strides;

        public override string Op => "slice";

        public Node Set(Shape shape, long offset, in PerDim<long> strides)
        {
            (_shape, _offset, _strides) = (shape, offset, strides);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            Strided.ScatterAdd(gradient.AsSpan(), gradient.Shape.Sizes, dx.Span, _offset, _strides[.._shape.Rank]);
            Add(0, dx);
        }
    }
}
