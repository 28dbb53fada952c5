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
    public static int[] Indices(Tensor x, int dim, bool largest, string op, out Tensor rows, out bool[] reduced)
    {
        ArgumentNullException.ThrowIfNull(x);
        reduced = new bool[x.Rank];
        reduced[x.Shape.NormalizeDim(dim)] = true;
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
        return Tensors.Node.IsNeeded(x) ? new AllNode(op, x, y.Detach()).Attach(y) : y;
    }

    /// <summary>The extreme elements along one dimension and their indices; the whole gradient goes to the first of equal ones.</summary>
    public static (Tensor Values, int[] Indices) Of(Tensor x, int dim, bool keepDim, bool largest, string op)
    {
        int[] indices = Indices(x, dim, largest, op, out Tensor rows, out bool[] reduced);
        Tensor y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim));
        int length = x.Shape[dim];
        for (int i = 0; i < indices.Length; i++) y.Span[i] = rows.Span[i * length + indices[i]];
        return (Tensors.Node.IsNeeded(x) ? new DimNode(op, x, x.Shape.NormalizeDim(dim), indices).Attach(y) : y, indices);
    }

    private sealed class AllNode(string op, Tensor x, Tensor y) : Node(op, x)
    {
        private Saved _x = x, _y = y;

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

    private sealed class DimNode(string op, Tensor x, int dim, int[] indices) : Node(op, x)
    {
        private readonly Shape _shape = x.Shape;

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            Span<long> strides = stackalloc long[Shape.MaxRank];
            Strided.Strides(_shape, strides);
            int inner = (int)strides[dim], length = _shape[dim];
            for (int i = 0; i < dy.Length; i++) dx.Span[(i / inner * length + indices[i]) * inner + i % inner] = dy[i];
            Add(0, dx);
        }

        protected override void Free()
        {
        }
    }
}
