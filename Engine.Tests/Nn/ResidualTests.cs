using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;
using Engine.Tests.Ops;

namespace Engine.Tests.Nn;

[TestFixture]
internal sealed class ResidualTests
{
    [TestCase(true), TestCase(false)]
    public void The_gradient_of_the_input_agrees_with_central_differences(bool relu)
    {
        Rng rng = new(3);
        Conv2d same = new(3, 3, rng, (3, 2), padding: new Padding2(1, 0, 1, 1)), halved = new(3, 4, rng, 3, stride: 2, padding: 1), around = new(3, 4, rng, 1, stride: 2);
        foreach (Conv2d body in (Conv2d[])[same, halved])
            for (int c = 0; c < body.Bias!.Count; c++) body.Bias.Span[c] = c % 2 == 0 ? 20 : -20; // no sum comes near the kink at 0
        foreach (Residual block in (Residual[])[new(same, relu: relu), new(halved, around, relu)])
            Assert.That(GradCheck.Compare("residual", x => block.Forward(x[0]), [OpCase.Spaced([2, 3, 5, 4], 4)], new Rng(5)), Is.Null);
    }

    [Test]
    public void Values_and_gradients_are_those_of_the_ops_written_out()
    {
        Rng rng = new(6);
        Conv2d body = new(2, 5, rng, 3, stride: (2, 1), padding: 1), around = new(2, 5, rng, 1, stride: (2, 1), bias: false);
        Residual block = new(body, around);
        Tensor input = Tensor.Normal([3, 2, 5, 4], rng), upstream = Tensor.Normal([3, 5, 3, 4], rng);
        (Tensor y, float[][] gradients) = Run(block.Forward);
        (Tensor expected, float[][] expectedGradients) = Run(x => (x.Conv2d(body.Weight, body.Bias, (2, 1), 1) + x.Conv2d(around.Weight, null, (2, 1))).Maximum(Tensor.Scalar(0)));
        Assert.That(y.ToArray(), Is.EqualTo(expected.ToArray()).And.Some.Zero.And.Some.Positive);
        Assert.That(gradients, Is.EqualTo(expectedGradients));
        Assert.That(gradients, Has.Length.EqualTo(4));

        (Tensor, float[][]) Run(Func<Tensor, Tensor> function)
        {
            block.ZeroGrad();
            Tensor x = input.Detach();
            x.RequiresGrad = true;
            Tensor result = function(x);
            result.Backward(upstream);
            return (result, [x.Grad!.ToArray(), .. block.Parameters().Select(p => p.Value.Grad!.ToArray())]);
        }
    }

