using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>[N, C, H, W] to [N, C * H * W], keeping the batch dimension even where N is 1, as <c>torch.nn.Flatten</c>.</summary>
public sealed class Flatten : Module
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank == 0 ? [1] : new Shape(input[0], input[0] == 0 ? PerItem(input) : input.Count / input[0]);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.Reshape(OutputShape(x.Shape).Sizes);

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming) => null; // depends on the image's size

    private static int PerItem(Shape input)
    {
        int count = 1;
        foreach (int size in input.Sizes[1..]) count *= size;
        return count;
    }
}
