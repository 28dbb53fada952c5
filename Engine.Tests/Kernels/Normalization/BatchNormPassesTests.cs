using Engine.Kernels;
using Engine.Kernels.Normalization;

namespace Engine.Tests.Kernels.Normalization;

/// <summary>Both passes of batch normalisation, whose channels may be cut among threads, against their steps one after the other.</summary>
[TestFixture]
[NonParallelizable] // the number of threads is the process's
internal sealed class BatchNormPassesTests
{
    private const double Momentum = 0.25, Eps = 1e-3;

    [Test]
    public void Forward_is_its_steps_one_after_the_other([Values(2, 48, 64, 81, 128, 130)] int batch, [Values(1, 31, 32, 33, 70)] int channels, [Values(1, 8, 16, 17)] int plane, [Values] bool runs)
    {
        Rng rng = new(61);
        float[] x = Widths.Numbers(batch * channels * plane, rng), weight = Widths.Numbers(channels, rng), shift = Widths.Numbers(channels, rng);
        float[] means = Widths.Numbers(channels, rng), variances = Widths.Numbers(channels, rng), y = new float[x.Length];
        (float[] mean, float[] variance) = (new float[channels], new float[channels]);
        BatchStatistics.Of(x, batch, channels, plane, mean, variance);
        float[] inverseStd = [.. variance.Select(v => (float)(1 / Math.Sqrt(v + Eps)))], scale = [.. inverseStd.Zip(weight, (s, w) => s * w)];
        BatchNormKernel.Normalize(x, batch, channels, plane, mean, scale, shift, y, relu: runs);
        double count = (double)batch * plane;
        float[] newMeans = [.. means.Zip(mean, (old, m) => (float)((1 - Momentum) * old + Momentum * m))];
        float[] newVariances = [.. variances.Zip(variance, (old, v) => (float)((1 - Momentum) * old + Momentum * (v * (count / (count - 1)))))];
        OnOneToThree(() =>
        {
            float[][] result = [new float[channels], new float[channels], new float[channels], new float[x.Length], runs ? [.. means] : [], runs ? [.. variances] : []];
            BatchNormPasses.Forward(x, batch, channels, plane, new()
            {
                Mean = result[0], InverseStd = result[1], Scale = result[2], Weight = weight, Shift = shift, RunningMean = result[4], RunningVariance = result[5], Momentum = Momentum, Eps = Eps,
            }, result[3], relu: runs);
            AreEqual(result, [mean, inverseStd, scale, y, runs ? newMeans : [], runs ? newVariances : []]);
        });
    }

    [Test]
    public void Backward_is_its_steps_one_after_the_other([Values(2, 48, 64, 81)] int batch, [Values(1, 32, 33, 70)] int channels, [Values(1, 8, 16)] int plane, [Values] bool after, [Values] bool before, [Values] bool batchStatistics)
    {
        Rng rng = new(62);
        float[] x = [.. Widths.Numbers(batch * channels * plane, rng).Select(value => before ? Math.Max(value, 0) : value)], dy = Widths.Numbers(x.Length, rng), dx = new float[x.Length];
        float[] mean = Widths.Numbers(channels, rng), inverseStd = Widths.Numbers(channels, rng), scale = Widths.Numbers(channels, rng), shift = after ? Widths.Numbers(channels, rng) : [];
        (float[] sumDy, float[] sumDyX) = (new float[channels], new float[channels]);
        BatchNormKernel.GradientSums(x, dy, batch, channels, plane, mean, scale, shift, sumDy, sumDyX);
        double count = (double)batch * plane;
        float[] slope = [.. scale.Select((a, c) => batchStatistics ? (float)(-a * (double)inverseStd[c] * inverseStd[c] * sumDyX[c] / count) : 0)];
        float[] offset = [.. scale.Select((a, c) => batchStatistics ? (float)(-a * (double)sumDy[c] / count) : 0)];
        BatchNormKernel.GradientInput(x, dy, batch, channels, plane, mean, scale, slope, offset, shift, dx, before);
        float[][] expected = [sumDy, [.. sumDyX.Zip(inverseStd, (sum, s) => sum * s)], dx];
        OnOneToThree(() =>
        {
            foreach (bool inPlace in (bool[])[false, true])
            {
                float[] upstream = [.. dy];
                float[][] result = [new float[channels], new float[channels], inPlace ? upstream : new float[x.Length]], sums = [new float[channels], new float[channels]];
                BatchNormPasses.Backward(x, upstream, batch, channels, plane, mean, inverseStd, scale, shift, batchStatistics, result[0], result[1], result[2], before);
                AreEqual(result, expected);
                BatchNormPasses.Backward(x, dy, batch, channels, plane, mean, inverseStd, scale, shift, batchStatistics, sums[0], sums[1], [], before);
                AreEqual(sums, expected[..2]);
            }
        });
    }

    private static void OnOneToThree(Action action)
    {
        int threads = Work.Threads;
        try
        {
            for (Work.Threads = 1; Work.Threads <= 3; Work.Threads++) action();
        }
        finally
        {
            Work.Threads = threads;
        }
    }

    private static void AreEqual(float[][] result, float[][] expected)
    {
        for (int i = 0; i < expected.Length; i++) Assert.That(Widths.Bits(result[i]), Is.EqualTo(Widths.Bits(expected[i])), $"array {i}");
    }
}
