using Engine.Data;
using Engine.Tests.Mnist;

namespace Engine.Tests.Data;

public sealed class PngFileTests
{
    private static readonly (int Depth, int Color)[] Kinds =
        [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6)];

    private static int[] Random(PngWriter png, int most, ulong seed)
    {
        Rng rng = new(seed);
        int[] samples = new int[png.Height * png.Width * png.Samples];
        foreach (ref int sample in samples.AsSpan()) sample = rng.NextInt(4) == 0 ? most : rng.NextInt(most + 1);
        return samples;
    }

    [Test]
    public void Every_kind_and_size_decodes_to_the_nearest_8_bit_values([ValueSource(nameof(Kinds))] (int Depth, int Color) kind, [Values] bool interlaced)
    {
        foreach (int width in (int[])[1, 2, 3, 5, 8, 9, 17])
            foreach (int height in (int[])[1, 3, 5, 8, 11]) Decodes(kind.Depth, kind.Color, interlaced, width, height);
    }

    private static void Decodes(int depth, int color, bool interlaced, int width, int height)
    {
        int most = (1 << depth) - 1, entries = Math.Min(most + 1, 200);
        byte[] palette = [.. Enumerable.Range(0, 3 * entries).Select(i => (byte)(i * 37 + 11))];
        PngWriter png = new(width, height, depth, color) { Interlaced = interlaced, Palette = color == 3 ? palette : null, ChunkLength = 7 };
        int[] samples = Random(png, color == 3 ? entries - 1 : most, (ulong)(100 * width + height));
        RasterImage image = PngFile.Decode(png.File(samples), "x.png", background: 90);
        int channels = color is 0 or 4 ? 1 : 3;
        Assert.That((image.Channels, image.Height, image.Width), Is.EqualTo((channels, height, width)));
        for (int place = 0; place < width * height; place++)
        {
            ReadOnlySpan<int> pixel = samples.AsSpan(place * png.Samples, png.Samples);
            double alpha = color is 4 or 6 ? Math.Round(255.0 * pixel[^1] / most) / 255 : 1;
            for (int c = 0; c < channels; c++)
            {
                double value = color == 3 ? palette[3 * pixel[0] + c] : Math.Round(255.0 * pixel[c] / most);
                Assert.That(image.Pixels[c * width * height + place], Is.EqualTo(alpha * value + (1 - alpha) * 90).Within(0.500001), $"{width} x {height}, channel {c}, pixel {place}");
            }
        }
    }

    [TestCase((byte)255, new byte[] { 10, 132, 255 }), TestCase((byte)0, new byte[] { 10, 5, 0 })]
    public void Alpha_is_laid_over_the_background(byte background, byte[] expected) // 10 at opacities 255, 128, 0: (10 * 128 + 255 * 127) / 255 = 132.02
    {
        byte[] file = new PngWriter(3, 1, 8, 4).File([10, 255, 10, 128, 10, 0]);
        Assert.That(PngFile.Decode(file, "x.png", background).Pixels, Is.EqualTo(expected));
        if (background == 255) Assert.That(PngFile.Decode(file, "x.png").Pixels, Is.EqualTo(expected), "white is the default");
    }

    [Test]
    public void One_colour_or_some_palette_entries_can_be_transparent()
    {
        PngWriter gray = new(3, 1, 4, 0) { Transparency = [0, 5] }, rgb = new(2, 1, 8, 2) { Transparency = [0, 1, 0, 2, 0, 3] };
        Assert.That(PngFile.Decode(gray.File([4, 5, 6]), "x.png", background: 7).Pixels, Is.EqualTo(new byte[] { 68, 7, 102 }));
        Assert.That(PngFile.Decode(rgb.File([1, 2, 3, 1, 2, 4]), "x.png", background: 7).Pixels, Is.EqualTo(new byte[] { 7, 1, 7, 2, 7, 4 }));
        PngWriter deep = new(2, 1, 16, 0) { Transparency = [0x12, 0x34] }; // compared before rounding: 0x1235 is the same in 8 bits
        Assert.That(PngFile.Decode(deep.File([0x1234, 0x1235]), "x.png", background: 200).Pixels, Is.EqualTo(new byte[] { 200, 18 }));
        PngWriter palette = new(3, 1, 2, 3) { Palette = [10, 20, 30, 40, 50, 60, 70, 80, 90], Transparency = [0, 51] };
        Assert.That(PngFile.Decode(palette.File([0, 1, 2]), "x.png", background: 0).Pixels, Is.EqualTo(new byte[] { 0, 8, 70, 0, 10, 80, 0, 12, 90 }));
    }

    [Test]
    public void A_published_file_has_the_pixels_of_the_idx_file()
    {
        const string First = "iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAABAElEQVR4nGNgGMyAWUhIqK5jvdSy/9/rGRgYGFhgEnJsVjYCwQwMDAxPJgV+vniQgYGBgREqZ7iXH8r6l/SV4dn7m8gmCt3++/fv37/Htn3/iMW+gDnZf/+e5WbQnoXNNXyMs/5GoQoxwVmf/n9kSGFiwAW49/11wynJoPzx4YIcRlyygR/+/i2XxCWru+vv32nSuGQFYv/83Y3b4p9/fzpAmSyoMnohpiwM1w5h06Q+5enfv39/bcMiJVF09+/fv39P+mFKiTtd/fv3799jgZiBJLT69t+/f/8eDuDEkDJf8+jv379/v7Ryo4qzMDAwMAQGMjBc3/y35wM2V1IfAABFF16Aa0wAOwAAAABJRU5ErkJggg==";
        RasterImage image = PngFile.Decode(Convert.FromBase64String(First), "5/0.png");
        Assert.That((image.Channels, image.Height, image.Width), Is.EqualTo((1, 28, 28)));
        Assert.That(image.Pixels.Sum(pixel => pixel), Is.EqualTo(27_525));
        Assert.That(image.Pixels, Is.EqualTo(RealMnist.Finder(ImageDataset.Mnist).Load(RealMnist.Folder).Train.Image(0).ToArray()));
    }

    [Test]
    public void Every_truncation_and_every_flipped_bit_is_refused_and_told([Values(0, 3)] int color, [Values] bool interlaced)
    {
        PngWriter png = new(5, 6, 8, color) { Interlaced = interlaced, Palette = color == 3 ? [.. Enumerable.Range(0, 30).Select(i => (byte)(8 * i))] : null, ChunkLength = 20 };
        byte[] file = png.File(Random(png, 9, seed: 3));
        _ = PngFile.Decode(file, "x.png");
        for (int length = 0; length < file.Length; length++) Refused(file.AsSpan(0, length), $"cut after {length}");
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(damaged, $"bit {bit}");
        }
        Refused([.. file, 0], "a byte too many");
    }

    [Test]
    public void Damage_behind_right_checksums_is_refused_too()
    {
        // whoever writes a file makes its sums right: so every bit of the compressed data is flipped and the CRC computed again
        PngWriter png = new(6, 5, 8, 2);
        byte[] zlib = PngWriter.Zlib(png.Rows(Random(png, 255, seed: 4)));
        for (int bit = 0; bit < 8 * zlib.Length; bit++)
        {
            byte[] damaged = [.. zlib];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            if (bit is >= 6 and < 8 or >= 12 and < 16) continue; // window size and level: nothing depends on them, but the header's own check
            Refused(png.FileOf(damaged), $"bit {bit}");
        }
        for (int length = 1; length < zlib.Length; length++) Refused(png.FileOf(zlib[..length]), $"cut after {length}");
        Refused(png.FileOf([.. zlib, 0]), "a byte too many");
        Refused(png.FileOf(PngWriter.Zlib([.. png.Rows(Random(png, 255, seed: 4)), 0])), "a byte of pixels too many");
        Refused(png.FileOf(PngWriter.Zlib(png.Rows(Random(png, 255, seed: 4))[..^1])), "a byte of pixels too few");
    }

    private static void Refused(ReadOnlySpan<byte> file, string what)
    {
        try
        {
            _ = PngFile.Decode(file, "x.png");
        }
        catch (ModelFormatException fault)
        {
            Assert.That(fault.Message, Does.StartWith("x.png: PNG ").And.Contain(" at offset ").And.Contain(": expected ").And.Contain(", found "), what);
            Assert.That(fault.Offset, Is.InRange(0, file.Length), what);
            return;
        }
        Assert.Fail($"{what}: was accepted");
    }
}
