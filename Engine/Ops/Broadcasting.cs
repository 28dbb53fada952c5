using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Repeats a tensor along its singleton dimensions, and sums back over them; outside the graph.</summary>
internal static class Broadcasting
{
    /// <summary>x repeated to a shape it broadcasts to. Row-major.</summary>
    public static Tensor Expand(Tensor x, Shape shape)
    {
        Span<long> strides = stackalloc long[Shape.MaxRank], own = stackalloc long[Shape.MaxRank];
        Strided.Strides(x.Shape, own);
        int lead = shape.Rank - x.Rank;
        for (int d = 0; d < shape.Rank; d++) strides[d] = d < lead || x.Shape[d - lead] == 1 ? 0 : own[d - lead];
        Tensor y = Tensor.Empty(shape);
        Strided.Gather(x.AsSpan(), 0, shape.Sizes, strides[..shape.Rank], y.Span);
        return y;
    }

    /// <summary>The sum over every dimension along which <paramref name="shape"/> was repeated to make x's shape; x itself where none was.</summary>
    public static Tensor SumTo(Tensor x, Shape shape)
    {
        if (x.Shape == shape) return x;
        int lead = x.Rank - shape.Rank;
        DimSet reduced = default;
        for (int d = 0; d < x.Rank; d++)
            if (d < lead || (shape[d - lead] == 1 && x.Shape[d] != 1)) reduced = reduced.With(d);
        Tensor rows = Reduction.RowsLast(x, reduced, out int length), y = Tensor.Empty(shape);
        for (int i = 0; i < y.Count; i++) y.Span[i] = RowSum.Of(rows.Span.Slice(i * length, length));
        return y;
    }
}
