using System.Runtime.Intrinsics;
using Engine.Kernels.Statistics;

namespace Engine.Tests.Kernels.Statistics;

/// <summary>Statistics of activations: against plain loops in double, at every width, at lengths around every block.</summary>
[TestFixture]
internal sealed unsafe class ActivationKernelTests
{
    private static readonly int[] Lengths =
    [
        1, 2, 3, 15, 16, 17, 63, 64, 65, 127, 128, 200, 1_023, 1_024, 1_025, ActivationKernel.Part - 1, ActivationKernel.Part, ActivationKernel.Part + 1, 3 * ActivationKernel.Part + 77,
    ];

    [Test]
    public void Mean_std_near_zero_and_histogram_are_those_of_plain_loops_in_double([ValueSource(nameof(Lengths))] int length, [Values(0.02, 1, 6)] double scale, [Values(0, 3)] double mean)
    {
        float[] x = Numbers(length, scale, mean);
        int[] bins = new int[40];
        (double Mean, double Std, long NearZero) seen = ActivationKernel.Run(x.AsSpan(), rectify: false, bins);
        double average = x.Average(v => (double)v), squares = x.Sum(v => ((double)v - average) * ((double)v - average));
        Assert.That(seen.Mean, Is.EqualTo(average).Within(1e-6 * (Math.Abs(average) + scale)));
        if (length == 1) Assert.That(seen.Std, Is.NaN, "torch's unbiased deviation of one number");
        else Assert.That(seen.Std, Is.EqualTo(Math.Sqrt(squares / (length - 1))).Within(1e-4).Percent);
        Assert.That(seen.NearZero, Is.EqualTo(x.LongCount(v => v <= 0.05f)));
        Assert.That(bins, Is.EqualTo(Histc(x)));
        Assert.That(ActivationKernel.Run(x.AsSpan(), rectify: false, []), Is.EqualTo(seen), "the same without a histogram");
    }

