namespace Engine;

/// <summary>Everything a 2-D pooling needs to know about its shapes: validated once, then passed to forward, backward and kernels.</summary>
/// <remarks>Output (i, j) sees the rows <see cref="Rows"/>(i) and the columns <see cref="Columns"/>(j) of the input, as in PyTorch.</remarks>
public readonly record struct Pool2dGeometry
{
    private const int MaxKernelArea = 1 << 24; // places in a window are counted in floats

    /// <summary>Images in the batch, N.</summary>
    public int Batch { get; private init; }

    /// <summary>Channels.</summary>
    public int Channels { get; private init; }

    /// <summary>Input rows.</summary>
    public int InHeight { get; private init; }

    /// <summary>Input columns.</summary>
    public int InWidth { get; private init; }

    /// <summary>Output rows.</summary>
    public int OutHeight { get; private init; }

    /// <summary>Output columns.</summary>
    public int OutWidth { get; private init; }

    /// <summary>Window rows and columns; 0 where the windows are adaptive.</summary>
    public Size2 Kernel { get; private init; }

    /// <summary>Step between windows.</summary>
    public Size2 Stride { get; private init; }

    /// <summary>Rows above and below, columns left and right, that belong to no image.</summary>
    public Size2 Padding { get; private init; }

    /// <summary>Step between the places of a window.</summary>
    public Size2 Dilation { get; private init; }

    /// <summary>Whether a last window that reaches beyond the padding counts.</summary>
    public bool CeilMode { get; private init; }

    /// <summary>Whether the windows follow from the output's size: bin i of o is [floor(i n / o), ceil((i + 1) n / o)).</summary>
    public bool IsAdaptive { get; private init; }

    /// <summary>[N, C, H, W].</summary>
    public Shape InputShape => new(Batch, Channels, InHeight, InWidth);

    /// <summary>[N, C, OH, OW].</summary>
    public Shape OutputShape => new(Batch, Channels, OutHeight, OutWidth);

    /// <summary>Checks a pooling's shapes and options and computes the output's size.</summary>
    /// <param name="op">Name of the operation, for messages.</param>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="kernel">Window, at least 1.</param>
    /// <param name="stride">Step between windows, at least 1.</param>
    /// <param name="padding">On each side, at most half the window.</param>
    /// <param name="dilation">Step between the places of a window, at least 1.</param>
    /// <param name="ceilMode">Rounds the number of windows up; a window that would start in the padding beyond the image is dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Pool2dGeometry Create(string op, Shape input, Size2 kernel, Size2 stride, Size2 padding, Size2 dilation, bool ceilMode)
    {
        CheckOptions(op, kernel, stride, padding, dilation);
        if (FaultOf(input) is { } fault) throw new ArgumentException($"{op}: {fault} {Received()}", nameof(input));
        long height = Windows(input[2], kernel.Height, stride.Height, padding.Height, dilation.Height, ceilMode);
        long width = Windows(input[3], kernel.Width, stride.Width, padding.Width, dilation.Width, ceilMode);
        if (height < 1 || width < 1)
            throw new ArgumentException($"{op}: given input size: ({input[1]}x{input[2]}x{input[3]}). Calculated output size: ({input[1]}x{height}x{width}). Output size is too small. {Received()}", nameof(input));
        Pool2dGeometry geometry = new()
        {
            Batch = input[0], Channels = input[1], InHeight = input[2], InWidth = input[3], OutHeight = checked((int)height), OutWidth = checked((int)width),
            Kernel = kernel, Stride = stride, Padding = padding, Dilation = dilation, CeilMode = ceilMode,
        };
        _ = geometry.OutputShape; // throws where the output would not fit
        return geometry;

        string Received() => $"Received: input {input}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}, ceilMode {(ceilMode ? "true" : "false")}.";
    }

    /// <summary>Windows that follow from the output's size.</summary>
    /// <param name="op">Name of the operation, for messages.</param>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="output">Rows and columns of the result, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The output's size is out of range.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Pool2dGeometry CreateAdaptive(string op, Shape input, Size2 output)
    {
        if (output.Height < 1 || output.Width < 1) throw new ArgumentOutOfRangeException(nameof(output), $"{op}: output size should be greater than zero, got {output}.");
        if (FaultOf(input) is { } fault) throw new ArgumentException($"{op}: {fault} Received: input {input}, output size {output}.", nameof(input));
        Pool2dGeometry geometry = new()
        {
            Batch = input[0], Channels = input[1], InHeight = input[2], InWidth = input[3], OutHeight = output.Height, OutWidth = output.Width,
            Stride = 1, Dilation = 1, IsAdaptive = true,
        };
        _ = geometry.OutputShape;
        return geometry;
    }

    /// <summary>Checks the options that do not depend on an input, as a layer does when it is built.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static void CheckOptions(string op, Size2 kernel, Size2 stride, Size2 padding, Size2 dilation)
    {
        if (kernel.Height <= 0 || kernel.Width <= 0 || (long)kernel.Height * kernel.Width > MaxKernelArea)
            throw new ArgumentOutOfRangeException(nameof(kernel), $"{op}: kernel size should be greater than zero and hold at most {MaxKernelArea} places, got {kernel}.");
        if (stride.Height <= 0 || stride.Width <= 0)
            throw new ArgumentOutOfRangeException(nameof(stride), $"{op}: non-positive stride is not supported, got {stride}.");
        if (padding.Height < 0 || padding.Width < 0)
            throw new ArgumentOutOfRangeException(nameof(padding), $"{op}: negative padding is not supported, got {padding}.");
        if (dilation.Height <= 0 || dilation.Width <= 0)
            throw new ArgumentOutOfRangeException(nameof(dilation), $"{op}: dilation should be greater than zero, got {dilation}.");
        if (padding.Height > Reach(kernel.Height, dilation.Height) / 2 || padding.Width > Reach(kernel.Width, dilation.Width) / 2)
            throw new ArgumentOutOfRangeException(nameof(padding), $"{op}: pad should be at most half of effective kernel size, but got pad={padding}, kernel_size={kernel} and dilation={dilation}.");
    }

    /// <summary>The input rows window row <paramref name="i"/> sees: From, From + dilation, ... below To.</summary>
    /// <param name="i">Output row.</param>
    public (int From, int To) Rows(int i) => Window(i, InHeight, OutHeight, Kernel.Height, Stride.Height, Padding.Height, Dilation.Height);

    /// <summary>The input columns window column <paramref name="j"/> sees.</summary>
    /// <param name="j">Output column.</param>
    public (int From, int To) Columns(int j) => Window(j, InWidth, OutWidth, Kernel.Width, Stride.Width, Padding.Width, Dilation.Width);

    /// <summary>Places of window (i, j) with those in the padding, but without those that ceilMode lets hang out beyond it: what PyTorch's average divides by.</summary>
    /// <param name="i">Output row.</param>
    /// <param name="j">Output column.</param>
    public long PaddedArea(int i, int j) =>
        (Math.Min((long)i * Stride.Height + Kernel.Height, (long)InHeight + 2 * Padding.Height) - (long)i * Stride.Height)
        * (Math.Min((long)j * Stride.Width + Kernel.Width, (long)InWidth + 2 * Padding.Width) - (long)j * Stride.Width);

    private static long Reach(int kernel, int dilation) => (long)dilation * (kernel - 1) + 1;

    private static long Windows(int size, int kernel, int stride, int padding, int dilation, bool ceilMode)
    {
        long room = size + 2L * padding - Reach(kernel, dilation);
        long count = Math.DivRem(room + (ceilMode ? stride - 1 : 0), stride, out long rest) + 1;
        if (rest < 0) count--; // rounds towards minus infinity, as PyTorch does
        return ceilMode && (count - 1) * stride >= size + (long)padding ? count - 1 : count;
    }

    private (int From, int To) Window(int i, int size, int outSize, int kernel, int stride, int padding, int dilation)
    {
        if (IsAdaptive) return ((int)((long)i * size / outSize), (int)(((i + 1L) * size + outSize - 1) / outSize));
        long start = (long)i * stride - padding, to = Math.Min(start + Reach(kernel, dilation), size);
        if (start < 0) start += (-start + dilation - 1) / dilation * dilation;
        return ((int)Math.Min(start, to), (int)Math.Max(0, to)); // empty only where every place of a dilated window misses a tiny image
    }

    /// <summary>What is wrong with an input; null if nothing.</summary>
    private static string? FaultOf(Shape input) =>
        input.Rank != 4 ? $"input must have 4 dimensions [N, C, H, W], got {input.Rank}."
        : input[1] == 0 || input[2] == 0 || input[3] == 0 ? "expected input with non-zero size for all dimensions but the batch."
        : null;
}
