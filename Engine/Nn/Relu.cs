using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Rectified linear unit, max(x, 0), as <c>torch.nn.ReLU</c>.</summary>
public sealed class Relu : Module
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.Relu();
}
