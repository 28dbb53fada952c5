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
        return FromValues(height, width, values, ValueRange.Of(values, scale), map);
    }

    /// <summary>A grid of numbers as colours; see <see cref="FromValues(int, int, ReadOnlySpan{float}, PixelScale, ColorMap)"/>.</summary>
    /// <param name="values">[height, width].</param>
    /// <param name="scale">Which values get the first and the last colour.</param>
    /// <param name="map">The colours.</param>
    public static Picture FromGrid(float[,] values, PixelScale scale = PixelScale.MinMax, ColorMap map = ColorMap.Gray)
    {
        ArgumentNullException.ThrowIfNull(values);
        return FromValues(values.GetLength(0), values.GetLength(1), values.Cast<float>().ToArray(), scale, map);
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
    /// <param name="heat">[rows, columns], stretched over the image smoothly; its largest value is the hottest, zero and below are cold.</param>
    /// <param name="opacity">Share of the heat in the colours, 0 to 1.</param>
    /// <exception cref="ArgumentException">The heat has no rows or no columns, or the opacity is none.</exception>
    public Picture Overlay(float[,] heat, double opacity = 0.5)
    {
        ArgumentNullException.ThrowIfNull(heat);
        if (heat.Length == 0) throw new ArgumentException($"picture: heat needs rows and columns, got [{heat.GetLength(0)}, {heat.GetLength(1)}].", nameof(heat));
        if (!(opacity is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "picture: the opacity must be 0 to 1.");
        double largest = heat.Cast<float>().Where(float.IsFinite).DefaultIfEmpty(0).Max();
        byte[] pixels = new byte[Height * Width * 3];
        for (int y = 0, at = 0; y < Height; y++)
            for (int x = 0; x < Width; x++, at += 3)
            {
                double warm = largest > 0 ? Interpolate(heat, (y + 0.5) / Height * heat.GetLength(0) - 0.5, (x + 0.5) / Width * heat.GetLength(1) - 0.5) / largest : 0;
                Color mixed = Color.Mix(At(y * Width + x), ColorMaps.At(ColorMap.Hot, warm), opacity);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (mixed.R, mixed.G, mixed.B);
            }
        return new Picture(Height, Width, 3, pixels);
    }

    /// <summary>The image as a PNG file.</summary>
    public byte[] ToPng() => PngImage.Encode(Width, Height, Channels, _pixels);

    internal static Picture FromValues(int height, int width, ReadOnlySpan<float> values, ValueRange range, ColorMap map)
    {
        Check(height, width, 1, values.Length, "[height, width]");
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

    /// <summary>Between the four nearest, as PyTorch's bilinear interpolation with align_corners=False; beyond the outer ones, those.</summary>
    private static double Interpolate(float[,] grid, double y, double x)
    {
        (int rows, int columns) = (grid.GetLength(0), grid.GetLength(1));
        (y, x) = (Math.Clamp(y, 0, rows - 1), Math.Clamp(x, 0, columns - 1));
        int top = (int)y, left = (int)x, down = Math.Min(top + 1, rows - 1), right = Math.Min(left + 1, columns - 1);
        double v = y - top, u = x - left;
        return (grid[top, left] * (1 - u) + grid[top, right] * u) * (1 - v) + (grid[down, left] * (1 - u) + grid[down, right] * u) * v;
    }
}
