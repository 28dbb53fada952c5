namespace Engine.Data;

/// <summary>Brings any picture of a digit to the form of MNIST's: light strokes on black, 28 x 28.</summary>
/// <remarks>MNIST's own recipe (LeCun, Cortes, Burges): the digit fits a box of 20 x 20 with its proportions kept, and its centre of mass is the centre of the
/// field, pixel (14, 14). In all of the test set's first 2,000 images the longer side has exactly 20 pixels, and the mean centre is (13.99, 14.00).</remarks>
public static class DigitImage
{
    /// <summary>Rows and columns of the result.</summary>
    public const int Size = 28;

    private const int Centre = 14, Bright = 128, InkLevel = 64;

    /// <summary>Grey by <see cref="ColorTransforms.ToGray(RasterImage)"/>; inverted where most of the border is bright; then a picture of 28 x 28 is used as it is, any
    /// other is cut to its ink (what differs from the background by at least a quarter of the range), scaled to the box and centred by mass.</summary>
    /// <param name="image">Grey or colour, of any size.</param>
    /// <param name="box">Pixels of the longer side: 20 for digits, 28 for the clothes of Fashion-MNIST.</param>
    /// <returns>28 * 28 bytes, row-major; all zero where the picture is blank.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The box is not 1 to 28.</exception>
    public static byte[] ToMnist(RasterImage image, int box = 20)
    {
        if (box is < 1 or > Size) throw new ArgumentOutOfRangeException(nameof(box), $"digit image: the box must be 1 to {Size}, got {box}.");
        RasterImage gray = ColorTransforms.ToGray(image);
        byte[] pixels = [.. gray.Pixels];
        byte background = Background(gray);
        if (background >= Bright)
        {
            foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
            background = (byte)(255 - background);
        }
        if (gray.Height == Size && gray.Width == Size) return pixels;
        if (!Stretch(pixels, background)) return new byte[Size * Size];
        (int top, int left, int height, int width) = InkBox(pixels, gray.Width);
        (int boxHeight, int boxWidth) = height >= width ? (box, Scaled(width, height)) : (Scaled(height, width), box);
        double[] digit = Resize(pixels.AsSpan(top * gray.Width + left), gray.Width, height, width, boxHeight, boxWidth);
        return Place(digit, boxHeight, boxWidth);

        int Scaled(int side, int longer) => Math.Max(1, (int)Math.Round((double)box * side / longer));
    }

    /// <summary>The middle one of the border's values, by size.</summary>
    private static byte Background(RasterImage image)
    {
        List<byte> border = [];
        (int height, int width) = (image.Height, image.Width);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : Math.Max(1, width - 1)) border.Add(image.Pixels[y * width + x]);
        border.Sort();
        return border[border.Count / 2];
    }

    /// <summary>Background to 0, lightest to 255.</summary>
    /// <returns>Whether there is anything lighter than the background.</returns>
    private static bool Stretch(byte[] pixels, byte background)
    {
        int most = pixels.Max();
        if (most <= background) return false;
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)Math.Round(255.0 * Math.Max(0, pixel - background) / (most - background));
        return true;
    }

    private static (int Top, int Left, int Height, int Width) InkBox(byte[] pixels, int width)
    {
        (int top, int left, int bottom, int right) = (int.MaxValue, int.MaxValue, 0, 0);
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] < InkLevel) continue;
            (int y, int x) = (i / width, i % width);
            (top, left, bottom, right) = (Math.Min(top, y), Math.Min(left, x), Math.Max(bottom, y), Math.Max(right, x));
        }
        return (top, left, bottom - top + 1, right - left + 1);
    }

    /// <summary>Rows, then columns, each weighted by how much of it falls into the new pixel: a mean where it shrinks, repetition where it grows.</summary>
    private static double[] Resize(ReadOnlySpan<byte> pixels, int stride, int height, int width, int newHeight, int newWidth)
    {
        double[] rows = new double[newHeight * width], result = new double[newHeight * newWidth];
        for (int i = 0; i < newHeight; i++)
            foreach ((int y, double share) in Shares(i, height, newHeight))
                for (int x = 0; x < width; x++) rows[i * width + x] += share * pixels[y * stride + x];
        for (int j = 0; j < newWidth; j++)
            foreach ((int x, double share) in Shares(j, width, newWidth))
                for (int i = 0; i < newHeight; i++) result[i * newWidth + j] += share * rows[i * width + x];
        return result;
    }

    /// <summary>The old pixels that new pixel <paramref name="index"/> covers, with the share of each in it.</summary>
    private static List<(int Old, double Share)> Shares(int index, int size, int newSize)
    {
        List<(int Old, double Share)> shares = [];
        double step = (double)size / newSize, from = index * step, to = Math.Min(size, from + step);
        for (int old = (int)from; old < to && old < size; old++) shares.Add((old, (Math.Min(to, old + 1) - Math.Max(from, old)) / step));
        return shares;
    }

    /// <summary>Puts the digit where its centre of mass comes to the field's centre, as far as it stays inside.</summary>
    private static byte[] Place(double[] digit, int height, int width)
    {
        double mass = 0, rows = 0, columns = 0;
        for (int i = 0; i < digit.Length; i++) (mass, rows, columns) = (mass + digit[i], rows + digit[i] * (i / width), columns + digit[i] * (i % width));
        int top = Math.Clamp(Centre - (int)Math.Round(rows / mass), 0, Size - height), left = Math.Clamp(Centre - (int)Math.Round(columns / mass), 0, Size - width);
        byte[] field = new byte[Size * Size];
        for (int i = 0; i < digit.Length; i++) field[(top + i / width) * Size + left + i % width] = (byte)Math.Round(digit[i]);
        return field;
    }
}
