using System.Text.RegularExpressions;
using System.Xml.Linq;
using Engine.Reporting;

namespace Engine.Tests.Reporting;

[TestFixture]
internal sealed partial class PictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestCase(1, 1, 1), TestCase(5, 3, 1), TestCase(7, 2, 3), TestCase(3, 9, 4), TestCase(300, 200, 3)]
    public void A_png_file_holds_the_pixels(int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        Rng rng = new(3);
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)rng.NextInt(256);
        Assert.That(PngReader.Read(PngImage.Encode(width, height, channels, pixels)), Is.EqualTo((width, height, channels, pixels)).Using<(int, int, int, byte[])>(
            (a, b) => (a.Item1, a.Item2, a.Item3) == (b.Item1, b.Item2, b.Item3) && a.Item4.AsSpan().SequenceEqual(b.Item4)));
    }

    [TestCase(0, 1, 1, 0), TestCase(1, -1, 1, 1), TestCase(2, 2, 2, 8), TestCase(2, 2, 3, 11), TestCase(65536, 65536, 1, 0)]
    public void A_png_of_impossible_sizes_is_refused(int width, int height, int channels, int bytes) =>
        Assert.That(() => PngImage.Encode(width, height, channels, new byte[bytes]), Throws.ArgumentException.With.Message.StartsWith(
            $"png: needs [height, width, channels] bytes with 1, 3 or 4 channels. Received: {width} wide, {height} high, {channels} channels, {bytes} bytes."));

    [TestCase(PixelScale.MinMax, new byte[] { 0, 85, 170, 255 })] // -1, 0, 1, 2: from -1 to 2
    [TestCase(PixelScale.Symmetric, new byte[] { 64, 128, 191, 255 })] // from -2 to 2; 63.75 and 127.5 rounded to even
    [TestCase(PixelScale.Unit, new byte[] { 0, 0, 255, 255 })]
    public void Values_become_greys(PixelScale scale, byte[] expected) => Assert.That(Picture.FromValues(2, 2, [-1, 0, 1, 2], scale).Pixels.ToArray(), Is.EqualTo(expected));

    [Test]
    public void What_is_not_a_number_is_transparent_and_infinities_take_the_ends()
    {
        Picture picture = Picture.FromValues(1, 5, [float.NegativeInfinity, 1, float.NaN, 3, float.PositiveInfinity]);
        Assert.That(picture.Channels, Is.EqualTo(4));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255 }));
        Assert.That(Picture.FromValues(1, 2, [7, 7]).Pixels.ToArray(), Is.EqualTo(new byte[] { 128, 128 }), "one value: the middle");
        Assert.That(Picture.FromValues(1, 1, [float.NaN]).Pixels.ToArray(), Is.EqualTo(new byte[4]));
    }

    [TestCase(ColorMap.Viridis, 0x440154, 0x21918c, 0xfde725), TestCase(ColorMap.BlueRed, 0x2166ac, 0xf7f7f7, 0xb2182b), TestCase(ColorMap.Gray, 0x000000, 0x808080, 0xffffff)]
    [TestCase(ColorMap.Blues, 0xf7fbff, 0x6baed6, 0x08306b)]
    public void Maps_have_the_colours_of_their_sources(ColorMap map, int low, int middle, int high)
    {
        byte[] pixels = Picture.FromValues(1, 3, [0, 0.5f, 1], map: map).Pixels.ToArray();
        byte[] expected = [.. new[] { low, middle, high }.SelectMany(c => map == ColorMap.Gray ? new[] { (byte)c } : [(byte)(c >> 16), (byte)(c >> 8), (byte)c])];
        Assert.That(pixels, Is.EqualTo(expected));
    }

    [Test]
    public void Planes_of_colours_become_pixels() =>
        Assert.That(Picture.FromPlanes(1, 2, [1, 0, 0.2f, 2, -1, float.NaN]).Pixels.ToArray(), Is.EqualTo(new byte[] { 255, 51, 0, 0, 255, 0 }));

    [Test]
    public void Heat_is_stretched_smoothly_and_mixed_in()
    {
        Picture gray = Picture.FromBytes(4, 4, 1, [.. Enumerable.Repeat((byte)100, 16)]);
        byte[] pixels = gray.Overlay(new float[,] { { 0, 0 }, { 0, 1 } }).Pixels.ToArray();
        Assert.That(pixels[..3], Is.EqualTo(new byte[] { 55, 50, 50 }), "cold: half of grey 100 and of the map's first colour, 10 0 0");
        Assert.That(pixels[^3..], Is.EqualTo(new byte[] { 178, 178, 178 }), "hot: half of 100 and of white, 177.5");
        byte[] reds = [.. Enumerable.Range(0, 16).Select(i => pixels[3 * i])];
        Assert.That(reds[5], Is.GreaterThan(reds[0]).And.LessThan(reds[15]), "between the centres of the heat's cells");
        Assert.That(gray.Overlay(new float[,] { { -1 } }, opacity: 1).Pixels.ToArray(), Is.EqualTo(Enumerable.Repeat(new byte[] { 10, 0, 0 }, 16).SelectMany(c => c)), "nothing is warm");
    }

    [Test]
    public void Rows_of_a_heat_map_go_up_from_the_bottom_unless_told_otherwise([Values] bool isOriginAtTop)
    {
        HeatMap map = new("", 2, 3, [0, 0, 0, 0, 0, 1]) { Map = ColorMap.Gray, IsOriginAtTop = isOriginAtTop }; // row 1, column 2 is the bright one
        Assert.That(FirstImage(map).Pixels, Is.EqualTo(isOriginAtTop ? new byte[] { 0, 0, 0, 0, 0, 255 } : [0, 0, 255, 0, 0, 0]));
    }

    [Test]
    public void A_map_wider_than_any_screen_keeps_its_peaks()
    {
        float[] values = new float[2 * 10_001];
        (values[7], values[20_000]) = (-5, 3);
        (int width, int height, _, byte[] pixels) = FirstImage(new HeatMap("", 2, 10_001, values) { Map = ColorMap.Gray });
        Assert.That((width, height), Is.EqualTo((2000, 2)));
        Assert.That((pixels[2001], pixels[1999], pixels.Count(p => p == 159)), Is.EqualTo(((byte)0, (byte)255, 3998)), "-5, 3 and all the zeros between");
    }

    [Test]
    public void A_confusion_matrix_shows_each_count_in_its_cell()
    {
        ConfusionPlot plot = new("", ["cat", "dog"], [90, 10, 0, 50]);
        XElement[] cells = [.. XDocument.Parse(plot.ToSvg()).Descendants(Svg + "rect").Where(r => (string?)r.Attribute("class") == "cell")];
        Assert.That(cells.Select(cell => (string)cell), Is.EqualTo(new[] { "cat taken for cat: 90", "cat taken for dog: 10", "dog taken for cat: 0", "dog taken for dog: 50" }));
        Assert.That(cells.Select(cell => (string)cell.Attribute("fill")!).Distinct().Count(), Is.EqualTo(4), "roots of .9, .1, 0 and 1");
        Assert.That(XDocument.Parse(plot.ToSvg()).Descendants(Svg + "text").Select(t => (string)t), Is.SupersetOf(new[] { "90", "10", "50", "cat", "dog", "actual", "predicted" }));
        Assert.That(plot.ToSvg(), Does.Contain("Confusion matrix of 2 classes: 140 of 150 items on the diagonal."));
    }

    [Test]
    public void Maps_of_one_scale_can_be_compared_and_maps_of_their_own_cannot()
    {
        float[][,] maps = [new float[,] { { 0, 1 } }, new float[,] { { 0, 4 } }];
        byte[][] shared = Images(ImageGrid.OfMaps("", maps, isShared: true)), own = Images(ImageGrid.OfMaps("", maps));
        Assert.That(shared, Is.EqualTo(new byte[][] { [0, 64], [0, 255] }));
        Assert.That(own, Is.EqualTo(new byte[][] { [0, 255], [0, 255] }));
    }

    [Test]
    public void Faulty_calls_say_what_came()
    {
        Assert.That(() => new HeatMap("", 2, 3, new float[5]), Throws.ArgumentException.With.Message.StartsWith("heat map: needs [rows, columns] numbers. Received: 2 rows, 3 columns, 5 numbers."));
        Assert.That(() => new ConfusionPlot("", ["a"], [1, 2]), Throws.ArgumentException.With.Message.StartsWith("confusion plot: needs [classes, classes] counts. Received: 1 classes, 2 counts."));
        Assert.That(() => new ConfusionPlot("", ["a"], [-1]), Throws.ArgumentException.With.Message.StartsWith("confusion plot: counts are 0 and up, got -1."));
        Assert.That(() => new BarPlot("").Add("x", double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("bar plot: the bar 'x' must be finite and 0 or more long."));
        Assert.That(() => Picture.FromValues(0, 2, []), Throws.ArgumentException.With.Message.StartsWith("picture: needs [height, width] numbers, height and width at least 1. Received: height 0, width 2, 0 numbers."));
        Assert.That(() => Picture.FromBytes(1, 1, 2, [0, 0]), Throws.ArgumentException.With.Message.StartsWith("picture: 1, 3 or 4 channels are possible, got 2."));
        Assert.That(() => Picture.FromBytes(1, 1, 1, [0]).Overlay(new float[0, 3]), Throws.ArgumentException.With.Message.StartsWith("picture: heat needs rows and columns, got [0, 3]."));
        Assert.That(() => Picture.FromBytes(1, 1, 1, [0]).Overlay(new float[1, 1], 1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("picture: the opacity must be 0 to 1."));
        Assert.That(() => ImageGrid.OfMaps("", [new float[1, 1]], ["a", "b"]), Throws.ArgumentException.With.Message.StartsWith("image grid: 1 maps but 2 captions."));
    }

    private static (int Width, int Height, int Channels, byte[] Pixels) FirstImage(Plot plot) => PngReader.Read(Files(plot)[0]);

    private static byte[][] Images(Plot plot) => [.. Files(plot).Select(file => PngReader.Read(file).Pixels)];

    private static List<byte[]> Files(Plot plot) => [.. DataUri().Matches(plot.ToSvg()).Select(match => Convert.FromBase64String(match.Groups[1].Value))];

    [GeneratedRegex("data:image/png;base64,([A-Za-z0-9+/=]+)")]
    private static partial Regex DataUri();
}
