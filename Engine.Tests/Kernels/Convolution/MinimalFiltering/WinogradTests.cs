using Engine.Kernels;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.MinimalFiltering;

/// <summary>Minimal filtering against double precision, beside sums over taps.</summary>
[TestFixture]
internal sealed class WinogradTests
{
    /// <summary>How many times the error of sums over taps is allowed.</summary>
    private const double MostTimes = 4;

    /// <summary>Terms of a sum from which that is asked for: channels, or tiles and images in a weight gradient. With fewer, sums over taps are almost exact and the
    /// transforms alone cost more: up to 6 times with a single channel. The rule (<see cref="Winograd.Suits"/>) takes this way from here on.</summary>
    private const int LeastTerms = 16, LeastWeightTerms = 256;

    /// <summary>Elements of a pass that are looked at, evenly spread.</summary>
    private const int Sample = 3000;

    private static readonly string[] Passes = ["output", "input gradient", "weight gradient"];

    /// <summary>n cin h w cout padding: sizes around tiles of four, padding of its own on each side and beyond the kernel, channels around tiles of registers; then the
    /// benchmarks' shapes.</summary>
    private static readonly string[] Shapes =
    [
        "16 1 4 4 1 1 1 1 1", "16 1 28 28 32 1 1 1 1", "16 2 5 7 3 0 0 0 0", "32 3 32 32 16 1 1 1 1", "48 5 6 9 7 1 2 0 1", "16 7 9 5 11 2 0 1 2", "80 8 3 10 13 0 1 2 3",
        "16 13 11 13 17 4 0 0 1", "16 16 32 32 16 1 1 1 1", "64 17 8 8 33 1 1 1 1", "16 31 13 13 24 0 0 1 1", "112 33 7 9 65 1 1 1 1", "16 70 10 6 70 3 1 1 3", "16 64 3 3 64 1 1 1 1",
        "16 32 1 1 33 1 1 1 1", "16 32 28 28 64 1 1 1 1", "16 32 16 16 32 1 1 1 1", "16 64 8 8 64 1 1 1 1", "16 128 8 8 128 1 1 1 1", "16 64 56 56 64 1 1 1 1", "16 256 14 14 256 1 1 1 1",
        "1 32 28 28 64 1 1 1 1", "10 32 28 28 64 1 1 1 1", "13 64 16 17 32 1 2 0 1", "19 48 16 15 32 1 1 1 1",
    ];

