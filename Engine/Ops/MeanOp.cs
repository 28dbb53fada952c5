using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Mean over dimensions.</summary>
public static class MeanOp
{
    /// <summary>The mean over some dimensions, or over all.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Dimensions to average over, negative ones from the end; empty for all.</param>
    /// <param name="keepDim">Keeps the reduced dimensions with size 1.</param>
    /// <returns>x's shape without the reduced dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension is given twice, or there is nothing to average.</exception>
    public static Tensor Mean(this Tensor x, ReadOnlySpan<int> dims = default, bool keepDim = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        DimSet reduced = Reduction.Mark(x.Shape, dims, "mean");
        Tensor rows = Reduction.RowsLast(x, reduced, out int length), y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim));
        if (length == 0 && y.Count > 0)
            throw new ArgumentException($"mean: there is no mean of 0 elements. Received: input {x.Shape}, dims [{string.Join(", ", dims.ToArray())}].", nameof(x));
        for (int i = 0; i < y.Count; i++) y.Span[i] = (float)(RowSum.Of(rows.Span.Slice(i * length, length)) / (double)length);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape, reduced, length).Attach(y, x) : y;
    }

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;
        private DimSet _reduced;
        private int _length;

        public override string Op => "mean";

        public Node Set(Shape shape, DimSet reduced, int length)
        {
            (_shape, _reduced, _length) = (shape, reduced, length);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor share = Tensor.Empty(gradient.Shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            for (int i = 0; i < dy.Length; i++) share.Span[i] = (float)(dy[i] / (double)_length);
            Add(0, Broadcasting.Expand(Reduction.Reinsert(share, _shape, _reduced), _shape));
        }
    }
}