    /// <summary>torch.histc(torch.tensor([...]), 40, 0, 10): edges belong to the bin above, 10 to the last one, what lies outside to none.</summary>
    [Test]
    public void Edges_belong_to_the_bin_above_and_ten_to_the_last()
    {
        float[] x = [-1e-30f, -0f, 0, float.BitDecrement(0.25f), 0.25f, float.BitDecrement(9.75f), 9.75f, 10, 10, float.BitIncrement(10), 10.2f, 31, 32, 64, 1e9f, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        int[] bins = new int[40], expected = new int[40];
        (expected[0], expected[1], expected[38], expected[39]) = (3, 1, 1, 3);
        foreach (int copies in (int[])[1, 7, 300]) // vectors, and what is left over
        {
            float[] many = [.. Enumerable.Repeat(x, copies).SelectMany(part => part)];
            (_, _, long near) = ActivationKernel.Run(many.AsSpan(), rectify: false, bins);
            Assert.That(bins, Is.EqualTo(expected.Select(count => count * copies)));
            Assert.That(near, Is.EqualTo(4 * copies), "-1e-30, the zeros, minus infinity; NaN is near nothing");
        }
        float[] limit = [0.05f, float.BitIncrement(0.05f)];
        Assert.That(ActivationKernel.Run(limit.AsSpan(), rectify: false, []).NearZero, Is.EqualTo(1));
    }

    [Test]
    public void A_small_spread_about_a_large_mean_is_not_lost()
    {
        float[] x = [.. Enumerable.Range(0, 20_000).Select(i => 1_000 + (i % 2 == 0 ? 0.125f : -0.125f))];
        (double mean, double std, _) = ActivationKernel.Run(x.AsSpan(), rectify: false, []);
        Assert.That(mean, Is.EqualTo(1_000).Within(1e-9));
        Assert.That(std, Is.EqualTo(0.125 * Math.Sqrt(20_000.0 / 19_999)).Within(1e-9));
    }

    [Test]
    public void The_relu_is_that_of_the_op_and_the_statistics_are_of_what_was_before([Values(1, 64, 100, ActivationKernel.Part + 5)] int length)
    {
        float[] x = Widths.Numbers(length, new Rng(3), special: true), y = [.. x], expected = new float[length];
        for (int i = 0; i < length; i++) expected[i] = MathF.Max(x[i], 0);
        int[] before = new int[40], after = new int[40];
        (double, double, long) plain = ActivationKernel.Run([.. x], rectify: false, before), rectified = ActivationKernel.Run(y.AsSpan(), rectify: true, after);
        Assert.That(rectified, Is.EqualTo(plain));
        Assert.That(after, Is.EqualTo(before));
        Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(expected)));
    }

    [Test]
    public void Every_width_and_number_of_threads_gives_the_same_bits([Values(1, 63, 64, 65, 1_000, ActivationKernel.Part)] int length)
    {
        float[] x = Numbers(length, 3, 0.5);
        List<(double, double, double, string)> seen = [];
        double* numbers = stackalloc double[3];
        foreach (int width in Widths.All)
        {
            sbyte[] bytes = new sbyte[ActivationKernel.Part];
            float[] copy = [.. x];
            fixed (float* px = copy)
            fixed (sbyte* pBytes = bytes)
            {
                ActivationKernel.PartWork work = new() { X = px, Count = length, Rectify = true, Numbers = numbers, Bytes = pBytes };
                Widths.Run(width, ref work);
            }
            seen.Add((numbers[0], numbers[1], numbers[2], string.Join(",", bytes.Take(length).Where(b => b is >= 0 and < 40).Order()) + string.Join(",", copy)));
        }
        Assert.That(seen.Distinct().Count(), Is.EqualTo(1));
        int threads = Compute.Threads;
        try
        {
            float[] large = Numbers(5 * ActivationKernel.Part + 99, 3, 0.5);
            List<(double, double, long)> results = [];
            foreach (int count in (int[])[1, 2, 3, 7])
            {
                Compute.Threads = count;
                results.Add(ActivationKernel.Run(large.AsSpan(), rectify: false, new int[40]));
            }
            Assert.That(results.Distinct().Count(), Is.EqualTo(1));
        }
        finally
        {
            Compute.Threads = threads;
        }
    }

    [Test]
    public void Bytes_are_counted_as_one_by_one([Values(1, 3, 15, 16, 31)] int steps, [Values("even", "low", "one bin", "tail", "none")] string kind)
    {
        Rng rng = new(9);
        int count = steps * BinCounts.Step;
        sbyte[] bytes = new sbyte[count];
        foreach (ref sbyte b in bytes.AsSpan())
            b = kind switch { "even" => (sbyte)(rng.NextInt(256) - 128), "low" => (sbyte)(rng.NextInt(12) - 4), "one bin" => 3, "tail" => (sbyte)(rng.NextInt(500) == 0 ? rng.NextInt(60) : rng.NextInt(3)), _ => -1 };
        int[] expected = new int[40], bins = new int[40], at512 = new int[40], at256 = new int[40];
        fixed (sbyte* p = bytes)
        fixed (int* e = expected, b = bins, b512 = at512, b256 = at256)
        {
            bool above = BinCounts.Plain(p, count, e, 40);
            Assert.That(BinCounts.Add(p, count, b, 40), Is.EqualTo(above));
            if (ByteLanes512.IsSupported) Assert.That(BinCounts.Add<Vector512<byte>, ByteLanes512>(p, count, b512, 40), Is.EqualTo(above));
            if (ByteLanes256.IsSupported) Assert.That(BinCounts.Add<Vector256<byte>, ByteLanes256>(p, count, b256, 40), Is.EqualTo(above));
        }
        Assert.That(bins, Is.EqualTo(expected));
        if (ByteLanes512.IsSupported) Assert.That(at512, Is.EqualTo(expected));
        if (ByteLanes256.IsSupported) Assert.That(at256, Is.EqualTo(expected));
    }

    /// <summary>All results for some activations, for comparison between processes.</summary>
    public static string Bits()
    {
        List<string> parts = [];
        foreach (int length in Lengths)
            foreach (bool special in (bool[])[false, true])
            {
                int[] bins = new int[40];
                float[] x = special ? Widths.Numbers(length, new Rng(5), special: true) : Numbers(length, 4, 0.5);
                (double mean, double std, long near) = ActivationKernel.Run(x.AsSpan(), rectify: true, bins);
                parts.Add($"{mean:R},{std:R},{near},{string.Join(",", bins)},{string.Join(",", Widths.Bits(x).Aggregate(17, (hash, bit) => unchecked(hash * 31 + bit)))}");
            }
        return string.Join(";", parts);
    }

    private static float[] Numbers(int length, double scale, double mean)
    {
        Rng rng = new(7);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(mean * scale + scale * rng.NextNormal()))];
    }

    private static int[] Histc(float[] x)
    {
        int[] bins = new int[40];
        foreach (float v in x)
            if (v is >= 0 and <= 10) bins[Math.Min(39, (int)((double)v / 10 * 40))]++;
        return bins;
    }
}
