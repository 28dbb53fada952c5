using Engine.Kernels;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Kernels.Convolution.Singles;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution.Singles;

/// <summary>A lone channel of single images under 3 x 3 taps.</summary>
[TestFixture]
internal sealed unsafe class LoneChannelTests
{
    /// <summary>cin h w cout kh kw strides padding dilation groups.</summary>
    [TestCase("1 9 28 32 3 3 1 1 1 1 1 1 1 1 1"), TestCase("1 11 13 64 3 3 2 2 1 0 2 1 1 1 1"), TestCase("1 7 6 32 3 3 1 1 0 0 0 0 1 1 1"), TestCase("1 8 9 32 5 3 1 1 2 2 1 1 1 1 1"), TestCase("1 8 19 32 3 5 1 1 1 1 2 2 1 1 1"),
        TestCase("1 9 12 96 3 3 1 3 1 1 1 1 2 1 1"), TestCase("1 9 12 48 3 3 1 1 1 1 1 1 1 1 1")]
    public void The_output_is_the_plain_chains_to_the_bit(string shape)
    {
        foreach (int batch in (int[])[1, 2, 5, 15, 17])
        {
            Conv2dGeometry g = ConvShapeList.Parse($"{batch} {shape}");
            Rng rng = new(33);
            float[] x = ConvChains.Numbers(rng, g.InputShape.Count), weight = ConvChains.Numbers(rng, g.WeightShape.Count), bias = ConvChains.Numbers(rng, g.OutChannels);
            float[] y = ConvRun.Of(g, x, weight, bias, new float[g.OutputShape.Count], ConvWay.Direct).Y;
            Assert.That(Widths.Bits(y).AsSpan().SequenceEqual(Widths.Bits(ConvChains.Forward(g, x, weight, bias))), $"batch {batch}");
        }
    }

    [Test]
    public void The_tile_gives_the_same_bits_at_every_width([ValueSource(typeof(Widths), nameof(Widths.All))] int width, [Values(4, 5, 7, 8, 11)] int count, [Values] bool relu)
    {
        const int Rows = 3, Columns = 24, Lanes = 32;
        Rng rng = new(34);
        float[] x = ConvChains.Numbers(rng, (Rows + 2) * Columns), weight = ConvChains.Numbers(rng, 9 * Lanes), init = ConvChains.Numbers(rng, Lanes), y = new float[Rows * count * Lanes], expected = new float[y.Length];
        fixed (float* px = x, pw = weight, pi = init, py = y)
            for (int lane = 0; lane < Lanes; lane += 2 * width)
            {
                Tile tile = new()
                {
                    Lone = new() { Source = px, Result = py + lane, Second = Columns, Third = Columns, Weights = pw + lane, Tap = Lanes, Init = pi + lane, Step = 2, ResultStep = Lanes, Row = Columns, ResultRow = count * Lanes, Count = count, Rows = Rows, Relu = relu },
                };
                Widths.Run(width, ref tile);
            }
        for (int i = 0; i < expected.Length; i++)
        {
            int lane = i % Lanes, p = i / Lanes % count, row = i / Lanes / count;
            float sum = init[lane];
            for (int tap = 0; tap < 9; tap++) sum = MathF.FusedMultiplyAdd(x[(row + tap / 3) * Columns + 2 * p + tap % 3], weight[tap * Lanes + lane], sum);
            expected[i] = relu ? MathF.Max(sum, 0) : sum;
        }
        Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(expected)));
    }

    private struct Tile : ISimdWork
    {
        public LoneChannel Lone;

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV> => Lone.Tile4x2<TV, TS>();
    }
}
