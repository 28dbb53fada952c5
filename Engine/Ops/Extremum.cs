using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What the largest and the smallest element share: the search, the ties and the gradients.</summary>
internal static class Extremum
{
    /// <summary>Index of the first extreme element of a row; of the first NaN where there is one.</summary>
    public static int IndexOf(ReadOnlySpan<float> row, bool largest)
    {
        int best = 0;
        for (int i = 0; i < row.Length && !float.IsNaN(row[best]); i++)
            if (float.IsNaN(row[i]) || (largest ? row[i] > row[best] : row[i] < row[best])) best = i;
        return best;
    }

    /// <summary>The index along one dimension of each row's first extreme element, in row-major order of the result.</summary>
    public static int[] Indices(Tensor x, int dim, bool largest, string op, out Tensor rows, out DimSet reduced)
    {
        ArgumentNullException.ThrowIfNull(x);
        reduced = DimSet.Of(x.Shape.NormalizeDim(dim));
        rows = Reduction.RowsLast(x, reduced, out int length);
        int[] indices = new int[Reduction.ResultShape(x.Shape, reduced, keepDim: false).Count];
        if (length == 0 && indices.Length > 0)
            throw new ArgumentException($"{op}: dimension {dim} must have at least one element. Received: input {x.Shape}.", nameof(x));
        for (int i = 0; i < indices.Length; i++) indices[i] = IndexOf(rows.Span.Slice(i * length, length), largest);
        return indices;
    }

    /// <summary>The extreme element of a whole tensor; equal ones share the gradient evenly.</summary>
    public static Tensor Of(Tensor x, bool largest, string op)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Count == 0) throw new ArgumentException($"{op}: there is no {op} of 0 elements. Received: input {x.Shape}.", nameof(x));
        Tensor y = Tensor.Scalar(x.Span[IndexOf(x.Span, largest)]);
        return Node.IsNeeded(x) ? Workspace.Rent<AllNode>().Set(op, x, y.Detach()).Attach(y, x) : y;
    }

    /// <summary>The extreme elements along one dimension and their indices; the whole gradient goes to the first of equal ones.</summary>
    public static (Tensor Values, int[] Indices) Of(Tensor x, int dim, bool keepDim, bool largest, string op)
    {
        int[] indices = Indices(x, dim, largest, op, out Tensor rows, out DimSet reduced);
        Tensor y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim));
        int length = x.Shape[dim];
        for (int i = 0; i < indices.Length; i++) y.Span[i] = rows.Span[i * length + indices[i]];
        return (Node.IsNeeded(x) ? Workspace.Rent<DimNode>().Set(op, x.Shape, x.Shape.NormalizeDim(dim), indices).Attach(y, x) : y, indices);
    }

    private sealed class AllNode : Node
    {
        private string _op = "";
        private Saved _x, _y;

        public override string Op => _op;

        public AllNode Set(string op, Tensor x, Tensor y)
        {
            (_op, _x, _y) = (op, x, y);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _x.Get(Op), dx = Tensor.Empty(saved.Shape, saved.Layout);
            ReadOnlySpan<float> from = saved.Span;
            float extreme = _y.Get(Op).Item();
            int ties = 0;
            foreach (float value in from)
                if (value.Equals(extreme) || value == extreme) ties++; // Equals: NaN shares with NaN; ==: 0 with -0
            float share = gradient.Item() / ties;
            for (int i = 0; i < from.Length; i++) dx.Span[i] = from[i].Equals(extreme) || from[i] == extreme ? share : 0;
            Add(0, dx);
        }

        protected override void Free() => _x = _y = default;
    }

    private sealed class DimNode : Node
    {
        private string _op = "";
        private Shape _shape;
        private int _dim;
        private int[] _indices = []; // the caller's own too

        public override string Op => _op;

        public DimNode Set(string op, Shape shape, int dim, int[] indices)
        {
            (_op, _shape, _dim, _indices) = (op, shape, dim, indices);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            Span<long> strides = stackalloc long[Shape.MaxRank];
            Strided.Strides(_shape, strides);
            int inner = (int)strides[_dim], length = _shape[_dim];
            for (int i = 0; i < dy.Length; i++) dx.Span[(i / inner * length + _indices[i]) * inner + i % inner] = dy[i];
            Add(0, dx);
        }

        protected override void Free() => _indices = [];
    }
}
