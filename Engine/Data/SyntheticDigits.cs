namespace Engine.Data;

/// <summary>Built-in handwritten-looking digits for where no data set can be had: drawn with a pen, each one distorted its own way.</summary>
/// <remarks>They stand in for MNIST in shape (28 x 28, one channel, white on black) and in kind, not in difficulty: accuracies do not compare.
/// The same generator gives the same bytes on every machine.</remarks>
public static class SyntheticDigits
{
    /// <summary>The ten classes, "0" to "9".</summary>
    public static IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private const int Size = DigitPen.Size, NoiseLevel = 10; // of 255
    private const float PointJitter = 0.55f; // of the 14 x 20 grid
    private const float MiddleX = 7, MiddleY = 10;

    /// <summary>Draws digits; every ten in a row hold each class once.</summary>
    /// <param name="count">How many, 0 or more. The first images do not depend on how many follow.</param>
    /// <param name="rng">Where the randomness comes from; it moves on.</param>
    /// <returns>Images [count, 1, 28, 28].</returns>
    public static ImageSet Generate(int count, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(rng);
        Shape shape = new(count, 1, Size, Size);
        byte[] pixels = new byte[shape.Count];
        int[] labels = new int[count], order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        DigitPen pen = new();
        for (int i = 0; i < count; i++)
        {
            if (i % 10 == 0) rng.Shuffle<int>(order);
            labels[i] = order[i % 10];
            DrawDigit(pen, labels[i], rng.Split(), pixels.AsSpan(i * Size * Size, Size * Size));
        }
        return new ImageSet(shape, pixels, labels, Classes, "synthetic digits");
    }

    private static void DrawDigit(DigitPen pen, int digit, Rng rng, Span<byte> image)
    {
        DigitStrokes.Stroke[][] styles = DigitStrokes.Styles[digit];
        DigitStrokes.Stroke[] strokes = styles[rng.NextInt(styles.Length)];
        DigitPen.Affine map = Distortion(rng);
        pen.Start(radius: rng.Uniform(0.75f, 1.7f));
        Span<float> points = stackalloc float[32];
        foreach (DigitStrokes.Stroke stroke in strokes)
        {
            Span<float> moved = points[..stroke.Points.Length];
            for (int i = 0; i < moved.Length; i++) moved[i] = stroke.Points[i] + rng.Uniform(-PointJitter, PointJitter);
            if (stroke.Points[0] == stroke.Points[^2] && stroke.Points[1] == stroke.Points[^1]) (moved[^2], moved[^1]) = (moved[0], moved[1]);
            pen.Draw(moved, stroke.Smooth, map);
        }
        pen.Finish(ink: rng.Uniform(200, 255), image);
        AddNoise(rng, image);
    }

    /// <summary>Turned by up to 13 degrees, slanted, stretched and shifted about the middle of the image.</summary>
    private static DigitPen.Affine Distortion(Rng rng)
    {
        double angle = rng.Uniform(-0.23f, 0.23f);
        float sine = (float)Elementary.Sin(angle), cosine = (float)Elementary.Cos(angle), slant = rng.Uniform(-0.3f, 0.2f);
        float width = rng.Uniform(0.8f, 1.15f), height = rng.Uniform(0.82f, 1.05f);
        float a = cosine * width, b = (cosine * slant - sine) * height, d = sine * width, e = (sine * slant + cosine) * height;
        float centreX = Size / 2f + rng.Uniform(-2, 2), centreY = Size / 2f + rng.Uniform(-1.5f, 1.5f);
        return new DigitPen.Affine(a, b, centreX - a * MiddleX - b * MiddleY, d, e, centreY - d * MiddleX - e * MiddleY);
    }

    /// <summary>Moves every pixel by up to <see cref="NoiseLevel"/> up or down, within 0..255; eight pixels a draw.</summary>
    private static void AddNoise(Rng rng, Span<byte> image)
    {
        for (int i = 0; i < image.Length; i += 8)
        {
            ulong bits = rng.NextUInt64();
            for (int j = 0; j < 8; j++, bits >>= 8)
                image[i + j] = (byte)Math.Clamp(image[i + j] + ((byte)bits * (2 * NoiseLevel + 1) >> 8) - NoiseLevel, 0, 255);
        }
    }
}
