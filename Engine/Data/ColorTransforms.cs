namespace Engine.Data;

/// <summary>Colours to grey, to hue, saturation and value, and back.</summary>
/// <remarks>Grey has one number where colours have three: different colours become the same grey. HSV only turns the numbers: it can be undone.</remarks>
public static class ColorTransforms
{
    private const byte Most = 255;

    /// <summary>Luma of ITU-R BT.601, .299 R + .587 G + .114 B, rounded as Pillow's mode "L" does: (19595 R + 38470 G + 7471 B + 32768) / 65536.</summary>
    /// <param name="image">One channel, which is returned as it is, or three.</param>
    /// <exception cref="ArgumentException">Another number of channels.</exception>
    public static RasterImage ToGray(RasterImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels == 1) return image;
        Check("grey", image.Channels, nameof(image));
        byte[] gray = new byte[image.Plane];
        Gray(image.Pixels, gray);
        return new RasterImage(1, image.Height, image.Width, gray);
    }

    /// <summary>The same for every image of a set: [N, 3, H, W] to [N, 1, H, W].</summary>
    /// <param name="images">One channel, returned as it is, or three.</param>
    /// <exception cref="ArgumentException">Another number of channels.</exception>
    public static ImageSet ToGray(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Shape[1] == 1) return images;
        Check("grey", images.Shape[1], nameof(images));
        int plane = images.Shape[2] * images.Shape[3];
        byte[] gray = new byte[images.Count * plane];
        for (int i = 0; i < images.Count; i++) Gray(images.Image(i), gray.AsSpan(i * plane, plane));
        return new ImageSet([images.Count, 1, images.Shape[2], images.Shape[3]], gray, images.Labels, images.Classes, images.Name);
    }

    /// <summary>Hue, saturation and value of every image of a set, each 0 to 1 stored as 0 to 255: [N, 3, H, W] to the same shape.</summary>
    /// <param name="images">Red, green, blue.</param>
    /// <exception cref="ArgumentException">Not three channels.</exception>
    public static ImageSet ToHsv(ImageSet images) => Map(images, "HSV", RgbToHsv);

    /// <summary>Undoes <see cref="ToHsv"/>, but for the rounding to bytes.</summary>
    /// <param name="images">Hue, saturation, value.</param>
    /// <exception cref="ArgumentException">Not three channels.</exception>
    public static ImageSet FromHsv(ImageSet images) => Map(images, "RGB", HsvToRgb);

    /// <summary>Hue (0 and 1 are red, 1/3 green, 2/3 blue), saturation and value of a colour, each 0 to 1, as Python's <c>colorsys</c>: the value is the largest
    /// channel, the saturation what the smallest lacks of it. Grey has hue 0.</summary>
    /// <param name="red">0 to 1.</param>
    /// <param name="green">0 to 1.</param>
    /// <param name="blue">0 to 1.</param>
    public static (float Hue, float Saturation, float Value) RgbToHsv(float red, float green, float blue)
    {
        float most = Math.Max(red, Math.Max(green, blue)), range = most - Math.Min(red, Math.Min(green, blue));
        if (range == 0) return (0, 0, most);
        float sector = most == red ? (green - blue) / range : most == green ? 2 + (blue - red) / range : 4 + (red - green) / range;
        return ((sector < 0 ? sector + 6 : sector) / 6, range / most, most);
    }

    /// <summary>The colour of a hue, saturation and value.</summary>
    /// <param name="hue">0 to 1.</param>
    /// <param name="saturation">0 to 1.</param>
    /// <param name="value">0 to 1.</param>
    /// <returns>Each 0 to 1.</returns>
    public static (float Red, float Green, float Blue) HsvToRgb(float hue, float saturation, float value)
    {
        int sector = (int)(hue * 6);
        float part = hue * 6 - sector, low = value * (1 - saturation), falling = value * (1 - saturation * part), rising = value * (1 - saturation * (1 - part));
        return (sector % 6) switch
        {
            0 => (value, rising, low),
            1 => (falling, value, low),
            2 => (low, value, rising),
            3 => (low, falling, value),
            4 => (rising, low, value),
            _ => (value, low, falling),
        };
    }

    private static void Gray(ReadOnlySpan<byte> rgb, Span<byte> gray)
    {
        int plane = gray.Length;
        for (int i = 0; i < plane; i++) gray[i] = (byte)((19595 * rgb[i] + 38470 * rgb[plane + i] + 7471 * rgb[2 * plane + i] + 32768) >> 16);
    }

    private static ImageSet Map(ImageSet images, string to, Func<float, float, float, (float, float, float)> transform)
    {
        ArgumentNullException.ThrowIfNull(images);
        Check(to, images.Shape[1], nameof(images));
        int plane = images.Shape[2] * images.Shape[3];
        byte[] pixels = new byte[images.Pixels.Length];
        for (int at = 0; at < pixels.Length; at += 3 * plane)
            for (int i = at; i < at + plane; i++)
            {
                (float a, float b, float c) = transform(images.Pixels[i] / (float)Most, images.Pixels[i + plane] / (float)Most, images.Pixels[i + 2 * plane] / (float)Most);
                (pixels[i], pixels[i + plane], pixels[i + 2 * plane]) = (Byte(a), Byte(b), Byte(c));
            }
        return new ImageSet(images.Shape, pixels, images.Labels, images.Classes, images.Name);
    }

    private static byte Byte(float value) => (byte)(value * Most + 0.5f);

    private static void Check(string to, int channels, string parameter)
    {
        if (channels != 3) throw new ArgumentException($"colours to {to}: expected 3 channels, got {channels}.", parameter);
    }
}
