using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>The mean of each window, as <c>torch.nn.AvgPool2d</c>.</summary>
/// <param name="kernel">Window size.</param>
/// <param name="stride">Step between windows; null for the kernel's size.</param>
/// <param name="padding">Zeros on each side, at most half the kernel.</param>
/// <param name="ceilMode">Rounds the output's size up.</param>
/// <param name="countIncludePad">Whether padding counts in the divisor.</param>
/// <param name="divisorOverride">A divisor of its own; null for the number of places.</param>
/// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
public sealed class AvgPool2d(Size2 kernel, Size2? stride = null, Size2 padding = default, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null) : Module, IPooling
{
    private readonly Size2 _stride = Checked(kernel, stride ?? kernel, padding);

    /// <inheritdoc/>
    public override (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => (kernel, _stride, 1);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Geometry(input).OutputShape;

    bool IPooling.IsMaximum => false;

    Pool2dGeometry IPooling.Geometry(Shape input) => Geometry(input);

    float IPooling.Divisor(in Pool2dGeometry geometry, int at) => AvgPooling.Divisor(geometry, at, countIncludePad, divisorOverride);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.AvgPool2d(kernel, _stride, padding, ceilMode, countIncludePad, divisorOverride);

    private Pool2dGeometry Geometry(Shape input) => Pool2dGeometry.Create(Where("avg_pool2d"), input, kernel, _stride, padding, 1, ceilMode);

    private static Size2 Checked(Size2 kernel, Size2 stride, Size2 padding)
    {
        Pool2dGeometry.CheckOptions("avg_pool2d", kernel, stride, padding, 1);
        return stride;
    }
}
