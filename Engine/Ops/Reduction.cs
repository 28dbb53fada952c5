using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What reductions share: which dimensions go, the result's shape, and the elements brought into rows that are reduced one by one.</summary>
internal static class Reduction
{
    /// <summary>Marks the reduced dimensions; none given means all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">One is given twice.</exception>
    public static DimSet Mark(Shape shape, ReadOnlySpan<int> dims, string op)
    {
        if (dims.IsEmpty) return DimSet.All(shape.Rank);
        DimSet reduced = default;
        foreach (int dim in dims)
        {
            int d = shape.NormalizeDim(dim);
            if (reduced[d]) throw new ArgumentException($"{op}: dimension {dim} appears more than once in [{string.Join(", ", dims.ToArray())}].", nameof(dims));
            reduced = reduced.With(d);
        }
        return reduced;
    }

    /// <summary>The shape after reduction: reduced dimensions gone, or of size 1.</summary>
    public static Shape ResultShape(Shape shape, DimSet reduced, bool keepDim)
    {
        Span<int> sizes = stackalloc int[shape.Rank];
        int rank = 0;
        for (int d = 0; d < shape.Rank; d++)
            if (!reduced[d]) sizes[rank++] = shape[d];
            else if (keepDim) sizes[rank++] = 1;
        return new Shape(sizes[..rank]);
    }

    /// <summary>The elements in row-major order with the reduced dimensions last, so that each result is one contiguous row. x itself where they already are.</summary>
    public static Tensor RowsLast(Tensor x, DimSet reduced, out int length)
    {
        Span<long> own = stackalloc long[Shape.MaxRank], strides = stackalloc long[Shape.MaxRank];
        Span<int> sizes = stackalloc int[Shape.MaxRank];
        Strided.Strides(x.Shape, own);
        int at = 0;
        length = 1;
        for (int pass = 0; pass < 2; pass++)
            for (int d = 0; d < x.Rank; d++)
            {
                if (reduced[d] != (pass == 1)) continue;
                if (pass == 1) length *= x.Shape[d];
                (sizes[at], strides[at++]) = (x.Shape[d], own[d]);
            }
        if (sizes[..x.Rank].SequenceEqual(x.Shape.Sizes) && strides[..x.Rank].SequenceEqual(own[..x.Rank])) return x.To(Layout.RowMajor);
        Tensor rows = Tensor.Empty(new Shape(sizes[..x.Rank]));
        Strided.Gather(x.AsSpan(), 0, rows.Shape.Sizes, strides[..x.Rank], rows.Span);
        return rows;
    }

    /// <summary>Undoes the dropping of reduced dimensions: the same elements with those dimensions of size 1.</summary>
    public static Tensor Reinsert(Tensor reducedResult, Shape shape, DimSet reduced) =>
        Tensor.On(reducedResult.To(Layout.RowMajor).Storage, ResultShape(shape, reduced, keepDim: true));
}
