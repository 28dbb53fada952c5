namespace Engine.Data;

/// <summary>One picture in memory, a byte a pixel and channel, in the order of an <see cref="ImageSet"/>: [C, H, W].</summary>
public sealed class RasterImage
{
    /// <summary>Makes a picture; the array is kept, not copied.</summary>
    /// <param name="channels">1 for grey, 3 for colours (red, green, blue, or whatever the channels are to mean).</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixels">channels * height * width bytes: all of the first channel by rows, then the next.</param>
    /// <exception cref="ArgumentException">The number of bytes is another, or a size is not positive.</exception>
    public RasterImage(int channels, int height, int width, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (channels <= 0 || height <= 0 || width <= 0)
            throw new ArgumentException($"picture: sizes must be positive, got {channels} channels of {height} x {width}.", nameof(channels));
        Shape shape = new(channels, height, width);
        if (pixels.Length != shape.Count) throw new ArgumentException($"picture: {channels} channels of {height} x {width} need {shape.Count} pixels, got {pixels.Length}.", nameof(pixels));
        (Channels, Height, Width, Pixels) = (channels, height, width, pixels);
    }

    /// <summary>1 for grey, 3 for colours.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>[C, H, W], 0 (dark) to 255.</summary>
    public byte[] Pixels { get; }

    /// <summary>Bytes of a channel.</summary>
    public int Plane => Height * Width;
}
