namespace Engine;

/// <summary>Everything a 2-D convolution needs to know about its shapes: validated once, then passed to forward, backward and kernels.</summary>
/// <remarks>y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] * x[n, c, i*stride + u*dilation - pad, j*stride + v*dilation - pad],
/// 0 outside the image: cross-correlation, as <c>torch.nn.functional.conv2d</c>.</remarks>
public readonly record struct Conv2dGeometry
{
    /// <summary>Images in the batch, N.</summary>
    public int Batch { get; private init; }

    /// <summary>Input channels.</summary>
    public int InChannels { get; private init; }

    /// <summary>Input rows.</summary>
    public int InHeight { get; private init; }

    /// <summary>Input columns.</summary>
    public int InWidth { get; private init; }

    /// <summary>Output channels.</summary>
    public int OutChannels { get; private init; }

    /// <summary>Output rows: floor((InHeight + pad - dilation*(kernel-1) - 1) / stride) + 1.</summary>
    public int OutHeight { get; private init; }

    /// <summary>Output columns.</summary>
    public int OutWidth { get; private init; }

    /// <summary>Kernel rows and columns.</summary>
    public Size2 Kernel { get; private init; }

    /// <summary>Step between windows.</summary>
    public Size2 Stride { get; private init; }

    /// <summary>Zeros around the input.</summary>
    public Padding2 Padding { get; private init; }

    /// <summary>Step between the taps of a kernel.</summary>
    public Size2 Dilation { get; private init; }

    /// <summary>Number of independent channel groups.</summary>
    public int Groups { get; private init; }

    /// <summary>Input channels each output channel sees.</summary>
    public int InChannelsPerGroup => InChannels / Groups;

    /// <summary>Output channels of one group.</summary>
    public int OutChannelsPerGroup => OutChannels / Groups;

    /// <summary>[N, C, H, W].</summary>
    public Shape InputShape => new(Batch, InChannels, InHeight, InWidth);

    /// <summary>[N, O, OH, OW].</summary>
    public Shape OutputShape => new(Batch, OutChannels, OutHeight, OutWidth);

    /// <summary>[O, C / groups, kH, kW].</summary>
    public Shape WeightShape => new(OutChannels, InChannelsPerGroup, Kernel.Height, Kernel.Width);

    /// <summary>Multiply-adds of one forward pass over the whole batch, taps in the padding included.</summary>
    public long MultiplyAdds => (long)Batch * OutChannels * OutHeight * OutWidth * InChannelsPerGroup * Kernel.Height * Kernel.Width;

    /// <summary>Checks a convolution's shapes and options and computes the output's size.</summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="weight">[O, C / groups, kH, kW].</param>
    /// <param name="stride">Step between windows, at least 1.</param>
    /// <param name="padding">Zeros on each side, at least 0.</param>
    /// <param name="dilation">Step between taps, at least 1.</param>
    /// <param name="groups">Channel groups, dividing C and O.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Conv2dGeometry Create(Shape input, Shape weight, Size2 stride, Padding2 padding, Size2 dilation, int groups = 1)
    {
        CheckOptions(stride, padding, dilation, groups);
        if (input.Rank != 4)
            throw new ArgumentException($"conv2d: input must have 4 dimensions [N, C, H, W], got {input.Rank}. {Received()}", nameof(input));
        if (weight.Rank != 4)
            throw new ArgumentException($"conv2d: weight must have 4 dimensions [O, C / groups, kH, kW], got {weight.Rank}. {Received()}", nameof(weight));
        if (weight[2] == 0 || weight[3] == 0)
            throw new ArgumentException($"conv2d: the kernel must have at least one row and one column. {Received()}", nameof(weight));
        if (weight[0] == 0 || weight[0] % groups != 0)
            throw new ArgumentException($"conv2d: output channels ({weight[0]}) must be a positive multiple of groups ({groups}). {Received()}", nameof(weight));
        if (input[1] != weight[1] * groups)
            throw new ArgumentException($"conv2d: input has {input[1]} channels but weight expects {weight[1] * groups}. {Received()}", nameof(input));
        if (input[1] == 0)
            throw new ArgumentException($"conv2d: input must have at least one channel. {Received()}", nameof(input));
        Size2 kernel = (weight[2], weight[3]);
        long paddedHeight = (long)input[2] + padding.Top + padding.Bottom, paddedWidth = (long)input[3] + padding.Left + padding.Right;
        long reachHeight = (long)dilation.Height * (kernel.Height - 1) + 1, reachWidth = (long)dilation.Width * (kernel.Width - 1) + 1;
        if (reachHeight > paddedHeight || reachWidth > paddedWidth)
            throw new ArgumentException($"conv2d: calculated padded input size per channel: ({paddedHeight} x {paddedWidth}). Kernel size: ({reachHeight} x {reachWidth}). Kernel size can't be greater than actual input size. {Received()}", nameof(input));
        Conv2dGeometry geometry = new()
        {
            Batch = input[0], InChannels = input[1], InHeight = input[2], InWidth = input[3], OutChannels = weight[0],
            OutHeight = checked((int)((paddedHeight - reachHeight) / stride.Height + 1)),
            OutWidth = checked((int)((paddedWidth - reachWidth) / stride.Width + 1)),
            Kernel = kernel, Stride = stride, Padding = padding, Dilation = dilation, Groups = groups,
        };
        _ = geometry.OutputShape; // throws where the output would not fit
        return geometry;

        string Received() => $"Received: input {input}, weight {weight}, stride {stride}, padding {padding}, dilation {dilation}, groups {groups}.";
    }

    /// <summary>Checks the options that do not depend on an input, as a layer does when it is built.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static void CheckOptions(Size2 stride, Padding2 padding, Size2 dilation, int groups)
    {
        if (stride.Height <= 0 || stride.Width <= 0)
            throw new ArgumentOutOfRangeException(nameof(stride), $"conv2d: non-positive stride is not supported, got {stride}.");
        if (padding.Top < 0 || padding.Left < 0 || padding.Bottom < 0 || padding.Right < 0)
            throw new ArgumentOutOfRangeException(nameof(padding), $"conv2d: negative padding is not supported, got {padding}.");
        if (dilation.Height <= 0 || dilation.Width <= 0)
            throw new ArgumentOutOfRangeException(nameof(dilation), $"conv2d: dilation should be greater than zero, got {dilation}.");
        if (groups <= 0)
            throw new ArgumentOutOfRangeException(nameof(groups), $"conv2d: non-positive groups is not supported, got {groups}.");
    }
}
