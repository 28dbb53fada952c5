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
        string received = $"Received: input {x.Shape}, widths [{string.Join(", ", widths.ToArray())}].";
        if (widths.Length % 2 != 0) throw new ArgumentException($"pad: the number of widths must be even, got {widths.Length}. {received}", nameof(widths));
        if (widths.Length > 2 * x.Rank)
            throw new ArgumentException($"pad: at most 2 widths for each dimension: {2 * x.Rank} for this input, got {widths.Length}. {received}", nameof(widths));
        int[] before = new int[x.Rank], sizes = x.Shape.Sizes.ToArray();
        for (int i = 0; i < widths.Length / 2; i++)
        {
            int d = x.Rank - 1 - i;
            long size = (long)sizes[d] + widths[2 * i] + widths[2 * i + 1];
            if (size is < 0 or > int.MaxValue)
                throw new ArgumentException($"pad: dimension {d} would get size {size}. {received}", nameof(widths));
            (before[d], sizes[d]) = (widths[2 * i], (int)size);
        }
        Tensor y = Tensor.Full(new Shape(sizes), value);
        Copy(x.AsSpan(), x.Shape, y.Span, y.Shape, before);
        return Tensors.Node.IsNeeded(x) ? new Node(x, before).Attach(y) : y;
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

    private sealed class Node(Tensor x, int[] before) : Tensors.Node("pad", x)
    {
        private readonly Shape _shape = x.Shape;

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            Copy(gradient.AsSpan(), gradient.Shape, dx.Span, _shape, Array.ConvertAll(before, b => -b));
            Add(0, dx);
        }

        protected override void Free()
        {
        }
    }
}
