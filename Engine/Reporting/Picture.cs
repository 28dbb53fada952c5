namespace Engine.Reporting;

/// <summary>An image of bytes, for grids and heat maps.</summary>
public sealed class Picture
{
    private readonly byte[] _pixels; // [height, width, channels]

    private Picture(int height, int width, int channels, byte[] pixels) => (Height, Width, Channels, _pixels) = (height, width, channels, pixels);

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>1 for grey, 3 for red, green, blue, 4 with opacity.</summary>
    public int Channels { get; }

    /// <summary>The bytes, [height, width, channels].</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>An image of bytes as they are.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="pixels">[height, width, channels]; copied.</param>
    /// <exception cref="ArgumentException">Sizes below 1, or not as many bytes as they say.</exception>
    public static Picture FromBytes(int height, int width, int channels, ReadOnlySpan<byte> pixels)
    {
        if (channels is not (1 or 3 or 4)) throw new ArgumentException($"picture: 1, 3 or 4 channels are possible, got {channels}.", nameof(channels));
        Check(height, width, channels, pixels.Length, "[height, width, channels]");
        return new Picture(height, width, channels, pixels.ToArray());
    }

    /// <summary>Numbers as colours. What is not a number is left transparent; infinities take the ends.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values">[height, width].</param>
    /// <param name="scale">Which values get the first and the last colour.</param>
    /// <param name="map">The colours.</param>
    /// <exception cref="ArgumentException">Sizes below 1, or not as many numbers as they say.</exception>
    public static Picture FromValues(int height, int width, ReadOnlySpan<float> values, PixelScale scale = PixelScale.MinMax, ColorMap map = ColorMap.Gray)
    {
        Check(height, width, 1, values.Length, "[height, width]");
        ValueRange range = ValueRange.Of(values, scale);
        return FromValues(height, width, values, range, map);
    }

    /// <summary>Planes of red, green and blue from 0 to 1 as an image.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="planes">[3, height, width]; what lies outside 0 to 1 takes the nearer end.</param>
    /// <exception cref="ArgumentException">Sizes below 1, or not as many numbers as they say.</exception>
    public static Picture FromPlanes(int height, int width, ReadOnlySpan<float> planes)
    {
        Check(height, width, 3, planes.Length, "[3, height, width]");
        int size = height * width;
        byte[] pixels = new byte[planes.Length];
        for (int i = 0; i < size; i++)
            for (int c = 0; c < 3; c++) pixels[i * 3 + c] = ToByte(planes[c * size + i]);
        return new Picture(height, width, 3, pixels);
    }

    /// <summary>This image with heat over it, as Grad-CAM shows what a network looked at.</summary>
    /// <param name="height">Rows of the heat.</param>
    /// <param name="width">Columns of the heat; it is stretched over the image, smoothly.</param>
    /// <param name="heat">[height, width]; its largest value is the hottest, zero and below are cold.</param>
    /// <param name="opacity">Share of the heat in the colours, 0 to 1.</param>
    /// <exception cref="ArgumentException">Not as many numbers as the sizes say.</exception>
    public Picture Overlay(int height, int width, ReadOnlySpan<float> heat, double opacity = 0.5)
    {
        Check(height, width, 1, heat.Length, "[height, width]");
        if (!(opacity is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "picture: the opacity must be 0 to 1.");
        double largest = ValueRange.Of(heat, PixelScale.MinMax).High;
        byte[] pixels = new byte[Height * Width * 3];
        for (int y = 0, at = 0; y < Height; y++)
            for (int x = 0; x < Width; x++, at += 3)
            {
                double warm = largest > 0 ? Interpolate(heat, height, width, (y + 0.5) / Height * height - 0.5, (x + 0.5) / Width * width - 0.5) / largest : 0;
                Color mixed = Color.Mix(At(y * Width + x), ColorMaps.At(ColorMap.Hot, warm), opacity);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (mixed.R, mixed.G, mixed.B);
            }
        return new Picture(Height, Width, 3, pixels);
    }

    /// <summary>The image as a PNG file.</summary>
    public byte[] ToPng() => PngImage.Encode(Width, Height, Channels, _pixels);

    internal static Picture FromValues(int height, int width, ReadOnlySpan<float> values, ValueRange range, ColorMap map)
    {
        int channels = range.HasNaN ? 4 : map == ColorMap.Gray ? 1 : 3;
        byte[] pixels = new byte[values.Length * channels];
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i])) continue; // transparent
            Color color = ColorMaps.At(map, range.Share(values[i]));
            Span<byte> pixel = pixels.AsSpan(i * channels, channels);
            pixel[0] = color.R;
            if (channels > 1) (pixel[1], pixel[2]) = (color.G, color.B);
            if (channels == 4) pixel[3] = 255;
        }
        return new Picture(height, width, channels, pixels);
    }

    internal string ToDataUri() => $"data:image/png;base64,{Convert.ToBase64String(ToPng())}";

    private Color At(int pixel)
    {
        ReadOnlySpan<byte> bytes = _pixels.AsSpan(pixel * Channels, Channels);
        return Channels == 1 ? new Color(bytes[0], bytes[0], bytes[0]) : new Color(bytes[0], bytes[1], bytes[2]);
    }

    private static void Check(int height, int width, int channels, int length, string shape)
    {
        if (height < 1 || width < 1 || (long)height * width * channels != length)
            throw new ArgumentException($"picture: needs {shape} numbers, height and width at least 1. Received: height {height}, width {width}, {length} numbers.", nameof(length));
    }

    private static byte ToByte(float value) => float.IsNaN(value) ? (byte)0 : (byte)Math.Round(Math.Clamp(value, 0, 1) * 255.0);

    /// <summary>Between the four nearest of [height, width]; beyond the outer ones, those.</summary>
    private static double Interpolate(ReadOnlySpan<float> grid, int height, int width, double y, double x)
    {
        (y, x) = (Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1));
        int top = Math.Min((int)y, height - 1), left = Math.Min((int)x, width - 1), down = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
        double v = y - top, u = x - left;
        return (grid[top * width + left] * (1 - u) + grid[top * width + right] * u) * (1 - v) + (grid[down * width + left] * (1 - u) + grid[down * width + right] * u) * v;
    }
}