    [Test]
    public void Errors_are_at_most_four_times_those_of_sums_over_taps([ValueSource(nameof(Shapes))] string shape, [Values] Numbers numbers)
    {
        Conv2dGeometry g = ConvShapeList.Winograd(shape);
        Rng rng = new(51);
        float[] x = Random(rng, g.InputShape.Count, numbers), weight = Random(rng, g.WeightShape.Count, numbers), bias = Random(rng, g.OutChannels, numbers), dy = Random(rng, g.OutputShape.Count, numbers);
        ConvRun winograd = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Winograd), direct = ConvRun.Of(g, x, weight, bias, dy, ConvWay.Direct);
        ConvOracle oracle = new(g, x, weight, bias, dy);
        for (int pass = 0; pass < Passes.Length; pass++)
        {
            double square = 0, squareW = 0, squareD = 0, mostW = 0, mostD = 0;
            int length = winograd.All[pass].Length, count = Math.Min(Sample, length);
            for (int i = 0; i < count; i++)
            {
                int at = (int)((long)length * i / count);
                double exact = oracle.All[pass](at), errorW = Math.Abs(winograd.All[pass][at] - exact), errorD = Math.Abs(direct.All[pass][at] - exact);
                (square, squareW, squareD, mostW, mostD) = (square + exact * exact, squareW + errorW * errorW, squareD + errorD * errorD, Math.Max(mostW, errorW), Math.Max(mostD, errorD));
            }
            double rms = Math.Sqrt(square / count), terms = pass switch { 0 => g.InChannels, 1 => g.OutChannels, _ => WinogradError.Sums(g) };
            Assert.That(mostW, Is.LessThanOrEqualTo(WinogradError.Most(terms, rms)), $"{Passes[pass]}, the stated error");
            if (g.InHeight > 1 && (pass < 2 ? terms >= LeastTerms : WinogradError.Tiles(g) >= LeastWeightTerms))
            {
                Assert.That(Math.Sqrt(squareW), Is.LessThanOrEqualTo(MostTimes * Math.Sqrt(squareD)), $"{Passes[pass]}, root mean square");
                Assert.That(mostW, Is.LessThanOrEqualTo(MostTimes * mostD), $"{Passes[pass]}, largest");
            }
            TestContext.Out.WriteLine($"{Passes[pass]}: rms error {Math.Sqrt(squareW / count) / rms:E2}, {Math.Sqrt(squareW / squareD):F2} times; max {mostW / rms:E2}, {mostW / mostD:F2} times");
        }
    }

    [Test]
    public unsafe void Transforms_give_the_same_bits_at_every_width([Values(16, 48, 64, 80)] int batch, [Values(1, 3, 18)] int channels)
    {
        const int Height = 6, Width = 9;
        Rng rng = new(52);
        float[] images = Random(rng, batch * channels * Height * Width, Numbers.Normal), products = Random(rng, Winograd.Points * (channels * WinogradPass.Columns + 64), Numbers.Normal);
        float[] first = [];
        foreach (int width in Widths.All)
        {
            float[] values = new float[products.Length], upstream = new float[Winograd.Points * WinogradUpstream.Step(channels)], results = new float[images.Length];
            List<float> all = [];
            fixed (float* source = images, at = values, dy = upstream, from = products, to = results)
            fixed (float* window = new float[WinogradWindow.Length + WinogradUpstream.WindowMemory])
            {
                WinogradPass pass = new()
                {
                    Source = source, Result = to, Batch = batch, SourceHeight = Height, SourceWidth = Width, SourceChannels = channels,
                    ResultHeight = Height, ResultWidth = Width, ResultChannels = channels, Top = 1, Left = 1, Relu = true,
                };
                for (int block = 0; block < BatchLanes.WideBlocks(batch); block++)
                    for (int number = 0; number < pass.Groups(BatchLanes.BlockOf(batch, block).Width); number++)
                    {
                        WinogradGroup group = pass.Of(BatchLanes.BlockOf(batch, block), number);
                        group.Values = at;
                        group.Products = from;
                        group.Window = window;
                        Widths.Run(width, ref group);
                        group.Step = WinogradStep.ToResults;
                        Widths.Run(width, ref group);
                        WinogradUpstream turned = new() { Group = group, Dy = source, Outputs = channels, Values = dy, Window = window };
                        Widths.Run(width, ref turned);
                        all.AddRange([.. values, .. upstream]);
                    }
            }
            all.AddRange(results);
            if (first.Length == 0) first = [.. all];
            else Assert.That(Widths.Bits([.. all]).AsSpan().SequenceEqual(Widths.Bits(first)), $"width {width}");
        }
        Assert.That(first.Any(value => value != 0));
    }

    [TestCase("64 16 32 32 16 1 1 1 1", true, true), TestCase("64 16 8 8 16 1 1 1 1", true, true), TestCase("64 16 7 7 16 1 1 1 1", false, false), TestCase("64 15 32 32 64 1 1 1 1", false, false),
        TestCase("64 64 32 32 15 1 1 1 1", false, false), TestCase("64 32 7 7 32 1 1 1 1", true, true), TestCase("64 64 6 6 64 1 1 1 1", false, false), TestCase("64 64 4 4 64 1 1 1 1", false, false),
        TestCase("64 96 4 4 128 1 1 1 1", true, false), TestCase("256 256 4 4 96 1 1 1 1", true, true), TestCase("64 95 4 4 128 1 1 1 1", false, false), TestCase("256 96 4 4 257 1 1 1 1", false, false),
        TestCase("64 32 9 9 32 0 0 0 0", false, true), TestCase("15 64 14 14 64 1 1 1 1", true, false), TestCase("17 64 14 14 64 1 1 1 1", true, true), TestCase("48 64 8 8 64 1 1 1 1", true, false)]
    public void The_rule_counts_products_and_channels(string shape, bool images, bool weights) // 9 x 9 without padding: 21 * 21 pairs of taps against 36 * 9 for dx, 36 * 4 for dw
    {
        Conv2dGeometry g = ConvShapeList.Winograd(shape);
        Assert.That((Winograd.Suits(g), Winograd.SuitsWeights(g)), Is.EqualTo((images, weights)));
    }

    [TestCase("1 32 14 14 32 1 1 1 1", true), TestCase("80 64 14 14 48 1 1 1 1", true), TestCase("1 32 12 12 32 1 1 1 1", false), TestCase("1 16 28 28 32 1 1 1 1", false), TestCase("1 40 28 28 64 1 1 1 1", false)]
    public void Single_images_go_this_way_where_they_are_large_and_channels_fill_vectors(string shape, bool singles) =>
        Assert.That(Winograd.SuitsSingles(ConvShapeList.Winograd(shape)), Is.EqualTo(singles));

    [TestCase("1 32 20 20 32 1 1 1 1", true), TestCase("1 32 16 16 32 1 1 1 1", false), TestCase("80 64 14 14 48 1 1 1 1", false), TestCase("81 64 14 14 48 1 1 1 1", true), TestCase("81 64 14 14 40 1 1 1 1", false), TestCase("15 32 12 12 32 1 1 1 1", false),
        TestCase("1 16 28 28 32 1 1 1 1", false), TestCase("49 64 4 4 64 1 1 1 1", false)]
    public void Weight_gradients_of_single_images_go_this_way_beside_wide_blocks_that_do_or_alone_where_images_are_large(string shape, bool singles) =>
        Assert.That(Winograd.SuitsSinglesWeights(ConvShapeList.Winograd(shape)), Is.EqualTo(singles));

    [TestCase("64 16 8 8 16 5 5 1 1 2 2 2 2 1 1 1"), TestCase("64 16 8 8 16 3 3 2 1 1 1 1 1 1 1 1"), TestCase("64 16 8 8 16 3 3 1 1 1 1 1 1 2 1 1"), TestCase("64 16 8 8 16 3 3 1 1 1 1 1 1 1 1 2")]
    public void What_cannot_be_done_goes_over_taps_whatever_is_asked_for(string shape)
    {
        Conv2dGeometry g = ConvShapeList.Parse(shape);
        Assert.That(Winograd.Suits(g, ConvWay.Winograd) || Winograd.SuitsWeights(g, ConvWay.Winograd), Is.False);
        Assert.That(WholeNumbers.DifferenceByWinograd(g), Is.Null);
    }

    private static float[] Random(Rng rng, int count, Numbers numbers)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = numbers switch { Numbers.Normal => (float)rng.NextNormal(), Numbers.Uniform => rng.Uniform(-1, 1), _ => rng.Uniform(0, 1) };
        return values;
    }

    internal enum Numbers
    {
        Normal,
        Uniform,
        Positive,
    }
}
