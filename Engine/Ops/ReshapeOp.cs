using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Reshape and flatten.</summary>
public static class ReshapeOp
{
    /// <summary>The same elements in row-major order under another shape.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="sizes">The new sizes; one may be -1 and is inferred.</param>
    /// <exception cref="ArgumentException">The new shape has another number of elements.</exception>
    public static Tensor Reshape(this Tensor x, params ReadOnlySpan<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = new(Shape.Infer(sizes, x.Count), Layout.RowMajor, x.To(Layout.RowMajor).Storage);
        return Tensors.Node.IsNeeded(x) ? new Node(x).Attach(y) : y;
    }

    /// <summary>Merges dimensions from <paramref name="startDim"/> to <paramref name="endDim"/> into one, keeping the batch dimension even where it is 1.</summary>
    /// <param name="x">Any shape; [N, C, H, W] becomes [N, C * H * W] in PyTorch's feature order.</param>
    /// <param name="startDim">First merged dimension.</param>
    /// <param name="endDim">Last merged dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor Flatten(this Tensor x, int startDim = 0, int endDim = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank == 0) return x.Reshape(1);
        int start = x.Shape.NormalizeDim(startDim), end = x.Shape.NormalizeDim(endDim), merged = 1;
        if (start > end) throw new ArgumentOutOfRangeException(nameof(startDim), $"flatten: startDim {startDim} comes after endDim {endDim} in shape {x.Shape}.");
        foreach (int size in x.Shape.Sizes[start..(end + 1)]) merged *= size;
        return x.Reshape([.. x.Shape.Sizes[..start], merged, .. x.Shape.Sizes[(end + 1)..]]);
    }

    private sealed class Node(Tensor x) : Tensors.Node("reshape", x)
    {
        private readonly Shape _shape = x.Shape;

        protected override void Backward(Tensor gradient) => Add(0, new Tensor(_shape, Layout.RowMajor, gradient.To(Layout.RowMajor).Storage), ours: false);

        protected override void Free()
        {
        }
    }
}
