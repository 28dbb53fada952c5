using Engine.Kernels.Convolution.MinimalFiltering;

namespace Engine.Tests.ConvShapes;

/// <summary>Convolutions of small whole numbers, whose products and sums are exact in a float, against the naive loops: equal, but for Winograd's way, whose
/// points are no whole numbers: within its stated error.</summary>
internal static class WholeNumbers
{
    /// <summary>Runs a convolution as the public operation does; where that is Winograd's way, by sums over taps too.</summary>
    /// <returns>Null if all elements are right; else what differs first.</returns>
    public static string? Difference(Conv2dGeometry g)
    {
        Case one = new(g);
        ConvRun best = ConvRun.Of(g, one.X, one.Weight, one.Bias, one.Dy);
        bool weights = Winograd.SuitsWeights(g) || Winograd.SuitsSinglesWeights(g);
        if (!Winograd.Suits(g) && !weights) return best.Difference(one.Expected);
        return ConvRun.Of(g, one.X, one.Weight, one.Bias, one.Dy, ConvWay.Direct).Difference(one.Expected)
            ?? best.Difference(one.Expected, Allowed(g, one.Expected, Winograd.Suits(g), weights));
    }

    /// <summary>Runs a convolution by Winograd's way in all passes, suitable or not, and by sums over taps.</summary>
    public static string? DifferenceByWinograd(Conv2dGeometry g)
    {
        Case one = new(g);
        return ConvRun.Of(g, one.X, one.Weight, one.Bias, one.Dy, ConvWay.Direct).Difference(one.Expected)
            ?? ConvRun.Of(g, one.X, one.Weight, one.Bias, one.Dy, ConvWay.Winograd).Difference(one.Expected, Allowed(g, one.Expected, images: true, weights: true));
    }

    private static double[] Allowed(Conv2dGeometry g, NaiveConv2d expected, bool images, bool weights) =>
    [
        images ? WinogradError.Most(g.InChannels, Scale(9.0 * g.InChannels, expected.Y)) : 0,
        images ? WinogradError.Most(g.OutChannels, Scale(9.0 * g.OutChannels, expected.Dx)) : 0,
        weights ? WinogradError.Most(WinogradError.Sums(g), Scale((double)g.Batch * g.OutHeight * g.OutWidth, expected.Dw)) : 0, 0,
    ];

    /// <summary>The root mean square of such results, but at least that of so many products of two numbers from -4 to 4, each 20 / 3 squared.</summary>
    private static double Scale(double products, int[] exact) => Math.Sqrt(Math.Max(exact.Sum(value => (double)value * value) / Math.Max(1, exact.Length), products * 400 / 9));

    private sealed class Case
    {
        public Case(Conv2dGeometry g)
        {
            Rng rng = new(7);
            int[] x = Random(rng, g.InputShape.Count), weight = Random(rng, g.WeightShape.Count), bias = Random(rng, g.OutChannels), dy = Random(rng, g.OutputShape.Count);
            Expected = new NaiveConv2d(g, x, weight, bias, dy);
            (X, Weight, Bias, Dy) = (Floats(x), Floats(weight), Floats(bias), Floats(dy));
        }

        public NaiveConv2d Expected { get; }

        public float[] X { get; }

        public float[] Weight { get; }

        public float[] Bias { get; }

        public float[] Dy { get; }
    }

    private static int[] Random(Rng rng, int count)
    {
        int[] values = new int[count];
        foreach (ref int value in values.AsSpan()) value = rng.NextInt(9) - 4;
        return values;
    }

    private static float[] Floats(int[] values) => Array.ConvertAll(values, value => (float)value);
}
