using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

[TestFixture]
internal sealed class PoolingTests
{
    // batches around one block of 64 and around every vector width; odd channels
    [TestCase(1, 1), TestCase(1, 5), TestCase(3, 3), TestCase(16, 1), TestCase(63, 1), TestCase(65, 3), TestCase(130, 5)]
    public void Pooling_equals_loops_over_one_window_at_a_time(int batch, int channels)
    {
        Tensor x = Tensor.Normal([batch, channels, 7, 6], new Rng(1));
        foreach (bool ceil in new[] { false, true })
        {
            Pool2dGeometry dilated = Pool2dGeometry.Create("test", x.Shape, (3, 2), (2, 3), (1, 0), (2, 1), ceil), plain = Pool2dGeometry.Create("test", x.Shape, (3, 2), (2, 1), (1, 1), 1, ceil);
            (Tensor max, int[] indices) = x.MaxPool2dWithIndices((3, 2), (2, 3), (1, 0), (2, 1), ceil);
            (float[] expected, int[] expectedIndices) = Maximum(x, dilated);
            Assert.That(max.Shape, Is.EqualTo(dilated.OutputShape));
            Assert.That(max.ToArray(), Is.EqualTo(expected));
            Assert.That(indices, Is.EqualTo(expectedIndices));
            Assert.That(x.MaxPool2d((3, 2), (2, 3), (1, 0), (2, 1), ceil).ToArray(), Is.EqualTo(expected));
            Assert.That(x.AvgPool2d((3, 2), (2, 1), (1, 1), ceil, countIncludePad: false).ToArray(), Is.EqualTo(Average(x, plain)));
        }
        Pool2dGeometry adaptive = Pool2dGeometry.CreateAdaptive("test", x.Shape, (3, 4));
        Assert.That(x.AdaptiveMaxPool2dWithIndices((3, 4)).Indices, Is.EqualTo(Maximum(x, adaptive).Indices));
        Assert.That(x.AdaptiveAvgPool2d((3, 4)).ToArray(), Is.EqualTo(Average(x, adaptive)));
    }

