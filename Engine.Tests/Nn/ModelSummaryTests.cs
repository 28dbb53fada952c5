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
        Assert.That(convolutions.Select(row => row.Jump), Is.EqualTo(new Size2?[] { 2, 4, 8, 16, 32 }));
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
    public void Activations_are_the_outputs_without_those_that_share_memory()
    {
        // 64 * (4 * 14 * 14 + 8 * 7 * 7 + 16 * 4 * 4 + 32 * 2 * 2 + 2) * 4 bytes: ReLU and Flatten have none of their own
        ModelSummary plain = ModelSummary.Of(Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: false), [64, 1, 28, 28]);
        Assert.That(plain.ActivationBytes, Is.EqualTo(64 * (784 + 392 + 256 + 128 + 2) * 4));
        Assert.That(plain.Rows.Where(row => row.Kind is "Relu" or "Flatten").Select(row => row.ActivationBytes), Is.All.Zero);
        // conv, relu, batch norm: the batch norm's output besides the rectified one; behind a Linear a ReLU has its own
        ModelSummary norm = ModelSummary.Of(Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: true), [64, 1, 28, 28]);
        Assert.That(norm.ActivationBytes, Is.EqualTo(2 * plain.ActivationBytes));
        Assert.That(ModelSummary.Of(new Sequential { new Linear(784, 30, new Rng(1)), new Relu(), new Linear(30, 1, new Rng(1)) }, [64, 784]).ActivationBytes, Is.EqualTo(64 * (30 + 30 + 1) * 4));
    }

    [Test]
    public void A_residual_block_has_rows_for_its_branches_and_one_for_the_sum()
    {
        Rng rng = new(1);
        Sequential body = [new Conv2d(4, 8, rng, 3, stride: 2, padding: 1), new BatchNorm2d(8), new Relu(), new Conv2d(8, 8, rng, 3, padding: 1)];
        Sequential model = [new Conv2d(1, 4, rng, 3, padding: 1), new Residual(body, new Conv2d(4, 8, rng, 1, stride: 2)), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(8, 10, rng)];
        ModelSummary summary = ModelSummary.Of(model, [2, 1, 12, 10]);
        Assert.That(summary.Rows.Select(row => row.Path), Is.EqualTo(new[] { "0", "1.body.0", "1.body.1", "1.body.2", "1.body.3", "1.shortcut", "1", "2", "3", "4" }));
        Assert.That(summary.Rows.Select(row => row.Parameters), Is.EqualTo(new long[] { 40, 296, 16, 0, 584, 40, 0, 0, 0, 90 }));
        Assert.That(summary.Parameters, Is.EqualTo(model.Parameters().Sum(parameter => parameter.Value.Count)));
        Assert.That(summary.MultiplyAdds, Is.EqualTo(120 * 4 * 9 + 30 * 8 * (36 + 72 + 4) + 80).And.EqualTo(model.MultiplyAdds([2, 1, 12, 10]) / 2));
        // pooling all of 6 x 5 pixels at steps of 2 adds 5 * 2 and 4 * 2 to the block's 9
        Assert.That(summary.Rows.Select(row => row.ReceptiveField), Is.EqualTo(new Size2?[] { 3, 5, 5, 5, 9, 3, 9, (19, 17), null, null }));
        Assert.That(summary.Rows.Select(row => row.Jump), Is.EqualTo(new Size2?[] { 1, 2, 2, 2, 2, 2, 2, (12, 10), null, null }));
        // the ReLU behind the batch norm is computed along with it; the sum has an output of its own
        Assert.That(summary.Rows.Select(row => row.ActivationBytes / 8), Is.EqualTo(new long[] { 480, 240, 240, 0, 240, 240, 240, 8, 0, 10 }));
    }

    [Test]
    public void A_ReLU_at_the_start_of_a_branch_has_an_output_of_its_own()
    {
        Rng rng = new(1);
        Sequential model = [new Conv2d(1, 1, rng, 1), new Residual(new Sequential { new Relu(), new Conv2d(1, 1, rng, 1) }, new Relu())];
        Assert.That(ModelSummary.Of(model, [1, 1, 2, 2]).Rows.Select(row => row.ActivationBytes), Is.EqualTo(new long[] { 16, 16, 16, 16, 16 }));
    }

    [Test]
    public void Each_parameter_is_trainable_or_not_by_itself()
    {
        Sequential model = Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: false);
        Parameter[] parameters = [.. model.Parameters()];
        (parameters[0].IsTrainable, parameters[2].IsTrainable, parameters[3].IsTrainable) = (false, false, false);
        ModelSummary summary = ModelSummary.Of(model, [64, 1, 28, 28]);
        Assert.That((summary.Parameters, summary.TrainableParameters), Is.EqualTo((6_722L, 6_722L - 36 - 296)));
        string[] lines = summary.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.That((string[])[lines[2], lines[3], lines[4], lines[6]], Is.EqualTo(new[]
        {
            "0      Conv2d   [64, 4, 14, 14]       40  partly             7,056  3 x 3            2 x 2        200,704",
            "1      Relu     [64, 4, 14, 14]                                     3 x 3            2 x 2",
            "2      Conv2d   [64, 8, 7, 7]        296  no                14,112  7 x 7            4 x 4        100,352",
            "4      Conv2d   [64, 16, 4, 4]     1,168  yes               18,432  15 x 15          8 x 8         65,536",
        }));
    }

    [Test]
    public void The_text_has_a_line_for_each_layer_and_the_totals()
    {
        Sequential model = Net([1, 4, 8, 16, 32, 2], firstKernel: 3, batchNorm: false);
        string[] lines = ModelSummary.Of(model, [64, 1, 28, 28]).ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2 + 10 + 5)); // heading and rule, 5 + 4 + 1 layers, rule and totals
        Assert.That(lines[0], Is.EqualTo("Layer  Type     Output shape     Param #  Trainable  Multiply-adds  Receptive field  Jump     Activations"));
        Assert.That(lines[^6], Is.EqualTo("9      Flatten  [64, 2]"));
        Assert.That(lines[^4..], Is.EqualTo(new[]
        {
            "Input [64, 1, 28, 28]", "Parameters 6,722: 6,722 trainable, 0 non-trainable", "Multiply-adds per item 58,608", "Activations kept for training, whole batch 399,872 bytes",
        }));
    }

    [Test]
    public void A_shape_that_does_not_fit_is_told_as_the_layer_tells_it()
    {
        Sequential model = [new Conv2d(1, 4, new Rng(1), 3), new Sequential { new Flatten(), new Linear(7, 2, new Rng(1)) }];
        Assert.That(() => ModelSummary.Of(model, [2, 1, 5, 5]), Throws.ArgumentException.With.Message.StartsWith("linear (layer 1.1): expects 7 inputs, got [2, 36]"));
    }
}
