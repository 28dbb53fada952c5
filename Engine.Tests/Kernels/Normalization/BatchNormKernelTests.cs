using Engine.Kernels;
using Engine.Kernels.Normalization;

namespace Engine.Tests.Kernels.Normalization;

/// <summary>Statistics against double precision, and the passes with a ReLU against those without.</summary>
[TestFixture]
internal sealed class BatchNormKernelTests
{
    [Test]
    public void Statistics_are_those_of_double_precision_far_from_zero_too([Values(2, 17, 48, 64, 100, 130)] int batch, [Values(1, 3, 20)] int channels, [Values(1, 7, 300)] int plane)
    {
        foreach (double centre in (double[])[0, -3, 1000])
        {
            Rng rng = new(51);
            float[] rows = new float[batch * channels * plane], x = new float[rows.Length], mean = new float[channels], variance = new float[channels];
            for (int i = 0; i < rows.Length; i++) rows[i] = (float)(centre + rng.NextNormal());
            BatchLanes.FromRowMajor(rows, x, batch, channels, plane);
            BatchStatistics.Of(x, batch, channels, plane, mean, variance);
            for (int c = 0; c < channels; c++)
            {
                double[] values = [.. Enumerable.Range(0, batch * plane).Select(i => (double)rows[(i / plane * channels + c) * plane + i % plane])];
                double m = values.Average(), v = values.Average(value => (value - m) * (value - m));
                Assert.That(mean[c], Is.EqualTo(m).Within(1e-6 * (1 + Math.Abs(m))));
                Assert.That(variance[c], Is.EqualTo(v).Within(1e-5 * v), $"about {centre}"); // the sum of squares less the square of the sum would be off by 0.1 here
            }
        }
    }

    [Test]
    public void A_relu_after_it_changes_no_bit_of_any_pass([Values(3, 32, 64, 81)] int batch, [Values(1, 21)] int channels, [Values(1, 9)] int plane)
    {
        Data d = new(batch, channels, plane);
        float[] y = new float[d.X.Length], rectified = new float[d.X.Length], dy = [.. d.Dy];
        BatchNormKernel.Normalize(d.X, batch, channels, plane, d.Mean, d.Scale, d.Shift, y);
        BatchNormKernel.Normalize(d.X, batch, channels, plane, d.Mean, d.Scale, d.Shift, rectified, relu: true);
        Assert.That(Widths.Bits(rectified), Is.EqualTo(Widths.Bits([.. y.Select(value => MathF.Max(value, 0))])));
        for (int i = 0; i < y.Length; i++)
            if (y[i] <= 0) dy[i] = 0;
        Assert.That(d.Sums(d.Dy, d.Shift), Is.EqualTo(d.Sums(dy, [])));
        Assert.That(d.Gradient(d.Dy, d.Shift, false), Is.EqualTo(d.Gradient(dy, [], false)));
        if (channels > 1 && batch > 3) Assert.That(d.Sums(d.Dy, d.Shift), Is.Not.EqualTo(d.Sums(d.Dy, [])), "the ReLU matters");
    }

    [Test]
    public void A_sum_and_its_relu_change_no_bit_of_the_values([Values(3, 32, 64, 81)] int batch, [Values(1, 21)] int channels, [Values(1, 9)] int plane)
    {
        Data d = new(batch, channels, plane);
        float[] y = new float[d.X.Length], sum = new float[d.X.Length];
        BatchNormKernel.Normalize(d.X, batch, channels, plane, d.Mean, d.Scale, d.Shift, y);
        BatchNormKernel.NormalizeAndAdd(d.X, d.Dy, batch, channels, plane, d.Mean, d.Scale, d.Shift, sum);
        Assert.That(Widths.Bits(sum), Is.EqualTo(Widths.Bits([.. y.Select((value, i) => MathF.Max(value + d.Dy[i], 0))])));
        if (sum.Length > 100) Assert.That(sum, Has.Some.Zero.And.Some.Positive);
    }

    [Test]
    public void A_relu_after_it_keeps_nan_and_has_no_negative_zero()
    {
        float[] values = [float.NaN, -0f, 0, float.NegativeInfinity, float.PositiveInfinity, float.Epsilon, -float.Epsilon, 1, -1], y = new float[16 * values.Length];
        float[] x = [.. Enumerable.Range(0, y.Length).Select(i => values[i % values.Length])];
        BatchNormKernel.Normalize(x, 16, values.Length, 1, new float[values.Length], [.. values.Select(_ => 1f)], [.. values.Select(_ => -0f)], y, relu: true);
        Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits([.. x.Select(value => MathF.Max(value, 0))])));
    }

    [Test]
    public void A_relu_before_it_takes_its_gradient_in_the_last_pass([Values(3, 32, 64, 81)] int batch, [Values(1, 21)] int channels, [Values(1, 9)] int plane, [Values] bool after)
    {
        Data d = new(batch, channels, plane);
        float[] shift = after ? d.Shift : [];
        int[] expected = d.Gradient(d.Dy, shift, false);
        for (int i = 0; i < expected.Length; i++)
            if (d.X[i] == 0) expected[i] = 0;
        Assert.That(d.Gradient(d.Dy, shift, true), Is.EqualTo(expected));
    }

    /// <summary>Random operands, x the result of a ReLU.</summary>
    private sealed class Data
    {
        private readonly int _batch, _channels, _plane;

        public Data(int batch, int channels, int plane)
        {
            Rng rng = new(52);
            (_batch, _channels, _plane) = (batch, channels, plane);
            (X, Dy) = (Normal(rng, batch * channels * plane), Normal(rng, batch * channels * plane));
            for (int i = 0; i < X.Length; i++) X[i] = Math.Max(X[i], 0);
            (Mean, Scale, Shift, Slope, Offset) = (Normal(rng, channels), Normal(rng, channels), Normal(rng, channels), Normal(rng, channels), Normal(rng, channels));
        }

        public float[] X { get; }

        public float[] Dy { get; }

        public float[] Mean { get; }

        public float[] Scale { get; }

        public float[] Shift { get; }

        private float[] Slope { get; }

        private float[] Offset { get; }

        public int[] Sums(float[] dy, float[] shift)
        {
            float[] sums = new float[2 * _channels];
            BatchNormKernel.GradientSums(X, dy, _batch, _channels, _plane, Mean, Scale, shift, sums.AsSpan(0, _channels), sums.AsSpan(_channels));
            return Widths.Bits(sums);
        }

        public int[] Gradient(float[] dy, float[] shift, bool rectified)
        {
            float[] dx = new float[X.Length];
            BatchNormKernel.GradientInput(X, dy, _batch, _channels, _plane, Mean, Scale, Slope, Offset, shift, dx, rectified);
            return Widths.Bits(dx);
        }

        private static float[] Normal(Rng rng, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)rng.NextNormal())];
    }
}
