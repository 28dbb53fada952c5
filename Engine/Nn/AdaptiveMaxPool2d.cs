using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>Maxima over as many windows as the output has pixels, whatever the input's size, as <c>torch.nn.AdaptiveMaxPool2d</c>; size 1 is global max pooling.</summary>
/// <param name="outputSize">Rows and columns of the output.</param>
public sealed class AdaptiveMaxPool2d(Size2 outputSize) : Module, IPooling
{
    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Geometry(input).OutputShape;

    bool IPooling.IsMaximum => true;

    Pool2dGeometry IPooling.Geometry(Shape input) => Geometry(input);

    float IPooling.Divisor(in Pool2dGeometry geometry, int at) => 1;

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.AdaptiveMaxPool2d(outputSize);

    private Pool2dGeometry Geometry(Shape input) => Pool2dGeometry.CreateAdaptive(Where("adaptive_max_pool2d"), input, outputSize);
}
