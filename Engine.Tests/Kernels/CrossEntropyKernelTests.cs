using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>The short way of plain labels beside the general one.</summary>
internal sealed class CrossEntropyKernelTests
{
    [Test]
    public void Plain_labels_have_the_bits_of_labels_whose_classes_all_weigh_one([Values(1, 2, 3, 4, 5, 8, 10, 17)] int classes, [Values(1, 7, 300)] int rows)
    {
        Rng rng = new((ulong)(classes * 1000 + rows));
        float[] x = new float[rows * classes], ones = new float[classes];
        for (int i = 0; i < x.Length; i++)
            x[i] = rng.NextInt(40) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => float.NegativeInfinity, 3 => -0f, 4 => 300, _ => rng.Uniform(-5, 5) };
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row % 9 == 8 ? -100 : rng.NextInt(classes))];
        Array.Fill(ones, 1);
        float[] losses = new float[rows], derivative = new float[x.Length], expectedLosses = new float[rows], expected = new float[x.Length];
        CrossEntropyKernel.Labels(x, labels, -100, 0, [], losses, derivative);
        CrossEntropyKernel.Labels(x, labels, -100, 0, ones, expectedLosses, expected);
        Assert.That(Bits(losses), Is.EqualTo(Bits(expectedLosses)));
        Assert.That(Bits(derivative), Is.EqualTo(Bits(expected)));
    }

    /// <summary>All NaN are one.</summary>
    private static int[] Bits(float[] values) => Array.ConvertAll(values, value => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value));
}
