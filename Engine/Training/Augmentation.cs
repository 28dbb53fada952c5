using Engine.Data;

namespace Engine.Training;

/// <summary>Small changes to images that leave their class alone, for test-time augmentation.</summary>
public static class Augmentation
{
    /// <summary>Up, down, left and right by one pixel: safe for digits too, which must not be mirrored.</summary>
    public static IReadOnlyList<Func<ImageSet, ImageSet>> Shifts => [Shift(-1, 0), Shift(1, 0), Shift(0, -1), Shift(0, 1)];

    /// <summary>Moves images; what comes in at the edge is 0.</summary>
    /// <param name="down">Rows, negative for up.</param>
    /// <param name="right">Columns, negative for left.</param>
    public static Func<ImageSet, ImageSet> Shift(int down, int right) => images => Map(images, (y, x, height, width) => (y - down, x - right));

    /// <summary>Mirrors images left to right.</summary>
    public static Func<ImageSet, ImageSet> Flip() => images => Map(images, (y, x, height, width) => (y, width - 1 - x));

    /// <summary>Enlarges images about their centre; each pixel is the nearest of the original, 0 from outside.</summary>
    /// <param name="factor">Above 0; below 1 makes them smaller.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public static Func<ImageSet, ImageSet> Zoom(double factor)
    {
        Optim.Ranges.Positive("zoom", "factor", factor);
        return images => Map(images, (y, x, height, width) => (From(y, height), From(x, width)));

        int From(int at, int size) => (int)Math.Floor((at + 0.5 - size / 2.0) / factor + size / 2.0);
    }

    private static ImageSet Map(ImageSet images, Func<int, int, int, int, (int Y, int X)> from)
    {
        ArgumentNullException.ThrowIfNull(images);
        int height = images.Shape[2], width = images.Shape[3], plane = height * width;
        int[] source = new int[plane]; // -1 for outside
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (int sy, int sx) = from(y, x, height, width);
                source[y * width + x] = (uint)sy < (uint)height && (uint)sx < (uint)width ? sy * width + sx : -1;
            }
        byte[] pixels = new byte[images.Pixels.Length];
        for (int start = 0; start < pixels.Length; start += plane)
            for (int p = 0; p < plane; p++)
                if (source[p] >= 0) pixels[start + p] = images.Pixels[start + source[p]];
        return new ImageSet(images.Shape, pixels, images.Labels, images.Classes, images.Name);
    }
}
