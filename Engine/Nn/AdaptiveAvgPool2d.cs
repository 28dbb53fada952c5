using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Means over as many windows as the output has pixels, whatever the input's size, as <c>torch.nn.AdaptiveAvgPool2d</c>; size 1 is global average pooling.</summary>
/// <param name="outputSize">Rows and columns of the output.</param>
public sealed class AdaptiveAvgPool2d(Size2 outputSize) : Module, IPooling
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Geometry(input).OutputShape;

    bool IPooling.IsMaximum => false;

    Pool2dGeometry IPooling.Geometry(Shape input) => Geometry(input);

    float IPooling.Divisor(in Pool2dGeometry geometry, int at) => AvgPooling.Divisor(geometry, at, countIncludePad: false);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.AdaptiveAvgPool2d(outputSize);

    private Pool2dGeometry Geometry(Shape input) => Pool2dGeometry.CreateAdaptive(Where("adaptive_avg_pool2d"), input, outputSize);
}
