using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>The largest value of each window, as <c>torch.nn.MaxPool2d</c>.</summary>
/// <param name="kernel">Window size.</param>
/// <param name="stride">Step between windows; null for the kernel's size.</param>
/// <param name="padding">Rows and columns of -infinity on each side, at most half the kernel.</param>
/// <param name="dilation">Step between the places of a window; null for 1.</param>
/// <param name="ceilMode">Rounds the output's size up.</param>
/// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
public sealed class MaxPool2d(Size2 kernel, Size2? stride = null, Size2 padding = default, Size2? dilation = null, bool ceilMode = false) : Module, IPooling
{
    private readonly Size2 _stride = Checked(kernel, stride ?? kernel, padding, dilation ?? 1);

    /// <inheritdoc/>
    public override (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => (kernel, _stride, dilation ?? 1);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Geometry(input).OutputShape;

    bool IPooling.IsMaximum => true;

    Pool2dGeometry IPooling.Geometry(Shape input) => Geometry(input);

    float IPooling.Divisor(in Pool2dGeometry geometry, int at) => 1;

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => x.MaxPool2d(kernel, _stride, padding, dilation, ceilMode);

    private Pool2dGeometry Geometry(Shape input) => Pool2dGeometry.Create(Where("max_pool2d"), input, kernel, _stride, padding, dilation ?? 1, ceilMode);

    private static Size2 Checked(Size2 kernel, Size2 stride, Size2 padding, Size2 dilation)
    {
        Pool2dGeometry.CheckOptions("max_pool2d", kernel, stride, padding, dilation);
        return stride;
    }
}
