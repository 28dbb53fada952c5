using Engine.Inference;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Inference;

[TestFixture]
internal sealed class InferenceErrorTests
{
    private static readonly InferenceSession Session = new(Nets.Create("book's net"));

    [Test]
    public void A_wrong_shape_is_told_by_the_layer_it_does_not_fit()
    {
        Assert.That(() => Session.Run(Tensor.Zeros([5, 3, 28, 28])), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d (layer 0.0): given groups=1, weight of size [8, 1, 5, 5], expected input [N, 1, H, W] to have 1 channels, but got [5, 3, 28, 28] instead. (Parameter 'x')"));
        Assert.That(() => Session.Run(Tensor.Zeros([784])), Throws.ArgumentException.With.Message.StartsWith("conv2d (layer 0.0): given groups=1"));
        Assert.That(() => new InferenceSession(Nets.Create("pooling")).Run(Tensor.Zeros([2, 1, 4, 2])), Throws.ArgumentException.With.Message.StartsWith("conv2d: calculated padded input size per channel: (4 x 2). Kernel size: (3 x 3)."));
        Assert.That(() => Session.Run(Tensor.Scalar(1)), Throws.ArgumentException.With.Message.EqualTo("inference session: the input must have a batch dimension, got a scalar. (Parameter 'input')"));
    }

    [Test]
    public void A_span_of_another_length_than_its_shape_is_refused()
    {
        float[] input = new float[2 * 784], output = new float[20];
        Assert.That(() => Session.Run(input, [1, 1, 28, 28], output), Throws.ArgumentException.With.Message.EqualTo("inference session: an input of shape [1, 1, 28, 28] has 784 values, got 1568. (Parameter 'input')"));
        Assert.That(() => Session.Run(input.AsSpan(0, 784), [1, 1, 28, 28], output), Throws.ArgumentException.With.Message.EqualTo(
            "inference session: the output for an input [1, 1, 28, 28] has shape [1, 10], 10 values, got room for 20. (Parameter 'output')"));
        Assert.That(() => Session.Run(input, [2, 1, 28, 28], input.AsSpan(7, 20)), Throws.ArgumentException.With.Message.EqualTo("inference session: input and output may not overlap. (Parameter 'output')"));
    }

    [Test]
    public void A_model_that_somebody_listens_to_is_refused()
    {
        Sequential model = (Sequential)Nets.Create("book's net");
        InferenceSession session = new(model);
        model[1].Children[1].Module.ForwardDone += (_, _, _) => { };
        const string Text = "inference session: Relu (layer 1.1) has a ForwardDone listener, which a session would not call: layers are folded into each other there. Remove it, or use Forward.";
        Assert.That(() => new InferenceSession(model), Throws.InvalidOperationException.With.Message.EqualTo(Text));
        Assert.That(session.Refresh, Throws.InvalidOperationException.With.Message.EqualTo(Text));
        Assert.That(session.Run(Tensor.Zeros([1, 1, 28, 28])).Shape, Is.EqualTo(new Shape(1, 10)), "what it had read before");
    }

    [Test]
    public void A_module_of_the_users_must_be_in_evaluation_mode()
    {
        Module model = Nets.Create("a module of the user's");
        InferenceSession session = new(model);
        model.Train();
        Assert.That(() => session.Run(Tensor.Zeros([1, 1, 5, 4])), Throws.InvalidOperationException.With.Message.EqualTo(
            "inference session: Halved (layer 3) runs by its own forward pass, and is in training mode; call Eval() on the model first."));
        Assert.That(() => new InferenceSession(new Liar()).Run(Tensor.Zeros([2, 3])), Throws.InvalidOperationException.With.Message.EqualTo(
            "inference session: Liar gave [2, 3], but its OutputShape says [2, 4] for an input [2, 3]."));
    }

    [Test]
    public void Nothing_is_no_model_and_no_input()
    {
        Assert.That(() => new InferenceSession(null!), Throws.ArgumentNullException);
        Assert.That(() => Session.Run(null!), Throws.ArgumentNullException);
    }

    private sealed class Liar : Module
    {
        public Liar() => Eval();

        public override Shape OutputShape(Shape input) => [input[0], input[1] + 1];

        protected override Tensor ForwardCore(Tensor x) => x;
    }
}
