using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>What some output rows of a single image see of some input channels, as planes, [channel][row][column], with the padding around them as zeros: there an im2col
/// column of a pixel, [channel][tap], is made of runs as long as a kernel row.</summary>
internal unsafe struct ChannelPlanes
{
    /// <summary>Floats that a copy may write past the end of a column, or of a plane.</summary>
    public const int Slack = 8;

    /// <summary>Floats that are copied at once where runs are short.</summary>
    private const int Four = 4;

    /// <summary>Floats of the planes, some: they stay in an L2 beside the columns.</summary>
    private const int MostFloats = 65_536;

    private readonly Conv2dGeometry _g;
    private readonly int _channels, _width;
    private readonly long _plane;

    /// <param name="g">The convolution.</param>
    /// <param name="channels">Input channels taken.</param>
    public ChannelPlanes(in Conv2dGeometry g, int channels)
    {
        (_g, _channels) = (g, channels);
        _width = (g.OutWidth - 1) * g.Stride.Width + (g.Kernel.Width - 1) * g.Dilation.Width + 1;
        int reach = (g.Kernel.Height - 1) * g.Dilation.Height + 1;
        MostRows = (int)Math.Clamp((MostFloats / ((long)channels * _width) - reach) / g.Stride.Height + 1, 1, g.OutHeight);
        _plane = (long)_width * ((MostRows - 1) * g.Stride.Height + reach) + Slack;
    }

    /// <summary>The first of the channels in the first image, which is [H][W][C] as all of them.</summary>
    public float* X { get; init; }

    /// <summary>Room for <see cref="Memory"/> floats.</summary>
    public float* Planes { get; set; }

    /// <summary>Columns of a plane.</summary>
    public readonly int Width => _width;

    /// <summary>Output rows that are taken together at most.</summary>
    public int MostRows { get; }

    /// <summary>Working memory, in floats.</summary>
    public readonly long Memory => (_channels * _plane + Slack + 15) / 16 * 16;

    /// <summary>Turns what so many output rows see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Turn(int image, int firstRow, int rows)
    {
        int top = firstRow * _g.Stride.Height - _g.Padding.Top, seen = (rows - 1) * _g.Stride.Height + (_g.Kernel.Height - 1) * _g.Dilation.Height + 1;
        int left = _g.Padding.Left, to = Math.Min(_g.InWidth, _width - left);
        new Span<float>(Planes, (int)Memory).Clear();
        for (int h = Math.Max(0, top); h < Math.Min(_g.InHeight, top + seen); h++)
        {
            float* row = X + ((long)image * _g.InHeight + h) * _g.InWidth * _g.InChannels, plane = Planes + (long)(h - top) * _width + left;
            if (to <= 0) continue;
            if (_g.InChannels == 1) new ReadOnlySpan<float>(row, to).CopyTo(new Span<float>(plane, to));
            else Transposition.Spill(row, _g.InChannels, plane, _plane, to, _channels);
        }
    }

    /// <summary>How many floats after the last run of a column are overwritten.</summary>
    public static int Spill(int kernelWidth) => kernelWidth == 1 ? 0 : kernelWidth <= Four ? Four - kernelWidth : (Slack - kernelWidth % Slack) % Slack;

    /// <summary>The columns of neighbouring output pixels, each <paramref name="pitch"/> floats long. What follows a column may be overwritten, <see cref="Slack"/> floats.</summary>
    public readonly void Columns(int row, int column, int count, float* columns, int pitch)
    {
        int stride = _g.Stride.Width, height = _g.Kernel.Height, width = _g.Kernel.Width;
        float* pixel = Planes + (long)row * _g.Stride.Height * _width + (long)column * stride;
        long down = (long)_g.Dilation.Height * _width;
        if (_g.Dilation.Width > 1 || width == 1) Scattered(pixel, down, columns, pitch, count);
        else if (width <= Four && height == 3) Threes(pixel, stride, _plane, down, columns, pitch, count, _channels, width);
        else if (width <= Four) Fours(pixel, stride, _plane, down, columns, pitch, count, _channels, height, width);
        else if (height == 5 && width <= Slack) Fives(pixel, stride, _plane, down, columns, pitch, count, _channels, width);
        else Eights(pixel, stride, _plane, down, columns, pitch, count, _channels, height, width);
    }

    // copies of a constant size are a load and a store; what one writes past the end of its run is written over by the next

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Threes(float* pixel, long stride, long plane, long down, float* columns, long pitch, int count, int channels, long width)
    {
        for (; count > 0; count--, pixel += stride, columns += pitch)
        {
            float* from = pixel, to = columns;
            for (int c = channels; c > 0; c--, from += plane, to += 3 * width)
            {
                Unsafe.CopyBlockUnaligned(to, from, Four * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + width, from + down, Four * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + 2 * width, from + 2 * down, Four * sizeof(float));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fours(float* pixel, long stride, long plane, long down, float* columns, long pitch, int count, int channels, int height, int width)
    {
        for (; count > 0; count--, pixel += stride, columns += pitch)
        {
            float* to = columns;
            for (int c = 0; c < channels; c++)
            {
                float* row = pixel + c * plane;
                for (int u = height; u > 0; u--, row += down, to += width) Unsafe.CopyBlockUnaligned(to, row, Four * sizeof(float));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fives(float* pixel, long stride, long plane, long down, float* columns, long pitch, int count, int channels, long width)
    {
        for (; count > 0; count--, pixel += stride, columns += pitch)
        {
            float* from = pixel, to = columns;
            for (int c = channels; c > 0; c--, from += plane, to += 5 * width)
            {
                Unsafe.CopyBlockUnaligned(to, from, Slack * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + width, from + down, Slack * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + 2 * width, from + 2 * down, Slack * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + 3 * width, from + 3 * down, Slack * sizeof(float));
                Unsafe.CopyBlockUnaligned(to + 4 * width, from + 4 * down, Slack * sizeof(float));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eights(float* pixel, long stride, long plane, long down, float* columns, long pitch, int count, int channels, int height, int width)
    {
        for (; count > 0; count--, pixel += stride, columns += pitch)
        {
            float* to = columns;
            for (int c = 0; c < channels; c++)
            {
                float* row = pixel + c * plane;
                for (int u = height; u > 0; u--, row += down, to += width)
                    for (int v = 0; v < width; v += Slack) Unsafe.CopyBlockUnaligned(to + v, row + v, Slack * sizeof(float));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Scattered(float* pixel, long down, float* columns, long pitch, int count)
    {
        for (; count > 0; count--, pixel += _g.Stride.Width, columns += pitch)
        {
            float* to = columns;
            for (int c = 0; c < _channels; c++)
                for (int u = 0; u < _g.Kernel.Height; u++, to += _g.Kernel.Width)
                    for (int v = 0; v < _g.Kernel.Width; v++) to[v] = pixel[c * _plane + u * down + (long)v * _g.Dilation.Width];
        }
    }
}
