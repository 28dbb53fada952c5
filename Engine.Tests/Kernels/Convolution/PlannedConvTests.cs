using Engine.Kernels;
using Engine.Kernels.Convolution;
using Engine.Kernels.Convolution.MinimalFiltering;
using Engine.Tests.ConvShapes;

namespace Engine.Tests.Kernels.Convolution;

[TestFixture]
internal sealed unsafe class PlannedConvTests
{
    /// <summary>cin h w cout kh kw strides padding dilation groups.</summary>
    private static readonly string[] Shapes =
    [
        "1 4 5 1 3 3 1 1 1 1 1 1 1 1 1", "1 28 28 8 5 5 2 2 2 2 2 2 1 1 1", "3 3 3 7 1 1 1 1 0 0 0 0 1 1 1", "6 2 3 6 2 2 1 1 0 1 1 0 1 1 1", "8 7 7 16 3 3 2 2 1 1 1 1 1 1 1",
        "7 5 3 13 3 2 1 2 2 0 1 3 2 1 1", "5 4 6 9 3 3 1 1 1 2 0 1 1 2 1", "17 2 2 33 2 1 1 1 1 0 0 0 1 1 1", "24 1 9 25 1 3 1 1 0 1 0 1 1 1 1", "64 2 2 10 3 3 2 2 1 1 1 1 1 1 1",
        "13 3 5 70 3 5 1 1 0 0 0 0 1 1 1", "40 5 4 130 3 3 1 1 1 1 1 1 1 1 1", "150 2 3 150 2 3 1 1 0 0 0 0 1 1 1", "9 1 1 11 5 5 1 1 4 4 4 4 1 1 1", "2 6 6 5 3 3 1 1 1 1 1 1 3 3 1",
    ];

    [TestCaseSource(nameof(Shapes))]
    public void The_bits_are_those_of_the_convolution_that_plans_nothing(string shape)
    {
        Rng rng = new(5);
        foreach (int width in new[] { 1, 16, 32, 48, 64 })
            foreach (int pad in width == 1 ? new[] { 0, 3 } : [0])
                foreach (bool relu in new[] { false, true })
                {
                    Conv2dGeometry g = ConvShapeList.Parse($"{width} {shape}"), one = ConvShapeList.Parse($"1 {shape}");
                    float[] x = Widths.Numbers(g.InputShape.Count, rng), w = Widths.Numbers(g.WeightShape.Count, rng), b = Widths.Numbers(g.OutChannels, rng), y = new float[g.OutputShape.Count];
                    float[] packed = new float[Conv2dWeights.ForwardLength(g, ConvWay.Direct)];
                    Conv2dKernel.Forward(g, x, Conv2dWeights.PackForward(g, w, packed, ConvWay.Direct), b, y, relu, ConvWay.Direct);
                    int sourcePitch = g.InChannels + pad, pitch = pad > 0 ? PlannedConv.FullPitch(g.OutChannels) : g.OutChannels;
                    PinnedFloats source = new((long)sourcePitch * g.InHeight * g.InWidth * width), result = new((long)pitch * g.OutHeight * g.OutWidth * width);
                    Spread(x, source.Span, g.InChannels * width, sourcePitch * width);
                    Plan(one, width, w, b, [], sourcePitch, pitch, relu).Run(source.Pointer, result.Pointer);
                    Assert.That(Widths.Bits(Gathered(result.Span, g.OutChannels * width, pitch * width)), Is.EqualTo(Widths.Bits(y)), $"{width} images, {pad} channels more, relu {relu}");
                }
    }

    [Test]
    public void A_shift_of_the_source_reaches_a_sum_by_the_taps_inside_the_image([Values(1, 16)] int width)
    {
        Conv2dGeometry g = ConvShapeList.Parse($"{width} 3 5 4 6 3 3 2 1 1 2 0 1 1 2 1"), one = ConvShapeList.Parse("1 3 5 4 6 3 3 2 1 1 2 0 1 1 2 1");
        Rng rng = new(6);
        float[] w = Whole(g.WeightShape.Count), b = Whole(g.OutChannels), x = Whole(g.InputShape.Count), shift = Whole(3);
        double[] tapShift = new double[6 * 9];
        for (int o = 0; o < 6; o++)
            for (int c = 0; c < 3; c++)
                for (int tap = 0; tap < 9; tap++) tapShift[o * 9 + tap] += w[(o * 3 + c) * 9 + tap] * shift[c];
        float[] shifted = [.. x.Select((value, i) => value + shift[i / 20 % 3])]; // [N, 3, 5, 4]
        double[] expected = Reference.Conv2d(g, shifted, w, b);
        float[] lanes = new float[x.Length], actual = new float[expected.Length];
        BatchLanes.FromRowMajor(x, lanes, width, 3, 20);
        PinnedFloats source = new(x.Length), result = new(expected.Length);
        lanes.CopyTo(source.Span);
        Plan(one, width, w, b, tapShift, 3, 6, relu: false).Run(source.Pointer, result.Pointer);
        BatchLanes.ToRowMajor(result.Span, actual, width, 6, g.OutHeight * g.OutWidth);
        Assert.That(actual, Is.EqualTo(Array.ConvertAll(expected, value => (float)value)));

        float[] Whole(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(rng.NextInt(9) - 4))];
    }

    internal static PlannedConv Plan(in Conv2dGeometry one, int width, ReadOnlySpan<float> w, ReadOnlySpan<float> b, double[] tapShift, int sourcePitch, int pitch, bool relu)
    {
        PinnedFloats weights = new(w.Length);
        w.CopyTo(weights.Span);
        double[] bias = new double[b.Length];
        for (int i = 0; i < bias.Length; i++) bias[i] = b[i];
        return new PlannedConv(one, width, PlannedConv.Pack(one, width, pitch, weights), sourcePitch, pitch, bias, tapShift, relu);
    }

    private static void Spread(float[] dense, Span<float> spread, int row, int pitch)
    {
        spread.Fill(float.NaN); // channels that only fill up a vector are nobody's business
        for (int i = 0; i < dense.Length; i++) spread[i / row * pitch + i % row] = dense[i];
    }

    private static float[] Gathered(Span<float> spread, int row, int pitch)
    {
        float[] dense = new float[spread.Length / pitch * row];
        for (int i = 0; i < dense.Length; i++) dense[i] = spread[i / row * pitch + i % row];
        return dense;
    }
}
