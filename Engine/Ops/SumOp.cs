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
        bool[] reduced = new bool[x.Rank];
        Reduction.Mark(x.Shape, dims, reduced, "sum");
        Tensor rows = Reduction.RowsLast(x, reduced, out int length), y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim));
        for (int i = 0; i < y.Count; i++) y.Span[i] = RowSum.Of(rows.Span.Slice(i * length, length));
        return Tensors.Node.IsNeeded(x) ? new Node(x, reduced).Attach(y) : y;
    }

    private sealed class Node(Tensor x, bool[] reduced) : Tensors.Node("sum", x)
    {
        private readonly Shape _shape = x.Shape;

        protected override void Backward(Tensor gradient) => Add(0, Broadcasting.Expand(Reduction.Reinsert(gradient, _shape, reduced), _shape));

        protected override void Free()
        {
        }
    }
}
