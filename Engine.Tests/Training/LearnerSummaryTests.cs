using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

internal sealed class LearnerSummaryTests
{
    private static ImageLoaders Digits(int count = 20) => new(
        new DataLoader(SyntheticDigits.Generate(count, new Rng(1)), 10, Normalization.None(1), dropLast: true), new DataLoader(SyntheticDigits.Generate(10, new Rng(2)), 10, Normalization.None(1)));

    private static Sequential Net(Rng rng, int filters) => [new Conv2d(1, filters, rng, 3, stride: 4), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(filters, 10, rng)];

    [Test]
    public void The_table_is_followed_by_optimizer_loss_callbacks_and_advice()
    {
        Learner learner = new(Digits(), Net(new Rng(1), filters: 5), callbacks: [new Silent()], optimizer: groups => new Sgd(groups, 0.5, momentum: 0.9));
        string[] lines = learner.Summary().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.That(lines[2], Does.StartWith("0      Conv2d             [10, 5, 7, 7]"));
        Assert.That(lines[^9..], Is.EqualTo(new[]
        {
            "Input [10, 1, 28, 28]", "Parameters 110: 110 trainable, 0 non-trainable", "Multiply-adds per item 2,255", "Activations kept for training, whole batch 10,400 bytes",
            "Optimizer Sgd, learning rate 0.5, momentum 0.9, 1 parameter group", "Loss CrossEntropy", "Model unfrozen", "Callbacks Silent, Recorder",
            "Advice: layer 0 (Conv2d) computes 5 outputs from 1 x 3 x 3 = 9 inputs at every place: with so little left out it hardly has to learn anything. A larger kernel (5: 25 inputs) or less than 5 filters make it find features.",
        }));
    }

    [TestCase(0, "Model unfrozen"), TestCase(1, "Model frozen up to parameter group #1"), TestCase(2, "Model frozen")]
    public void Frozen_groups_are_counted(int frozen, string expected)
    {
        Sequential model = Net(new Rng(1), filters: 4);
        Learner learner = new(Digits(), model, (predictions, labels) => Loss.CrossEntropy(predictions, labels), splitter: m => [m.Parameters().Take(2), m.Parameters().Skip(2)]);
        foreach (Parameter parameter in model.Parameters().Take(2 * frozen)) parameter.IsTrainable = false;
        string summary = learner.Summary().ReplaceLineEndings("\n");
        Assert.That(summary, Does.Contain($"\n{expected}\n").And.Contain("\nLoss of the program's own\n").And.Contain(", 2 parameter groups\n").And.Not.Contain("Advice"));
    }

    [Test]
    public void A_broken_cnn_is_told_before_the_first_batch_and_in_the_summary()
    {
        Rng rng = new(1);
        Sequential broken = [new Conv2d(1, 3, rng, 3, padding: 1), new Relu(), new Conv2d(3, 1, rng, 3, padding: 1)];
        Silent silent = new();
        Learner learner = new(Digits(), broken, callbacks: [silent]);
        const string Problem = "it gives [10, 1, 28, 28] for an input of [10, 1, 28, 28], but labels of 10 classes need logits [10, 10]. layer 2 (Conv2d) leaves 28 x 28 pixels: floor((28 + 2*1 - 1*(3-1) - 1)/1) + 1 = 28. Convolutions with stride 2 and padding of half the kernel halve it: 28 -> 14 -> 7 -> 4 -> 2 -> 1 takes 5 of them; give the last one 10 output channels, and add Flatten at the end.";
        Assert.That(() => learner.Fit(1), Throws.InvalidOperationException.With.Message.EqualTo($"model: {Problem}"));
        Assert.That(silent.Fits, Is.Zero);
        Assert.That(learner.Summary(), Does.Contain($"Error: {Problem}"));
    }

    [Test]
    public void Another_loss_may_want_something_else_than_logits()
    {
        Assert.That(() => new Learner(Digits(), Pixels()).Fit(1), Throws.InvalidOperationException.With.Message.EndsWith("Give its last convolution 10 output channels and add Flatten at the end."));
        Assert.That(() => new Learner(Digits(), Pixels(), (predictions, labels) => Engine.Ops.MeanOp.Mean(predictions)).Fit(1), Throws.Nothing);

        static Sequential Pixels() => [new Conv2d(1, 4, new Rng(1), 28)]; // [N, 4, 1, 1]
    }

    [Test]
    public void A_module_that_cannot_tell_its_shape_is_trained_all_the_same()
    {
        Learner learner = new(Digits(), new Sequential { new Shy(), new Flatten(), new Linear(784, 10, new Rng(1)) });
        Assert.That(() => learner.Fit(1), Throws.Nothing);
    }

    private sealed class Silent : Callback
    {
        public int Fits { get; private set; }

        public override void BeforeFit(Learner learner) => Fits++;
    }

    private sealed class Shy : Module
    {
        public override Shape OutputShape(Shape input) => throw new NotSupportedException();

        protected override Tensor ForwardCore(Tensor x) => x;
    }
}
