using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Engine.Inference;
using Engine.Nn;
using Engine.Tensors;
using Engine.Tests.Kernels;

namespace Engine.Tests.Inference;

[TestFixture]
internal sealed class InferenceSessionTests
{
    private static IEnumerable<string> Names => Nets.All.Keys;

    /// <summary>Stated: a result differs from the unfolded model's in double precision by no more than 2^-18 of the largest; up to 1.2 x 2^-20 is seen.</summary>
    private const double Error = 1.0 / (1 << 18);

    [Test]
    public void A_session_computes_what_the_model_computes([ValueSource(nameof(Names))] string name, [Values(1, 3, 16, 33, 130)] int batch)
    {
        Module model = Nets.Create(name);
        Tensor x = Images(name, batch), y = new InferenceSession(model).Run(x);
        (double[] expected, Shape shape) = DoubleNet.Run(model, [.. x.ToArray().Select(value => (double)value)], x.Shape);
        Assert.That(y.Shape, Is.EqualTo(shape));
        double largest = expected.Max(Math.Abs), worst = y.ToArray().Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        TestContext.Out.WriteLine($"{worst / largest * (1 << 24):F2} / 2^24 of the largest");
        Assert.That(largest, Is.GreaterThan(0.01), "there is something to see");
        Assert.That(worst, Is.LessThanOrEqualTo(Error * largest));
    }

    [Test, NonParallelizable]
    public void No_bit_depends_on_threads_on_who_calls_or_on_where_numbers_lie([ValueSource(nameof(Names))] string name)
    {
        InferenceSession session = new(Nets.Create(name));
        Tensor x = Images(name, 150);
        int[] expected = Widths.Bits(session.Run(x).AsSpan());
        float[] output = new float[expected.Length];
        int threads = Compute.Threads;
        try
        {
            foreach (int count in new[] { 1, 2, 3, 8 })
            {
                Compute.Threads = count;
                Assert.That(Widths.Bits(session.Run(x).AsSpan()), Is.EqualTo(expected), $"{count} threads");
                Assert.That(Widths.Bits(session.Run(x.To(Layout.BatchLanes)).AsSpan()), Is.EqualTo(expected), $"{count} threads, batch lanes");
            }
        }
        finally
        {
            Compute.Threads = threads;
        }
        session.Run(x.AsSpan(), x.Shape, output);
        Assert.That(Widths.Bits(output), Is.EqualTo(expected), "spans");
        using Workspace.Scope scope = new Workspace().Begin();
        Assert.That(Widths.Bits(session.Run(x).AsSpan()), Is.EqualTo(expected), "in a workspace");
    }

    [Test]
    public void Convolutions_and_their_ReLUs_have_the_bits_of_Forward([Values(16, 32, 64)] int channels, [Values(1, 3, 17, 35)] int batch)
    {
        Rng rng = new(7);
        Sequential model = [new Conv2d(32, channels, rng, 3, padding: 1), new Relu(), new Conv2d(channels, 32, rng, 3, padding: 1)];
        model.Eval();
        Tensor x = Tensor.Normal([batch, 32, 15, 16], rng);
        Assert.That(Widths.Bits(new InferenceSession(model).Run(x).AsSpan()), Is.EqualTo(Widths.Bits(model.Forward(x).AsSpan())));
    }

    [Test]
    public void Sixty_four_threads_at_once_get_the_bits_of_one([Values("book's net, batch norm", "residual", "a module of the user's", "winograd")] string name)
    {
        InferenceSession session = new(Nets.Create(name));
        Tensor[] inputs = [Images(name, 1), Images(name, 5), Images(name, 40)];
        int[][] expected = Array.ConvertAll(inputs, x => Widths.Bits(session.Run(x).AsSpan()));
        InferenceSession fresh = new(Nets.Create(name)); // whose plans are made by all of them
        OnThreads.Run([.. Enumerable.Range(0, 64).Select<int, Action>(i => () =>
        {
            for (int round = 0; round < 6; round++)
                Assert.That(Widths.Bits(fresh.Run(inputs[(i + round) % 3]).AsSpan()), Is.EqualTo(expected[(i + round) % 3]));
        })]);
    }

    [Test]
    public void A_session_has_its_own_numbers_until_it_is_refreshed()
    {
        Module model = Nets.Create("pooling");
        InferenceSession session = new(model);
        Tensor x = Images("pooling", 3);
        float[] before = session.Run(x).ToArray();
        model.Train();
        for (int i = 0; i < 3; i++) _ = model.Forward(x); // statistics
        foreach (Parameter parameter in model.Parameters()) parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(value => value + 0.1f)]);
        Assert.That(session.Run(x).ToArray(), Is.EqualTo(before));
        session.Refresh();
        Assert.That(session.Run(x).ToArray(), Is.Not.EqualTo(before).And.EqualTo(new InferenceSession(model).Run(x).ToArray()));
    }

    [Test]
    public void Many_sizes_of_images_are_planned_and_forgotten()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 2, rng, 3, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten()];
        InferenceSession session = new(model);
        for (int round = 0; round < 2; round++)
            for (int size = 3; size < 20; size++)
            {
                Tensor x = Tensor.Normal([2, 1, size, size + 1], rng);
                Assert.That(session.Run(x).ToArray(), Is.EqualTo(model.Forward(x).ToArray()).Within(1e-5f));
            }
    }

    [Test]
    public void An_empty_batch_gives_an_empty_result()
    {
        InferenceSession session = new(Nets.Create("book's net"));
        Assert.That(session.Run(Tensor.Zeros([0, 1, 28, 28])).Shape, Is.EqualTo(new Shape(0, 10)));
        Assert.That(session.OutputShape([7, 1, 28, 28]), Is.EqualTo(new Shape(7, 10)));
    }

    [Test]
    public void NaN_comes_out([Values(1, 17)] int batch)
    {
        Tensor x = Images("book's net, batch norm", batch);
        x.Span.Fill(float.NaN);
        Assert.That(new InferenceSession(Nets.Create("book's net, batch norm")).Run(x).ToArray(), Is.All.NaN);
    }

    [Test]
    public void Every_machine_computes_these_bits() => // change the hash only together with a kernel's arithmetic, or when a net is added
        Assert.That(Hash(), Is.EqualTo("81DA5DDBB044C4BCD11C556B67BEE9EC6BCB7DC061E216C32CEAB55ABC7122E2"));

    /// <summary>SHA-256 over the results of every net.</summary>
    public static string Hash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in Names)
        {
            InferenceSession session = new(Nets.Create(name));
            foreach (int batch in (int[])[1, 2, 21]) hash.AppendData(MemoryMarshal.AsBytes(session.Run(Images(name, batch)).AsSpan()));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static Tensor Images(string name, int batch) => Tensor.Normal([batch, .. Nets.All[name].Image.Sizes], new Rng((ulong)batch));
}
