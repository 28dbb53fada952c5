using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Reorders dimensions.</summary>
public static class PermuteOp
{
    /// <summary>Dimension i of the result is dimension dims[i] of x.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Every dimension once, negative ones from the end: [0, 2, 3, 1] makes [N, H, W, C] of [N, C, H, W].</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension is missing or given twice.</exception>
    public static Tensor Permute(this Tensor x, params ReadOnlySpan<int> dims)
    {
        ArgumentNullException.ThrowIfNull(x);
        PerDim<int> order = default, inverse = default;
        DimSet seen = default;
        if (dims.Length != x.Rank)
            throw new ArgumentException($"permute: the number of dims ({dims.Length}) must be the rank of the input ({x.Rank}). Received: input {x.Shape}, dims [{string.Join(", ", dims.ToArray())}].", nameof(dims));
        for (int i = 0; i < dims.Length; i++)
        {
            order[i] = x.Shape.NormalizeDim(dims[i]);
            if (seen[order[i]])
                throw new ArgumentException($"permute: dimension {dims[i]} appears more than once in [{string.Join(", ", dims.ToArray())}].", nameof(dims));
            inverse[order[i]] = i;
            seen = seen.With(order[i]);
        }
        Tensor y = Reorder(x, order);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(inverse).Attach(y, x) : y;
    }

    /// <summary>Swaps two dimensions.</summary>
    /// <param name="x">Any shape of rank 1 and up.</param>
    /// <param name="dim0">One dimension, negative from the end.</param>
    /// <param name="dim1">The other.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor Transpose(this Tensor x, int dim0, int dim1)
    {
        ArgumentNullException.ThrowIfNull(x);
        Span<int> order = stackalloc int[x.Rank];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int a = x.Shape.NormalizeDim(dim0), b = x.Shape.NormalizeDim(dim1);
        (order[a], order[b]) = (order[b], order[a]);
        return x.Permute(order);
    }

    /// <summary>The elements of x, row-major in the new order of dimensions; outside the graph.</summary>
    private static Tensor Reorder(Tensor x, ReadOnlySpan<int> order)
    {
        Span<long> own = stackalloc long[Shape.MaxRank], strides = stackalloc long[Shape.MaxRank];
        Span<int> sizes = stackalloc int[x.Rank];
        Strided.Strides(x.Shape, own);
        for (int i = 0; i < sizes.Length; i++) (sizes[i], strides[i]) = (x.Shape[order[i]], own[order[i]]);
        Tensor y = Tensor.Empty(new Shape(sizes));
        Strided.Gather(x.AsSpan(), 0, sizes, strides[..sizes.Length], y.Span);
        return y;
    }

    private sealed class Node : Tensors.Node
    {
        private PerDim<int> _inverse;

        public override string Op => "permute";

        public Node Set(in PerDim<int> inverse)
        {
            _inverse = inverse;
            return this;
        }

        protected override void Backward(Tensor gradient) => Add(0, Reorder(gradient, _inverse));
    }
}
