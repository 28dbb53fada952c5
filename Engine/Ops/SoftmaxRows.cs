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
        return Tensors.Node.IsNeeded(x) ? new Node(op, x, result, d, log).Attach(y) : y;
    }

    private static Tensor DimLast(Tensor x, int d)
    {
        Span<bool> last = stackalloc bool[x.Rank];
        last[d] = true;
        return Reduction.RowsLast(x, last, out _);
    }

    private static Tensor DimBack(Tensor rows, Shape shape, int d)
    {
        if (rows.Shape == shape && d == shape.Rank - 1) return new Tensor(shape, Layout.RowMajor, rows.Storage);
        Span<long> own = stackalloc long[Shape.MaxRank], strides = stackalloc long[Shape.MaxRank];
        Strided.Strides(rows.Shape, own);
        for (int i = 0; i < shape.Rank; i++) strides[i] = i == d ? 1 : own[i < d ? i : i - 1];
        Tensor y = Tensor.Empty(shape);
        Strided.Gather(rows.Span, 0, shape.Sizes, strides[..shape.Rank], y.Span);
        return y;
    }

    private sealed class Node(string op, Tensor x, Tensor y, int dim, bool log) : Tensors.Node(op, x)
    {
        private readonly Shape _shape = x.Shape;
        private Saved _y = y; // the dimension last

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _y.Get(Op), dx = Tensor.Empty(saved.Shape);
            SoftmaxKernel.Backward(saved.Span, DimLast(gradient, dim).Span, _shape[dim], log, dx.Span);
            Add(0, DimBack(dx, _shape, dim));
        }

        protected override void Free() => _y = default;
    }
}
