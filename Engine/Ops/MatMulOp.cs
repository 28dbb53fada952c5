using Engine.Kernels.Products;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Matrix product.</summary>
public static class MatMulOp
{
    /// <summary>The matrix product, as <c>torch.matmul</c>: vectors count as a row (a) or a column (b) that is dropped again; leading dimensions are a batch and broadcast.</summary>
    /// <param name="a">[..., m, k] or [k].</param>
    /// <param name="b">[..., k, n] or [k].</param>
    /// <returns>[..., m, n], without m or n where a or b is a vector.</returns>
    /// <exception cref="ArgumentException">The inner sizes differ, or the batches do not broadcast.</exception>
    public static Tensor MatMul(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rank == 0 || b.Rank == 0)
            throw new ArgumentException($"matmul: both arguments need to be at least 1-D. Received: a {a.Shape}, b {b.Shape}.", a.Rank == 0 ? nameof(a) : nameof(b));
        int m = a.Rank == 1 ? 1 : a.Shape[^2], k = a.Shape[^1], n = b.Rank == 1 ? 1 : b.Shape[^1], inner = b.Rank == 1 ? b.Shape[0] : b.Shape[^2];
        if (k != inner)
            throw new ArgumentException($"matmul: mat1 and mat2 shapes cannot be multiplied ({m}x{k} and {inner}x{n}). Received: a {a.Shape}, b {b.Shape}.", nameof(b));
        Shape batch = Shape.Broadcast(Batch(a.Shape), Batch(b.Shape), "matmul");
        Tensor left = Matrices(a, batch, m, k), right = Matrices(b, batch, k, n);
        Shape shape = batch;
        if (a.Rank > 1) shape = shape.Append(m);
        if (b.Rank > 1) shape = shape.Append(n);
        Tensor y = Tensor.Empty(shape);
        for (int i = 0; i < batch.Count; i++)
            Gemm.Multiply(m, n, k, At(left, i, m * k), false, At(right, i, k * n), false, At(y, i, m * n));
        return Node.IsNeeded(a, b) ? Workspace.Rent<Node>().Set((a.Shape, b.Shape), (left.Detach(), right.Detach()), batch, (m, n, k)).Attach(y, a, b) : y;
    }

    private static Shape Batch(Shape shape) => new(shape.Sizes[..Math.Max(0, shape.Rank - 2)]);

    /// <summary>Row-major matrices, one for each item of the broadcast batch.</summary>
    private static Tensor Matrices(Tensor x, Shape batch, int rows, int columns)
    {
        Shape own = Batch(x.Shape);
        Tensor matrices = Tensor.On(x.To(Layout.RowMajor).Storage, own.Append(rows).Append(columns)); // a vector is now a row or a column
        return own == batch ? matrices : Broadcasting.Expand(matrices, batch.Append(rows).Append(columns));
    }

    private static Span<float> At(Tensor matrices, int index, int length) => matrices.Span.Slice(index * length, length);

    private sealed class Node : Tensors.Node
    {
        private Shape _shapeA, _shapeB, _batch;
        private Saved _left, _right;
        private (int M, int N, int K) _size;

        public override string Op => "matmul";

        public Node Set((Shape A, Shape B) shapes, (Tensor Left, Tensor Right) matrices, Shape batch, (int M, int N, int K) size)
        {
            (_shapeA, _shapeB) = shapes;
            (_left, _right) = matrices;
            (_batch, _size) = (batch, size);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            (int m, int n, int k) = _size;
            Tensor savedLeft = _left.Get(Op), savedRight = _right.Get(Op), dy = gradient.To(Layout.RowMajor);
            Tensor? da = Needs(0) ? Tensor.Empty(savedLeft.Shape) : null, db = Needs(1) ? Tensor.Empty(savedRight.Shape) : null;
            for (int i = 0; i < _batch.Count; i++)
            {
                if (da is not null) Gemm.Multiply(m, k, n, At(dy, i, m * n), false, At(savedRight, i, k * n), true, At(da, i, m * k));
                if (db is not null) Gemm.Multiply(k, n, m, At(savedLeft, i, m * k), true, At(dy, i, m * n), false, At(db, i, k * n));
            }
            if (da is not null) Add(0, Fold(da, _shapeA, m, k));
            if (db is not null) Add(1, Fold(db, _shapeB, k, n));
        }

        protected override void Free() => _left = _right = default;

        /// <summary>Sums over the batch dimensions that were broadcast, and drops the dimension a vector was given.</summary>
        private static Tensor Fold(Tensor gradient, Shape shape, int rows, int columns) =>
            Tensor.On(Broadcasting.SumTo(gradient, Batch(shape).Append(rows).Append(columns)).Storage, shape);
    }
}