    [TestCase(3), TestCase(65)]
    public void The_gradient_of_overlapping_maxima_adds_up_in_the_order_of_the_windows(int batch)
    {
        Tensor x = Tensor.Normal([batch, 5, 6, 7], new Rng(2));
        x.RequiresGrad = true;
        (Tensor y, int[] indices) = x.MaxPool2dWithIndices(3, stride: 1, padding: 1);
        Tensor dy = Tensor.Normal(y.Shape, new Rng(3));
        y.Backward(dy);
        float[] expected = new float[x.Count];
        for (int i = 0; i < indices.Length; i++) expected[i / 42 * 42 + indices[i]] += dy.AsSpan()[i];
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(expected));
    }

    [TestCase(3), TestCase(65)]
    public void The_gradient_of_an_average_is_shared_by_the_places_of_its_window(int batch)
    {
        Tensor x = Tensor.Normal([batch, 5, 6, 7], new Rng(4));
        x.RequiresGrad = true;
        Tensor y = x.AvgPool2d((3, 2), stride: (1, 2), padding: (1, 0), countIncludePad: false), dy = Tensor.Normal(y.Shape, new Rng(5));
        y.Backward(dy);
        double[] expected = new double[x.Count];
        int window = 0;
        Each(x, Pool2dGeometry.Create("test", x.Shape, (3, 2), (1, 2), (1, 0), 1, ceilMode: false), places =>
        {
            int plane = window / (y.Shape[2] * y.Shape[3]) * 42;
            foreach ((int at, float _) in places) expected[plane + at] += (double)dy.AsSpan()[window] / places.Count;
            window++;
        });
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(expected).Within(1e-6));
    }

    [TestCase(1), TestCase(17), TestCase(66)]
    public void A_window_may_have_more_places_than_a_byte_can_tell_apart(int batch) // 17 * 16 = 272
    {
        Tensor x = Tensor.Normal([batch, 3, 18, 16], new Rng(6));
        x.Span[287] = 100; // the last place of the last window
        x.RequiresGrad = true;
        (Tensor y, int[] indices) = x.MaxPool2dWithIndices((17, 16), stride: 1);
        (float[] expected, int[] expectedIndices) = Maximum(x, Pool2dGeometry.Create("test", x.Shape, (17, 16), 1, 0, 1, ceilMode: false));
        Assert.That(y.ToArray(), Is.EqualTo(expected));
        Assert.That(indices, Is.EqualTo(expectedIndices).And.Some.GreaterThan(271));
        y.Backward(Tensor.Ones(y.Shape));
        float[] gradient = new float[x.Count];
        for (int i = 0; i < indices.Length; i++) gradient[i / 2 * 288 + indices[i]]++;
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(gradient));
    }

    [Test]
    public void An_adaptive_bin_of_257_places_is_not_counted_in_bytes() // bins of 1 + 256 columns: [0, 257) of 512 in 2 would be 256, of 514 257
    {
        Tensor x = Tensor.Zeros([1, 1, 1, 514]);
        x.Span[256] = 1;
        Assert.That(x.AdaptiveMaxPool2dWithIndices((1, 2)).Indices, Is.EqualTo(new[] { 256, 257 }));
    }

    [Test]
    public void Ties_go_to_the_first_maximum_and_NaN_wins()
    {
        Tensor ties = Tensor.Zeros([2, 1, 2, 3]);
        Assert.That(ties.MaxPool2dWithIndices((2, 3)).Indices, Is.EqualTo(new[] { 0, 0 }));
        ties.Span[2] = float.NaN;
        (Tensor values, int[] indices) = ties.MaxPool2dWithIndices((2, 3));
        Assert.That(values.ToArray(), Is.EqualTo(new[] { float.NaN, 0 }));
        Assert.That(indices, Is.EqualTo(new[] { 2, 0 }));
        Assert.That(ties.AvgPool2d((2, 3)).ToArray(), Is.EqualTo(new[] { float.NaN, 0 }));
        Tensor low = Tensor.Full([1, 1, 2, 2], float.NegativeInfinity);
        Assert.That(low.MaxPool2dWithIndices(2, padding: 1).Indices, Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Sizes_follow_PyTorch() // floor((n + 2p - d(k-1) - 1) / s) + 1, ceil without windows that start beyond image and left padding
    {
        Assert.That(Out(5, 2, 2, 0, 1, ceil: false), Is.EqualTo(2));
        Assert.That(Out(5, 2, 2, 0, 1, ceil: true), Is.EqualTo(3));
        Assert.That(Out(5, 3, 3, 1, 1, ceil: true), Is.EqualTo(2));
        Assert.That(Out(4, 2, 3, 1, 1, ceil: true), Is.EqualTo(2)); // a third window would start at 5 of 4 + 1
        Assert.That(Out(7, 3, 1, 0, 3, ceil: false), Is.EqualTo(1));

        static int Out(int n, int k, int s, int p, int d, bool ceil) => Pool2dGeometry.Create("test", [1, 1, n, n], k, s, p, d, ceil).OutHeight;
    }

    private static (float[] Values, int[] Indices) Maximum(Tensor x, Pool2dGeometry g)
    {
        List<float> values = [];
        List<int> indices = [];
        Each(x, g, places =>
        {
            (int at, float best) = places[0];
            foreach ((int p, float value) in places)
                if (value > best) (at, best) = (p, value);
            values.Add(best);
            indices.Add(at);
        });
        return ([.. values], [.. indices]);
    }

    private static float[] Average(Tensor x, Pool2dGeometry g)
    {
        List<float> values = [];
        Each(x, g, places =>
        {
            float sum = 0;
            foreach ((int _, float value) in places) sum += value;
            values.Add(sum / places.Count);
        });
        return [.. values];
    }

    /// <summary>Every window of every plane in row-major order: its pixels inside the image. Written from the definition, not from the geometry's windows.</summary>
    private static void Each(Tensor x, Pool2dGeometry g, Action<List<(int At, float Value)>> window)
    {
        float[] data = x.ToArray();
        for (int plane = 0; plane < g.Batch * g.Channels; plane++)
            for (int i = 0; i < g.OutHeight; i++)
                for (int j = 0; j < g.OutWidth; j++)
                {
                    List<(int, float)> places = [];
                    foreach (int h in Places(i, g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Height, g.Dilation.Height))
                        foreach (int w in Places(j, g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Width, g.Dilation.Width))
                            places.Add((h * g.InWidth + w, data[(plane * g.InHeight + h) * g.InWidth + w]));
                    window(places);
                }

        IEnumerable<int> Places(int i, int size, int outSize, int kernel, int stride, int padding, int dilation) => g.IsAdaptive
            ? Enumerable.Range(0, size).Where(p => p >= Math.Floor((double)i * size / outSize) && p < Math.Ceiling((i + 1.0) * size / outSize))
            : Enumerable.Range(0, kernel).Select(u => i * stride - padding + u * dilation).Where(p => p >= 0 && p < size);
    }
}
