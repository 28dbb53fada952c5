using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Nn;

/// <summary>The numbers of the book's nets.</summary>
[TestFixture]
internal sealed class ModelSummaryTests
{
    /// <summary>Blocks of convolution and ReLU (and batch normalisation) at stride 2, the last without ReLU.</summary>
    private static Sequential Net(int[] channels, int firstKernel, bool batchNorm)
    {
        Rng rng = new(1);
        Sequential model = [];
        for (int i = 0; i + 1 < channels.Length; i++)
        {
            int kernel = i == 0 ? firstKernel : 3;
            model.Add(new Conv2d(channels[i], channels[i + 1], rng, kernel, stride: 2, padding: kernel / 2));
            if (i + 2 < channels.Length) model.Add(new Relu());
            if (batchNorm) model.Add(new BatchNorm2d(channels[i + 1]));
        }
        model.Add(new Flatten());
        return model;
    }

    [Test]
    public void The_ten_class_net()
    {
        ModelSummary summary = ModelSummary.Of(Net([1, 8, 16, 32, 64, 10], firstKernel: 5, batchNorm: false), [64, 1, 28, 28]);
        SummaryRow[] convolutions = [.. summary.Rows.Where(row => row.Kind == "Conv2d")];
        Assert.That(convolutions.Select(row => row.Parameters), Is.EqualTo(new long[] { 208, 1168, 4640, 18496, 5770 }));
        Assert.That(convolutions.Select(row => row.MultiplyAdds), Is.EqualTo(new long[] { 39_200, 56_448, 73_728, 73_728, 5_760 }));
        Assert.That(convolutions.Select(row => row.ReceptiveField), Is.EqualTo(new Size2?[] { 5, 9, 17, 33, 65 }));
        Assert.That(convolutions.Select(row => row.OutputShape[2]), Is.EqualTo(new[] { 14, 7, 4, 2, 1 }));
        Assert.That((summary.Parameters, summary.TrainableParameters, summary.MultiplyAdds), Is.EqualTo((30_282L, 30_282L, 248_864L)));
    }

    [Test]
    public void With_batch_normalisation() // 2 * (8 + 16 + 32 + 64 + 10) = 260 more
    {
        ModelSummary summary = ModelSummary.Of(Net([1, 8, 16, 32, 64, 10], firstKernel: 5, batchNorm: true), [64, 1, 28, 28]);
        Assert.That((summary.Parameters, summary.MultiplyAdds), Is.EqualTo((30_542L, 248_864L)));
    }

    [Test]
    public void The_net_of_threes_and_sevens()
    {
        ModelSummary summary = ModelSummary.Of(Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: false), [64, 1, 28, 28]);
        SummaryRow[] convolutions = [.. summary.Rows.Where(row => row.Kind == "Conv2d")];
        Assert.That(convolutions.Select(row => row.Parameters), Is.EqualTo(new long[] { 40, 296, 1168, 4640, 578 }));
        Assert.That(convolutions.Select(row => row.MultiplyAdds), Is.EqualTo(new long[] { 7_056, 14_112, 18_432, 18_432, 576 }));
        Assert.That(convolutions.Select(row => row.ReceptiveField), Is.EqualTo(new Size2?[] { 3, 7, 15, 31, 63 }));
        Assert.That((summary.Parameters, summary.MultiplyAdds), Is.EqualTo((6_722L, 58_608L)));
        Assert.That(summary.Rows[0].OutputShape, Is.EqualTo(new Shape(64, 4, 14, 14)));
        Assert.That(summary.Rows[^1].OutputShape, Is.EqualTo(new Shape(64, 2)));
    }

    [Test]
    public void The_fully_connected_net() => // 784 * 30 + 30 + 30 + 1
        Assert.That(ModelSummary.Of(new Sequential { new Linear(784, 30, new Rng(1)), new Relu(), new Linear(30, 1, new Rng(1)) }, [64, 784]).Parameters, Is.EqualTo(23_581));

    [Test]
    public void The_text_has_a_line_for_each_layer_and_the_totals()
    {
        Sequential model = Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: false);
        model.Parameters().First().IsTrainable = false;
        string[] lines = ModelSummary.Of(model, [64, 1, 28, 28]).ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.That(lines[2], Does.Match("^0 +Conv2d +\\[64, 4, 14, 14\\] +40 +7,056 +3 x 3$"));
        Assert.That(lines, Has.Length.EqualTo(2 + 10 + 2)); // heading and rule, 5 + 4 + 1 layers, rule and totals
        Assert.That(lines[^1], Is.EqualTo("Input [64, 1, 28, 28]; parameters 6,722, trainable 6,682; multiply-adds per item 58,608")); // the first layer is left out whole
    }
}
