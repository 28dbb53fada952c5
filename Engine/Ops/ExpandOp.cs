using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Repeats singleton dimensions.</summary>
public static class ExpandOp
{
    /// <summary>Repeats x along its dimensions of size 1, and along new ones in front.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="sizes">The new sizes; -1 keeps a dimension as it is.</param>
    /// <exception cref="ArgumentException">The shape does not expand so.</exception>
    public static Tensor Expand(this Tensor x, params ReadOnlySpan<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(x);
        int lead = sizes.Length - x.Rank;
        if (lead < 0) throw new ArgumentException($"expand: the number of sizes ({sizes.Length}) must be at least the rank of the input ({x.Rank}). {Received(x, sizes)}", nameof(sizes));
        Span<int> full = stackalloc int[sizes.Length];
        for (int i = 0; i < full.Length; i++)
        {
            if (sizes[i] < -1 || (sizes[i] == -1 && i < lead))
                throw new ArgumentException($"expand: size {sizes[i]} is not allowed for {(i < lead ? "a new" : "an existing")} dimension ({i}). {Received(x, sizes)}", nameof(sizes));
            full[i] = sizes[i] == -1 ? x.Shape[i - lead] : sizes[i];
            if (i >= lead && x.Shape[i - lead] != 1 && x.Shape[i - lead] != full[i])
                throw new ArgumentException($"expand: the expanded size ({full[i]}) must match the existing size ({x.Shape[i - lead]}) at non-singleton dimension {i}. {Received(x, sizes)}", nameof(sizes));
        }
        Tensor y = Broadcasting.Expand(x, new Shape(full));
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x.Shape).Attach(y, x) : y;
    }

    private static string Received(Tensor x, ReadOnlySpan<int> sizes) => $"Received: input {x.Shape}, sizes [{string.Join(", ", sizes.ToArray())}].";

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;

        public override string Op => "expand";

        public Node Set(Shape shape)
        {
            _shape = shape;
            return this;
        }

        protected override void Backward(Tensor gradient) => Add(0, Broadcasting.SumTo(gradient, _shape), ours: gradient.Shape != _shape);
    }
}
