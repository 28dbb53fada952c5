using System.Diagnostics;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Constant padding.</summary>
public static class PadOp
{
    /// <summary>Puts a constant around x; a negative width cuts instead.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="widths">PyTorch's order: (before, after) of the last dimension, then of the one before it, and so on.</param>
    /// <param name="value">The constant.</param>
    /// <exception cref="ArgumentException">An odd number of widths, too many, or a size would become negative.</exception>
    public static Tensor Pad(this Tensor x, ReadOnlySpan<int> widths, float value = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (widths.Length % 2 != 0) throw new ArgumentException($"pad: the number of widths must be even, got {widths.Length}. {Received(x, widths)}", nameof(widths));
        if (widths.Length > 2 * x.Rank)
            throw new ArgumentException($"pad: at most 2 widths for each dimension: {2 * x.Rank} for this input, got {widths.Length}. {Received(x, widths)}", nameof(widths));
        PerDim<int> before = default;
        Shape shape = x.Shape;
        for (int i = 0; i < widths.Length / 2; i++)
        {
            int d = x.Rank - 1 - i;
            long size = (long)shape[d] + widths[2 * i] + widths[2 * i + 1];
            if (size is < 0 or > int.MaxValue)
                throw new ArgumentException($"pad: dimension {d} would get size {size}. {Received(x, widths)}", nameof(widths));
            before[d] = widths[2 * i];
            shape = shape.With(d, (int)size);
        }
        Tensor y = Tensor.Full(shape, value);
        Copy(x.AsSpan(), x.Shape, y.Span, y.Shape, before);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape, before).Attach(y, x) : y;
    }

    /// <summary>Copies what two row-major boxes have in common; element 0 of <paramref name="from"/> lies at <paramref name="shift"/> of <paramref name="to"/>.</summary>
    private static void Copy(ReadOnlySpan<float> from, Shape fromShape, Span<float> to, Shape toShape, ReadOnlySpan<int> shift)
    {
        Debug.Assert(fromShape.Rank == toShape.Rank);
        if (from.IsEmpty || to.IsEmpty) return;
        if (fromShape.Rank == 0)
        {
            to[0] = from[0];
            return;
        }
        int start = Math.Max(0, -shift[0]), stop = Math.Min(fromShape[0], toShape[0] - shift[0]);
        if (fromShape.Rank == 1)
        {
            if (stop > start) from[start..stop].CopyTo(to[(start + shift[0])..]);
            return;
        }
        Shape fromRow = new(fromShape.Sizes[1..]), toRow = new(toShape.Sizes[1..]);
        for (int i = start; i < stop; i++)
            Copy(from.Slice(i * fromRow.Count, fromRow.Count), fromRow, to.Slice((i + shift[0]) * toRow.Count, toRow.Count), toRow, shift[1..]);
    }

    private static string Received(Tensor x, ReadOnlySpan<int> widths) => $"Received: input {x.Shape}, widths [{string.Join(", ", widths.ToArray())}].";

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;
        private PerDim<int> _shift; // back

        public override string Op => "pad";

        public Node Set(Shape shape, in PerDim<int> before)
        {
            _shape = shape;
            for (int d = 0; d < shape.Rank; d++) _shift[d] = -before[d];
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            Copy(gradient.AsSpan(), gradient.Shape, dx.Span, _shape, _shift);
            Add(0, dx);
        }
    }
}
