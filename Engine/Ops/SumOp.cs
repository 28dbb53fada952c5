using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Sum over dimensions.</summary>
public static class SumOp
{
    /// <summary>The sum over some dimensions, or over all.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Dimensions to sum over, negative ones from the end; empty for all.</param>
    /// <param name="keepDim">Keeps the reduced dimensions with size 1.</param>
    /// <returns>x's shape without the reduced dimensions; 0 for each empty sum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension is given twice.</exception>
    public static Tensor Sum(this Tensor x, ReadOnlySpan<int> dims = default, bool keepDim = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        DimSet reduced = Reduction.Mark(x.Shape, dims, "sum");
        Tensor rows = Reduction.RowsLast(x, reduced, out int length), y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim));
        for (int i = 0; i < y.Count; i++) y.Span[i] = RowSum.Of(rows.Span.Slice(i * length, length));
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape, reduced).Attach(y, x) : y;
    }

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;
        private DimSet _reduced;

        public override string Op => "sum";

        public Node Set(Shape shape, DimSet reduced)
        {
            (_shape, _reduced) = (shape, reduced);
            return this;
        }

        protected override void Backward(Tensor gradient) => Add(0, Broadcasting.Expand(Reduction.Reinsert(gradient, _shape, _reduced), _shape));
    }
}
