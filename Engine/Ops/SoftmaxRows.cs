using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What softmax and its logarithm share: one dimension brought last, the kernel, and the dimension brought back.</summary>
internal static class SoftmaxRows
{
    public static Tensor Apply(Tensor x, int dim, bool log, string op)
    {
        ArgumentNullException.ThrowIfNull(x);
        int d = x.Shape.NormalizeDim(dim), length = x.Shape[d];
        Tensor rows = DimLast(x, d), result = Tensor.Empty(rows.Shape);
        if (SoftmaxKernel.FirstEmptyRow(rows.Span, length) is >= 0 and int row)
            throw new ArgumentException($"{op}: every element of row {row} along dimension {d} is -Infinity, so there is nothing to share the probability among. Received: input {x.Shape}.", nameof(x));
        SoftmaxKernel.Forward(rows.Span, length, log, result.Span);
        Tensor y = DimBack(result, x.Shape, d);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(op, x.Shape, result, d, log).Attach(y, x) : y;
    }

    private static Tensor DimLast(Tensor x, int d)
    {
        return Reduction.RowsLast(x, DimSet.Of(d), out _);
    }

    private static Tensor DimBack(Tensor rows, Shape shape, int d)
    {
        if (rows.Shape == shape && d == shape.Rank - 1) return Tensor.On(rows.Storage, shape);
        Span<long> own = stackalloc long[Shape.MaxRank], strides = stackalloc long[Shape.MaxRank];
        Strided.Strides(rows.Shape, own);
        for (int i = 0; i < shape.Rank; i++) strides[i] = i == d ? 1 : own[i < d ? i : i - 1];
        Tensor y = Tensor.Empty(shape);
        Strided.Gather(rows.Span, 0, shape.Sizes, strides[..shape.Rank], y.Span);
        return y;
    }

    private sealed class Node : Tensors.Node
    {
        private string _op = "";
        private Shape _shape;
        private Saved _y; // the dimension last
        private int _dim;
        private bool _log;

        public override string Op => _op;

        public Node Set(string op, Shape shape, Tensor y, int dim, bool log)
        {
            (_op, _shape, _y, _dim, _log) = (op, shape, y, dim, log);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _y.Get(Op), dx = Tensor.Empty(saved.Shape);
            SoftmaxKernel.Backward(saved.Span, DimLast(gradient, _dim).Span, _shape[_dim], _log, dx.Span);
            Add(0, DimBack(dx, _shape, _dim));
        }

        protected override void Free() => _y = default;
    }
}
