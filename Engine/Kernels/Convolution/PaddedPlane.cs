using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>What some output rows see of few input channels of a wide block, [row][column][c][n], with the padding around it as zeros: there every output pixel sees all taps.</summary>
internal unsafe struct PaddedPlane
{
    /// <summary>Floats at most: half of an L2.</summary>
    private const long MostFloats = 128 * 1024;

    private readonly Conv2dGeometry _g;

    /// <param name="g">The convolution.</param>
    public PaddedPlane(in Conv2dGeometry g)
    {
        _g = g;
        Width = (g.OutWidth - 1) * g.Stride.Width + (g.Kernel.Width - 1) * g.Dilation.Width + 1;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Whether such a convolution goes by <see cref="DotNines"/>: nine taps, or as many in a row of three channels, and rows that are worth a copy.</summary>
    public static bool Suits(in Conv2dGeometry g, int rows) => g.Groups == 1 && g.InChannels is 1 or 3 && g.Kernel.Height == 3 && g.Kernel.Width == 3
        && g.OutChannels >= TapDot.MostRows && new PaddedPlane(g).Memory(rows, BatchLanes.FullWidth) <= MostFloats;

    /// <summary>Working memory of so many output rows, in floats.</summary>
    public readonly long Memory(int rows, int images) => (long)Seen(rows) * Width * _g.InChannels * images;

    /// <summary>Copies what output rows from <paramref name="firstRow"/> on see.</summary>
    public readonly void Copy(float* x, int firstRow, int rows, int images, float* padded)
    {
        int top = firstRow * _g.Stride.Height - _g.Padding.Top, seen = Seen(rows), left = _g.Padding.Left, columns = Math.Min(_g.InWidth, Width - left);
        images *= _g.InChannels;
        long line = (long)Width * images;
        for (int i = 0; i < seen; i++, padded += line)
        {
            int h = top + i;
            if ((uint)h >= (uint)_g.InHeight || columns <= 0)
            {
                new Span<float>(padded, (int)line).Clear();
                continue;
            }
            new Span<float>(padded, left * images).Clear();
            new ReadOnlySpan<float>(x + (long)h * _g.InWidth * images, columns * images).CopyTo(new Span<float>(padded + left * images, columns * images));
            new Span<float>(padded + (left + columns) * images, (Width - left - columns) * images).Clear();
        }
    }

    /// <summary>Rows of x that so many output rows see.</summary>
    private readonly int Seen(int rows) => (rows - 1) * _g.Stride.Height + (_g.Kernel.Height - 1) * _g.Dilation.Height + 1;
}
