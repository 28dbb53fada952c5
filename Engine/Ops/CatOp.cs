using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Joins tensors along a dimension.</summary>
public static class CatOp
{
    extension(Tensor)
    {
        /// <summary>Joins tensors along a dimension they have; all other sizes must be equal.</summary>
        /// <param name="tensors">At least one, of rank 1 and up.</param>
        /// <param name="dim">The dimension, negative from the end.</param>
        /// <exception cref="ArgumentException">No tensors, or their shapes do not fit.</exception>
        /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
        public static Tensor Cat(ReadOnlySpan<Tensor> tensors, int dim = 0)
        {
            if (tensors.IsEmpty) throw new ArgumentException("cat: expected at least one tensor, got none.", nameof(tensors));
            foreach (Tensor tensor in tensors) ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            Shape first = tensors[0].Shape;
            int d = first.NormalizeDim(dim);
            long joined = 0;
            for (int i = 0; i < tensors.Length; i++)
            {
                if (!Fits(first, tensors[i].Shape, d))
                    throw new ArgumentException($"cat: sizes of tensors must match except in dimension {d}. Received: tensor 0 {first}, tensor {i} {tensors[i].Shape}.", nameof(tensors));
                joined += tensors[i].Shape[d];
            }
            Tensor y = Tensor.Empty(first.With(d, (int)Math.Min(joined, int.MaxValue)));
            int at = 0;
            foreach (Tensor tensor in tensors)
            {
                Rows rows = new(y.Shape, d, at, tensor.Shape[d]);
                for (int o = 0; o < rows.Outer; o++) tensor.AsSpan().Slice(o * rows.Length, rows.Length).CopyTo(y.Span[rows.Start(o)..]);
                at += tensor.Shape[d];
            }
            return Node.IsNeeded(tensors) ? Workspace.Rent<Node>().Set(tensors, d).Attach(y, tensors) : y;
        }
    }

    private static bool Fits(Shape a, Shape b, int dim)
    {
        if (a.Rank != b.Rank) return false;
        for (int d = 0; d < a.Rank; d++)
            if (d != dim && a[d] != b[d]) return false;
        return true;
    }

    /// <summary>Where one tensor's contiguous rows lie in the joined one.</summary>
    private readonly struct Rows
    {
        private readonly int _stride, _offset;

        public Rows(Shape joined, int dim, int at, int size)
        {
            int inner = 1;
            foreach (int s in joined.Sizes[(dim + 1)..]) inner *= s;
            Outer = 1;
            foreach (int s in joined.Sizes[..dim]) Outer *= s;
            (Length, _stride, _offset) = (size * inner, joined[dim] * inner, at * inner);
        }

        public int Outer { get; }

        public int Length { get; }

        public int Start(int outer) => outer * _stride + _offset;
    }

    private sealed class Node : Tensors.Node
    {
        private readonly List<Shape> _shapes = [];
        private int _dim;

        public override string Op => "cat";

        public Node Set(ReadOnlySpan<Tensor> tensors, int dim)
        {
            foreach (Tensor tensor in tensors) _shapes.Add(tensor.Shape);
            _dim = dim;
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            ReadOnlySpan<float> dy = gradient.AsSpan();
            int at = 0;
            for (int i = 0; i < _shapes.Count; i++)
            {
                Rows rows = new(gradient.Shape, _dim, at, _shapes[i][_dim]);
                at += _shapes[i][_dim];
                if (!Needs(i)) continue;
                Tensor dx = Tensor.Empty(_shapes[i]);
                for (int o = 0; o < rows.Outer; o++) dy.Slice(rows.Start(o), rows.Length).CopyTo(dx.Span[(o * rows.Length)..]);
                Add(i, dx);
            }
        }

        protected override void Free() => _shapes.Clear();
    }
}