    [Test]
    public void Without_a_shortcut_x_itself_is_added_and_without_relu_the_sum_stays()
    {
        Tensor x = Tensor.From([-3, -1, 0, 2], [1, 1, 2, 2]);
        Assert.That(new Residual(new Relu()).Forward(x).ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 4 }));
        Assert.That(new Residual(new Relu(), relu: false).Forward(x).ToArray(), Is.EqualTo(new float[] { -3, -1, 0, 4 }));
        Assert.That(new Residual(new Relu(), new Relu(), relu: false).Forward(x).ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 4 }));
    }

    [Test]
    public void The_state_has_the_names_of_a_module_with_attributes_body_and_shortcut()
    {
        Rng rng = new(1);
        Sequential body = [new Conv2d(2, 4, rng, 3, padding: 1, bias: false), new BatchNorm2d(4)];
        Sequential model = [new Relu(), new Residual(body, new Conv2d(2, 4, rng, 1))];
        Assert.That(model.State().Select(entry => entry.Name), Is.EqualTo(new[]
        {
            "1.body.0.weight", "1.body.1.weight", "1.body.1.bias", "1.body.1.running_mean", "1.body.1.running_var", "1.body.1.num_batches_tracked",
            "1.shortcut.weight", "1.shortcut.bias",
        }));
        Assert.That(new Residual(new Linear(3, 3, rng)).State().Select(entry => entry.Name), Has.All.StartsWith("body."));
        model.Eval();
        Assert.That(body[1].IsTraining, Is.False);
    }

    [Test]
    public void A_module_has_one_place()
    {
        Linear linear = new(3, 3, new Rng(1));
        Sequential model = [new Relu(), linear];
        Assert.That(() => model.Add(linear), Throws.ArgumentException.With.Message.EqualTo("module: Linear is already inside a module, as '1'; a module has one place. (Parameter 'child')"));
        Assert.That(model, Has.Count.EqualTo(2));
    }

    [Test]
    public void Shape_multiply_adds_and_receptive_field_are_those_of_both_ways()
    {
        Rng rng = new(1);
        Sequential body = [new Conv2d(3, 8, rng, 3, stride: 2, padding: 1), new Relu(), new Conv2d(8, 8, rng, 3, padding: 1)];
        Residual block = new(body, new Conv2d(3, 8, rng, 1, stride: 2));
        Assert.That(block.OutputShape([2, 3, 10, 7]), Is.EqualTo(new Shape(2, 8, 5, 4)).And.EqualTo(block.Forward(Tensor.Zeros([2, 3, 10, 7])).Shape));
        Assert.That(block.MultiplyAdds([2, 3, 10, 7]), Is.EqualTo(2 * 20 * 8 * (27 + 72 + 3)));
        Sequential model = [new Conv2d(1, 3, rng, 3), block, new MaxPool2d(2)];
        SummaryRow[] rows = [.. ModelSummary.Of(model, [2, 1, 12, 9]).Rows];
        // 3, then in the body 3 + 2 * 1 = 5 and 5 + 2 * 2 = 9 at steps of 2, in the shortcut 3; their sum sees 9, and the pooling 9 + 2
        Assert.That(rows.Select(row => row.ReceptiveField), Is.EqualTo(new Size2?[] { 3, 5, 5, 9, 3, 9, 11 }));
        Assert.That(rows.Select(row => row.Jump), Is.EqualTo(new Size2?[] { 1, 2, 2, 2, 2, 2, 4 }));
        Assert.That(rows.Select(row => $"{row.Path} {row.Kind}"), Is.EqualTo(new[] { "0 Conv2d", "1.body.0 Conv2d", "1.body.1 Relu", "1.body.2 Conv2d", "1.shortcut Conv2d", "1 Residual", "2 MaxPool2d" }));
        Assert.That(rows.Select(row => row.Parameters), Is.EqualTo(new long[] { 30, 224, 0, 584, 32, 0, 0 }));
        Assert.That(rows.Sum(row => row.Parameters), Is.EqualTo(model.Parameters().Sum(parameter => parameter.Value.Count)));
        Assert.That(new Residual(new Relu()).Window, Is.Null);
    }

    [Test]
    public void What_cannot_be_added_is_told_with_both_shapes()
    {
        Rng rng = new(1);
        Residual halved = new(new Conv2d(2, 2, rng, 3, stride: 2, padding: 1));
        const string Message = "residual: the body gives [1, 2, 3, 2], but the input, which is the shortcut, gives [1, 2, 5, 4]; they are added, so they must be equal. Received: input [1, 2, 5, 4].";
        Assert.That(() => halved.Forward(Tensor.Zeros([1, 2, 5, 4])), Throws.ArgumentException.With.Message.StartsWith(Message));
        Assert.That(() => halved.OutputShape([1, 2, 5, 4]), Throws.ArgumentException.With.Message.StartsWith(Message));
        Residual apart = new(new Conv2d(2, 2, rng, 3), new Conv2d(2, 2, rng, 1));
        Assert.That(() => apart.Forward(Tensor.Zeros([1, 2, 5, 4])), Throws.ArgumentException.With.Message.Contain("the body gives [1, 2, 3, 2], but the shortcut gives [1, 2, 5, 4]"));
    }

    [Test]
    public void Channels_that_do_not_fit_fail_when_the_model_is_built()
    {
        Rng rng = new(1);
        Assert.That(() => new Residual(new Conv2d(2, 3, rng, 1), new Conv2d(2, 4, rng, 1)),
            Throws.ArgumentException.With.Message.StartsWith("residual: the body gives 3 channels, but the shortcut gives 4; they are added, so they must be equal."));
        Sequential model = [new Conv2d(1, 2, rng, 1)];
        Assert.That(() => model.Add(new Residual(new Conv2d(2, 3, rng, 1))), Throws.ArgumentException.With.Message.Contain("the body gives 3 channels, but the input, which is the shortcut, gives 2"));
        model.Add(new Residual(new Conv2d(2, 2, rng, 1)));
        Assert.That(() => model.Add(new Conv2d(3, 1, rng, 1)), Throws.ArgumentException);
        Assert.That(() => new Residual(null!), Throws.ArgumentNullException);
    }
}
