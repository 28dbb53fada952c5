using System.Runtime.Intrinsics.X86;
using Engine.Kernels;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Products;

namespace Engine.Tests.Kernels.Convolution.MinimalFiltering;

/// <summary>Sixteen channels in place, against the steps of other numbers of channels.</summary>
[TestFixture]
internal sealed class WinogradSixteenTests
{
    private const int Channels = 16;

    [Test]
    public unsafe void Sixteen_channels_have_the_bits_of_the_other_way([Values(16, 48, 80, 112)] int batch, [Values("17 14 1 1", "7 10 2 0", "5 3 0 1", "9 4 -1 2")] string size, [Values] bool forward)
    {
        if (!Avx512F.IsSupported) Assert.Ignore("this way needs 32 registers");
        int[] numbers = [.. size.Split(' ').Select(int.Parse)];
        (int height, int width) = (numbers[0], numbers[1]);
        Rng rng = new(73);
        float[] images = Random(rng, batch * height * width * Channels), weights = Random(rng, (int)WinogradWeights.Length(Channels, Channels)), biases = Random(rng, Channels), rectified = Random(rng, images.Length);
        foreach (ref float value in rectified.AsSpan()) value = Math.Max(value, 0);
        float[] results = new float[images.Length], expected = new float[images.Length];
        fixed (float* source = images, packed = weights, bias = biases, y = rectified, result = results, twin = expected)
        {
            WinogradPass pass = new()
            {
                Source = source, Weights = packed, Bias = forward ? bias : null, Result = result, Relu = forward, Rectified = forward ? null : y, Batch = batch,
                SourceHeight = height, SourceWidth = width, SourceChannels = Channels, ResultHeight = height, ResultWidth = width, ResultChannels = Channels, Top = numbers[2], Left = numbers[3],
            };
            Assert.That(WinogradSixteen.Suits(pass.Of(BatchLanes.BlockOf(batch, 0), 0)));
            pass.Run();
            pass.Result = twin;
            for (int block = 0; block < BatchLanes.WideBlocks(batch); block++)
                for (int number = 0; number < pass.Groups(BatchLanes.BlockOf(batch, block).Width); number++) Twin(pass.Of(BatchLanes.BlockOf(batch, block), number));
        }
        Assert.That(Widths.Bits(results).AsSpan().SequenceEqual(Widths.Bits(expected)));
        Assert.That(results.Count(value => value != 0), Is.GreaterThan(results.Length / 3));
    }

    [Test]
    public void Other_numbers_of_channels_do_not_go_this_way()
    {
        WinogradPass pass = new() { Batch = 64, SourceChannels = Channels, ResultChannels = 2 * Channels, ResultHeight = 8, ResultWidth = 8 };
        Assert.That(WinogradSixteen.Suits(pass.Of(BatchLanes.BlockOf(64, 0), 0)), Is.False);
        (pass.SourceChannels, pass.ResultChannels) = (2 * Channels, Channels);
        Assert.That(WinogradSixteen.Suits(pass.Of(BatchLanes.BlockOf(64, 0), 0)), Is.False);
        pass.SourceChannels = Channels;
        WinogradGroup half = pass.Of(BatchLanes.BlockOf(64, 0), 0) with { Results = Channels / 2 };
        Assert.That(WinogradSixteen.Suits(half), Is.False);
    }

    /// <summary>To the points, products a point at a time, and back.</summary>
    private static unsafe void Twin(WinogradGroup group)
    {
        long none = 0;
        fixed (float* values = new float[Winograd.Points * group.ValueStep], products = new float[Winograd.Points * group.ProductStep], window = new float[WinogradWindow.Length])
        {
            group.Values = values;
            group.Products = products;
            group.Window = window;
            Simd.Dispatch(ref group);
            for (int point = 0; point < Winograd.Points; point++)
            {
                TapGemm gemm = new()
                {
                    A = group.Pass.Weights + point * WinogradWeights.PointStep(Channels, Channels), B = values + point * group.ValueStep, C = products + point * group.ProductStep,
                    Begin = SumStart.Zero, TapsA = &none, TapsB = &none, Taps = 1, Depth = Channels, PanelDepth = Channels, BStep = group.Columns, CRow = group.Columns,
                };
                TapGemm.Run(gemm, Channels, group.Columns);
            }
            group.Step = WinogradStep.ToResults;
            Simd.Dispatch(ref group);
        }
    }

    private static float[] Random(Rng rng, int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = (float)rng.NextNormal();
        return values;
    }
}
