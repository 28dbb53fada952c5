using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Means over as many windows as the output has pixels, whatever the input's size, as <c>torch.nn.AdaptiveAvgPool2d</c>; size 1 is global average pooling.</summary>
/// <param name="outputSize">Rows and columns of the output.</param>
public sealed class AdaptiveAvgPool2d(Size2 outputSize) : Module
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Pool2dGeometry.CreateAdaptive(Where("adaptive_avg_pool2d"), input, outputSize).OutputShape;

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.AdaptiveAvgPool2d(outputSize);
}
