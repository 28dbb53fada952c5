using Engine.Data;
using Engine.Tests.Mnist;

namespace Engine.Tests.Data;

public sealed class DigitImageTests
{
    /// <summary>A picture in which a shape, drawn in a square of dots, is enlarged and put somewhere.</summary>
    private static RasterImage Drawn(string[] dots, int scale, int top, int left, int height, int width, byte ink, byte paper)
    {
        byte[] pixels = new byte[height * width];
        pixels.AsSpan().Fill(paper);
        for (int y = 0; y < dots.Length * scale; y++)
            for (int x = 0; x < dots[0].Length * scale; x++)
                if (dots[y / scale][x / scale] == '#') pixels[(top + y) * width + left + x] = ink;
        return new RasterImage(1, height, width, pixels);
    }

    private static (int Top, int Left, int Bottom, int Right) Box(byte[] field)
    {
        int[] on = [.. Enumerable.Range(0, field.Length).Where(i => field[i] > 0)];
        return (on.Min(i => i / 28), on.Min(i => i % 28), on.Max(i => i / 28), on.Max(i => i % 28));
    }

    [TestCase(255, 0), TestCase(0, 255), TestCase(30, 220), TestCase(200, 100)]
    public void A_bar_of_any_ink_fills_20_rows_about_the_centre(int ink, int paper) // 3 x 10 dots of 8: 24 x 80, so 6 x 20; middle at 14
    {
        byte[] field = DigitImage.ToMnist(Drawn([.. Enumerable.Repeat("###", 10)], scale: 8, top: 5, left: 60, height: 100, width: 120, (byte)ink, (byte)paper));
        Assert.That(Box(field), Is.EqualTo((4, 12, 23, 17)).Or.EqualTo((4, 11, 23, 16)).Or.EqualTo((5, 11, 24, 16)).Or.EqualTo((5, 12, 24, 17)));
        Assert.That(field.Where(pixel => pixel > 0), Is.All.EqualTo(255));
    }

    [Test]
    public void The_box_can_be_the_whole_field()
    {
        byte[] field = DigitImage.ToMnist(Drawn(["##", "##", "##", "##"], scale: 10, top: 2, left: 2, height: 60, width: 60, ink: 0, paper: 255), box: 28);
        Assert.That(Box(field), Is.EqualTo((0, 7, 27, 20)).Or.EqualTo((0, 8, 27, 21)));
        Assert.That(() => DigitImage.ToMnist(new RasterImage(1, 1, 1, [0]), box: 29), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("digit image: the box must be 1 to 28, got 29."));
    }

    [Test]
    public void The_centre_of_mass_comes_to_14_14()
    {
        byte[] field = DigitImage.ToMnist(Drawn(["##########", "#.........", "#.........", "#.........", "#........."], scale: 6, top: 3, left: 3, height: 50, width: 70, ink: 0, paper: 255));
        double mass = field.Sum(pixel => pixel), row = 0, column = 0;
        for (int i = 0; i < field.Length; i++) (row, column) = (row + field[i] / mass * (i / 28), column + field[i] / mass * (i % 28));
        Assert.That(row, Is.EqualTo(14).Within(0.51));
        Assert.That(column, Is.EqualTo(14).Within(0.51));
        (int top, int left, int bottom, int right) = Box(field);
        Assert.That((bottom - top + 1, right - left + 1), Is.EqualTo((10, 20)), "proportions are kept");
    }

    [Test]
    public void An_enlarged_digit_on_paper_comes_back()
    {
        // a figure of 20 x 14 in the middle of a field, ten times as large, black on white, with a wide margin
        Rng rng = new(1);
        byte[] original = new byte[28 * 28];
        for (int y = 4; y < 24; y++)
            for (int x = 7; x < 21; x++)
                if (y is 4 or 23 || x is 7 or 20 || rng.NextInt(2) == 0) original[y * 28 + x] = (byte)(128 + rng.NextInt(128));
        double mass = original.Sum(pixel => pixel), row = 0, column = 0;
        for (int i = 0; i < original.Length; i++) (row, column) = (row + original[i] / mass * (i / 28), column + original[i] / mass * (i % 28));
        (int down, int right) = ((int)Math.Round(14 - row + 1e-9), (int)Math.Round(14 - column + 1e-9));
        original[4 * 28 + 7] = 255; // the lightest, so that the range is the same
        byte[] large = new byte[400 * 360];
        large.AsSpan().Fill(255);
        for (int y = 0; y < 280; y++)
            for (int x = 0; x < 280; x++) large[(y + 60) * 360 + x + 40] = (byte)(255 - original[y / 10 * 28 + x / 10]);
        byte[] field = DigitImage.ToMnist(new RasterImage(1, 400, 360, large)), expected = new byte[28 * 28];
        for (int y = 4; y < 24; y++)
            for (int x = 7; x < 21; x++) expected[(y + down) * 28 + x + right] = original[y * 28 + x];
        Assert.That(field, Is.EqualTo(expected));
    }

    [Test]
    public void A_picture_of_28_x_28_is_used_as_it_is_and_turned_where_its_border_is_bright()
    {
        byte[] pixels = new byte[28 * 28];
        new Rng(2).Shuffle(pixels.AsSpan());
        for (int y = 2; y < 9; y++) pixels[y * 28 + 3] = (byte)(20 * y);
        Assert.That(DigitImage.ToMnist(new RasterImage(1, 28, 28, pixels)), Is.EqualTo(pixels));
        byte[] turned = Array.ConvertAll(pixels, pixel => (byte)(255 - pixel));
        Assert.That(DigitImage.ToMnist(new RasterImage(1, 28, 28, turned)), Is.EqualTo(pixels));
        Assert.That(DigitImage.ToMnist(new RasterImage(3, 28, 28, [.. turned, .. turned, .. turned])), Is.EqualTo(pixels));
        Assert.That(turned[0], Is.EqualTo(255), "the caller's picture is unharmed");
    }

    [Test]
    public void No_published_image_is_changed()
    {
        foreach (ImageSet images in (ImageSet[])[RealMnist.Finder(ImageDataset.Mnist).Load(RealMnist.Folder).Test, RealMnist.Finder(ImageDataset.Fashion).Load().Test])
            for (int i = 0; i < images.Count; i += 7)
                Assert.That(DigitImage.ToMnist(new RasterImage(1, 28, 28, images.Image(i).ToArray())).AsSpan().SequenceEqual(images.Image(i)), $"{images.Name} {i}");
    }

    [TestCase(1, 1), TestCase(1, 50), TestCase(50, 1), TestCase(2, 3), TestCase(300, 7)]
    public void Any_size_works_and_a_blank_picture_gives_nothing(int height, int width)
    {
        byte[] pixels = new byte[height * width];
        pixels.AsSpan().Fill(200);
        Assert.That(DigitImage.ToMnist(new RasterImage(1, height, width, pixels)), Is.All.Zero);
        if (pixels.Length < 4) return;
        pixels[pixels.Length / 2] = 10;
        Assert.That(DigitImage.ToMnist(new RasterImage(1, height, width, pixels)), Has.Some.EqualTo(255));
    }
}
