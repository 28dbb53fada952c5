using Engine.Data;

namespace Engine.Tests.Data;

public sealed class ColorTransformsTests
{
    private static ImageSet Set(params byte[] planar) => new([1, 3, 1, planar.Length / 3], planar, [0], ["a"]);

    [Test]
    public void Grey_is_Pillow_s_luma()
    {
        // .299 * 255 = 76.2, .587 * 255 = 149.7, .114 * 255 = 29.1; white stays white
        RasterImage colors = new(3, 1, 5, [255, 0, 0, 255, 0, 0, 255, 0, 255, 0, 0, 0, 255, 255, 0]);
        Assert.That(ColorTransforms.ToGray(colors).Pixels, Is.EqualTo(new byte[] { 76, 150, 29, 255, 0 }));
        RasterImage gray = new(1, 1, 2, [3, 4]);
        Assert.That(ColorTransforms.ToGray(gray), Is.SameAs(gray));
        for (int value = 0; value < 256; value++) Assert.That(ColorTransforms.ToGray(new RasterImage(3, 1, 1, [(byte)value, (byte)value, (byte)value])).Pixels[0], Is.EqualTo(value), "grey stays as grey as it is");
        Assert.That(() => ColorTransforms.ToGray(new RasterImage(2, 1, 1, [1, 2])), Throws.ArgumentException.With.Message.StartsWith("colours to grey: expected 3 channels, got 2."));
        Assert.That(() => new RasterImage(3, 1, 1, [1]), Throws.ArgumentException.With.Message.StartsWith("picture: 3 channels of 1 x 1 need 3 pixels, got 1."));
        Assert.That(() => new RasterImage(0, 1, 1, []), Throws.ArgumentException.With.Message.StartsWith("picture: sizes must be positive, got 0 channels of 1 x 1."));
    }

    [Test]
    public void Grey_loses_what_hue_keeps()
    {
        // red (255, 0, 0), green (0, 130, 0) and blue (0, 80, 255) of the same grey: one number instead of three
        ImageSet colors = Set(255, 0, 0, 0, 130, 80, 0, 0, 255), gray = ColorTransforms.ToGray(colors), hsv = ColorTransforms.ToHsv(colors);
        Assert.That(gray.Shape, Is.EqualTo(new Shape(1, 1, 1, 3)));
        Assert.That(gray.Pixels, Is.EqualTo(new byte[] { 76, 76, 76 }));
        Assert.That(hsv.Pixels[..3], Is.Unique, "their hues differ");
        Assert.That(ColorTransforms.FromHsv(hsv).Pixels, Is.EqualTo(colors.Pixels).Within(3));
    }

    [TestCase(1, 0, 0, 0, 1, 1), TestCase(0, 1, 0, 1 / 3.0, 1, 1), TestCase(0, 0, 1, 2 / 3.0, 1, 1), TestCase(1, 1, 0, 1 / 6.0, 1, 1), TestCase(0, 1, 1, 0.5, 1, 1)]
    [TestCase(1, 0, 1, 5 / 6.0, 1, 1), TestCase(0.5, 0.5, 0.5, 0, 0, 0.5), TestCase(0, 0, 0, 0, 0, 0), TestCase(0.5, 0.25, 0.25, 0, 0.5, 0.5), TestCase(1, 0.5, 0.75, 11 / 12.0, 0.5, 1)]
    public void Hue_saturation_and_value_are_those_of_colorsys(double r, double g, double b, double h, double s, double v)
    {
        (float hue, float saturation, float value) = ColorTransforms.RgbToHsv((float)r, (float)g, (float)b);
        Assert.That((hue, saturation, value), Is.EqualTo(((float)h, (float)s, (float)v)).Within(1e-6f));
    }

    [Test]
    public void HSV_is_undone_for_every_colour_of_a_grid()
    {
        for (int i = 0; i < 17 * 17 * 17; i++)
        {
            float[] rgb = [i % 17 / 16f, i / 17 % 17 / 16f, i / 289 / 16f];
            (float h, float s, float v) = ColorTransforms.RgbToHsv(rgb[0], rgb[1], rgb[2]);
            (float r, float g, float b) = ColorTransforms.HsvToRgb(h, s, v);
            Assert.That((float[])[r, g, b], Is.EqualTo(rgb).Within(1e-6f), $"{i}");
            Assert.That(h, Is.InRange(0, 1));
        }
        Assert.That(ColorTransforms.HsvToRgb(1, 1, 1), Is.EqualTo((1f, 0f, 0f)), "hue 1 is red again");
        Assert.That(() => ColorTransforms.ToHsv(new ImageSet([1, 1, 1, 1], [0], [0], ["a"])), Throws.ArgumentException.With.Message.StartsWith("colours to HSV: expected 3 channels, got 1."));
    }
}
