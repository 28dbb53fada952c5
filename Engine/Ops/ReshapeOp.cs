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
        Tensor y = Tensor.On(x.To(Layout.RowMajor).Storage, Shape.Infer(sizes, x.Count));
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape).Attach(y, x) : y;
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
        return x.Reshape(x.Shape.Without(start, end - start).With(start, merged).Sizes);
    }

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;

        public override string Op => "reshape";

        public Node Set(Shape shape)
        {
            _shape = shape;
            return this;
        }

        protected override void Backward(Tensor gradient) => Add(0, Tensor.On(gradient.To(Layout.RowMajor).Storage, _shape), ours: false);
    }
}
