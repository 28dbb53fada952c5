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
        int[] sizes = x.Shape.Sizes.ToArray();
        sizes[d] = (int)(((long)to - from + step - 1) / step);
        Span<long> own = stackalloc long[Shape.MaxRank];
        Strided.Strides(x.Shape, own);
        long offset = from * own[d];
        long[] strides = own[..x.Rank].ToArray();
        strides[d] *= step;
        Tensor y = Tensor.Empty(new Shape(sizes));
        Strided.Gather(x.AsSpan(), offset, sizes, strides, y.Span);
        return Tensors.Node.IsNeeded(x) ? new Node(x, offset, strides).Attach(y) : y;

        int Cut(int index) => (int)Math.Clamp(index < 0 ? (long)index + size : index, 0, size);
    }

    private sealed class Node(Tensor x, long offset, long[] strides) : Tensors.Node("slice", x)
    {
        private readonly Shape _shape = x.Shape;

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            Strided.ScatterAdd(gradient.AsSpan(), gradient.Shape.Sizes, dx.Span, offset, strides);
            Add(0, dx);
        }

        protected override void Free()
        {
        }
    }
}
