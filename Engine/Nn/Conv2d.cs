using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>A 2-D convolution layer with its own kernels and bias, as <c>torch.nn.Conv2d</c>. The input's height and width are free.</summary>
public sealed class Conv2d : Module, IRectifiable
{
    /// <summary>Makes the layer with PyTorch's default init: uniform on +-1/sqrt(fan in).</summary>
    /// <param name="inChannels">Input channels.</param>
    /// <param name="outChannels">Output channels: the number of kernels.</param>
    /// <param name="rng">Where the first weights are drawn from.</param>
    /// <param name="kernel">Kernel size.</param>
    /// <param name="stride">Step between windows; null for 1.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="dilation">Step between taps; null for 1.</param>
    /// <param name="groups">Independent channel groups.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">Channels are not a multiple of groups.</exception>
    public Conv2d(int inChannels, int outChannels, Rng rng, Size2 kernel, Size2? stride = null, Padding2 padding = default, Size2? dilation = null, int groups = 1, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(rng);
        (Stride, Padding, Dilation, Groups) = (stride ?? 1, padding, dilation ?? 1, groups);
        Conv2dGeometry.CheckOptions(Stride, Padding, Dilation, Groups);
        if (inChannels <= 0) throw new ArgumentOutOfRangeException(nameof(inChannels), $"conv2d: input channels must be positive, got {inChannels}.");
        if (outChannels <= 0) throw new ArgumentOutOfRangeException(nameof(outChannels), $"conv2d: output channels must be positive, got {outChannels}.");
        if (kernel.Height <= 0 || kernel.Width <= 0) throw new ArgumentOutOfRangeException(nameof(kernel), $"conv2d: kernel size should be greater than zero, got {kernel}.");
        if (inChannels % groups != 0 || outChannels % groups != 0)
            throw new ArgumentException($"conv2d: input channels ({inChannels}) and output channels ({outChannels}) must be multiples of groups ({groups}).", nameof(groups));
        Shape shape = new(outChannels, inChannels / groups, kernel.Height, kernel.Width);
        Weight = AddParameter("weight", Init.Default(shape, rng));
        if (bias) Bias = AddParameter("bias", Init.DefaultBias(shape, rng), decays: false);
    }

    /// <summary>Kernels, [outChannels, inChannels / groups, kH, kW].</summary>
    public Tensor Weight { get; }

    /// <summary>[outChannels], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>Step between windows.</summary>
    public Size2 Stride { get; }

    /// <summary>Zeros around the input.</summary>
    public Padding2 Padding { get; }

    /// <summary>Step between taps.</summary>
    public Size2 Dilation { get; }

    /// <summary>Independent channel groups.</summary>
    public int Groups { get; }

    /// <summary>Channels the layer takes.</summary>
    internal int InChannels => Weight.Shape[1] * Groups;

    /// <inheritdoc/>
    public override (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => (new Size2(Weight.Shape[2], Weight.Shape[3]), Stride, Dilation);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Geometry(input).OutputShape;

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => Geometry(input).MultiplyAdds;

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => Run(x, relu: false);

    Tensor IRectifiable.ForwardRectified(Tensor x) => Run(x, relu: true);

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming)
    {
        int expected = InChannels;
        if (incoming is { } channels && channels != expected)
            throw new ArgumentException($"{Where("conv2d")}: given groups={Groups}, weight of size {Weight.Shape}, expected input to have {expected} channels, but the layer before gives {channels} channels instead.", nameof(incoming));
        return Weight.Shape[0];
    }

    /// <summary>How the kernels lie over the input.</summary>
    internal (Size2 Stride, Padding2 Padding, Size2 Dilation, int Groups) Options => (Stride, Padding, Dilation, Groups);

    private Tensor Run(Tensor x, bool relu)
    {
        CheckChannels(x.Shape);
        return Conv2dOp.Apply(x, Weight, Bias, Stride, Padding, Dilation, Groups, relu, Reader);
    }

    private Conv2dGeometry Geometry(Shape input)
    {
        CheckChannels(input);
        return Conv2dGeometry.Create(input, Weight.Shape, Stride, Padding, Dilation, Groups);
    }

    private void CheckChannels(Shape x)
    {
        int expected = InChannels;
        if (x.Rank != 4 || x[1] != expected)
            throw new ArgumentException($"{Where("conv2d")}: given groups={Groups}, weight of size {Weight.Shape}, expected input [N, {expected}, H, W] to have {expected} channels, but got {x} instead.", nameof(x));
    }
}
