namespace Engine.Nn;

/// <summary>r = r + (k - 1) * j, j = j * s: receptive field r and jump j between neighbouring outputs, in input pixels.</summary>
internal readonly record struct ReceptiveField(int Height, int Width, int JumpHeight, int JumpWidth)
{
    /// <summary>One pixel that sees itself.</summary>
    public static ReceptiveField Pixel => new(1, 1, 1, 1);

    /// <summary>The field of a layer's output in the input of the layers before it.</summary>
    public ReceptiveField Through((Size2 Kernel, Size2 Stride, Size2 Dilation)? window) => window is not var (kernel, stride, dilation) ? this : new(
        Height + (kernel.Height - 1) * dilation.Height * JumpHeight, Width + (kernel.Width - 1) * dilation.Width * JumpWidth,
        JumpHeight * stride.Height, JumpWidth * stride.Width);

    /// <summary>The one window that sees as much; null where that is one pixel.</summary>
    public (Size2 Kernel, Size2 Stride, Size2 Dilation)? Window => this == Pixel ? null : ((Height, Width), (JumpHeight, JumpWidth), 1);

    /// <summary>What two windows over the same input see together.</summary>
    public static (Size2 Kernel, Size2 Stride, Size2 Dilation)? Widest((Size2 Kernel, Size2 Stride, Size2 Dilation)? first, (Size2 Kernel, Size2 Stride, Size2 Dilation)? second)
    {
        ReceptiveField a = Pixel.Through(first), b = Pixel.Through(second);
        return new ReceptiveField(Math.Max(a.Height, b.Height), Math.Max(a.Width, b.Width), Math.Max(a.JumpHeight, b.JumpHeight), Math.Max(a.JumpWidth, b.JumpWidth)).Window;
    }
}
