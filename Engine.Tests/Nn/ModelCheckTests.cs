using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Nn;

/// <summary>What is wrong between model, images and labels, told before the first batch.</summary>
[TestFixture]
internal sealed class ModelCheckTests
{
    private static readonly Shape Images = [64, 1, 28, 28];

    private static ModelFinding Only(Module model, Shape input, int classes, bool isError = true)
    {
        ModelFinding[] findings = [.. ModelCheck.Diagnose(model, input, classes)];
        Assert.That(findings, Has.Length.EqualTo(1));
        Assert.That(findings[0].IsError, Is.EqualTo(isError));
        return findings[0];
    }

    /// <summary>The chapter's convolutions without a stride.</summary>
    private static Sequential BrokenCnn(Rng rng) => [new Conv2d(1, 30, rng, 3, padding: 1), new Relu(), new Conv2d(30, 1, rng, 3, padding: 1)];

    [Test]
    public void The_broken_cnn_is_told_with_path_formula_and_suggestion()
    {
        // 30 filters on 9 inputs are worth advice as well
        IReadOnlyList<ModelFinding> findings = ModelCheck.Diagnose(BrokenCnn(new Rng(1)), Images, classes: 2);
        Assert.That((findings[0].Layer, findings[0].Kind, findings[0].IsError, findings[1].IsError), Is.EqualTo(("2", "Conv2d", true, false)));
        Assert.That(findings[0].Problem, Is.EqualTo("it gives [64, 1, 28, 28] for an input of [64, 1, 28, 28], but labels of 2 classes need logits [64, 2]. layer 2 (Conv2d) leaves 28 x 28 pixels: floor((28 + 2*1 - 1*(3-1) - 1)/1) + 1 = 28."));
        Assert.That(findings[0].Suggestion, Is.EqualTo("Convolutions with stride 2 and padding of half the kernel halve it: 28 -> 14 -> 7 -> 4 -> 2 -> 1 takes 5 of them; give the last one 2 output channels, and add Flatten at the end."));
        Assert.That(() => ModelCheck.ThrowIfBroken(BrokenCnn(new Rng(1)), Images, classes: 2), Throws.InvalidOperationException.With.Message.EqualTo($"model: {findings[0].Problem} {findings[0].Suggestion}"));
    }

    [Test]
    public void Without_classes_only_the_layers_are_looked_at()
    {
        Assert.That(ModelCheck.Diagnose(BrokenCnn(new Rng(1)), Images, classes: null).Where(finding => finding.IsError), Is.Empty, "a picture may be what the loss wants");
        Assert.That(() => ModelCheck.ThrowIfBroken(BrokenCnn(new Rng(1)), [64, 3, 28, 28], classes: null), Throws.InvalidOperationException.With.Message.StartsWith("model: layer 0 (Conv2d) expects 1 channels"));
    }

    [Test]
    public void The_formula_has_each_direction_and_each_side()
    {
        Sequential model = [new Conv2d(1, 2, new Rng(1), (3, 5), stride: (1, 2), padding: new Padding2(0, 1, 2, 1), dilation: (2, 1)), new Relu()];
        Assert.That(Only(model, [3, 1, 11, 9], classes: 2).Problem, Does.EndWith(
            "layer 0 (Conv2d) leaves 9 x 4 pixels: floor((11 + 0 + 2 - 2*(3-1) - 1)/1) + 1 = 9 rows, floor((9 + 2*1 - 1*(5-1) - 1)/2) + 1 = 4 columns."));
    }

    [Test]
    public void The_suggestion_mends_the_broken_cnn()
    {
        Rng rng = new(1);
        Sequential mended = [];
        int[] channels = [1, 4, 8, 16, 32, 2];
        for (int i = 0; i < 5; i++) mended.Add(new Conv2d(channels[i], channels[i + 1], rng, 3, stride: 2, padding: 1));
        mended.Add(new Flatten());
        Assert.That(ModelCheck.Diagnose(mended, Images, classes: 2), Is.Empty);
        Assert.That(() => ModelCheck.ThrowIfBroken(mended, Images, classes: 2), Throws.Nothing);
    }

    [Test]
    public void Pixels_that_were_flattened_into_logits()
    {
        Sequential model = BrokenCnn(new Rng(1));
        model.Add(new Flatten());
        ModelFinding finding = ModelCheck.Diagnose(model, Images, classes: 2)[0];
        Assert.That((finding.Layer, finding.Problem), Is.EqualTo(("2",
            "it gives [64, 784] for an input of [64, 1, 28, 28], but labels of 2 classes need logits [64, 2]: layer 3 (Flatten) makes 1 x 28 x 28 = 784 logits of the 28 x 28 pixels that are left by layer 2 (Conv2d): floor((28 + 2*1 - 1*(3-1) - 1)/1) + 1 = 28.")));
        Sequential pooled = [new Conv2d(1, 3, new Rng(1), 5, padding: 2), new MaxPool2d(2), new Flatten()];
        Assert.That($"{Only(pooled, [2, 1, 8, 8], classes: 10)}", Is.EqualTo(
            "it gives [2, 48] for an input of [2, 1, 8, 8], but labels of 10 classes need logits [2, 10]: layer 2 (Flatten) makes 3 x 4 x 4 = 48 logits of the 4 x 4 pixels that are left. Put Linear(48, 10) after it, or bring the image to one pixel before it."));
    }

    [TestCase(4, true, "it gives [64, 4] for an input of [64, 1, 28, 28], but labels of 10 classes need logits [64, 10]: layer 1.1 (Linear) gives 4. Give it 10 outputs.")]
    [TestCase(12, false, "it gives [64, 12] for an input of [64, 1, 28, 28], but labels of 10 classes need logits [64, 10]: layer 1.1 (Linear) gives 12. Logits 10 to 11 will only be learnt to be small; give it 10 outputs.")]
    public void The_wrong_number_of_logits(int logits, bool isError, string expected)
    {
        Sequential model = [new Flatten(), new Sequential { new Relu(), new Linear(784, logits, new Rng(1)) }];
        ModelFinding finding = Only(model, Images, classes: 10, isError);
        Assert.That((finding.Layer, $"{finding}"), Is.EqualTo(("1.1", expected)));
        if (!isError) Assert.That(() => ModelCheck.ThrowIfBroken(model, Images, classes: 10), Throws.Nothing);
    }

    [Test]
    public void One_logit_for_two_classes() => Assert.That(Only(new Sequential { new Flatten(), new Linear(784, 1, new Rng(1)) }, Images, classes: 2).Suggestion,
        Is.EqualTo("Give it 2 outputs: one logit would need a loss for two classes that takes one."));

    [Test]
    public void A_missing_Flatten()
    {
        Sequential end = [new Conv2d(1, 10, new Rng(1), 5)], before = [new Conv2d(1, 3, new Rng(1), 3), new MaxPool2d(2)];
        Assert.That($"{Only(end, [2, 1, 5, 5], classes: 10)}", Is.EqualTo(
            "it gives [2, 10, 1, 1] for an input of [2, 1, 5, 5], but labels of 10 classes need logits [2, 10]: layer 0 (Conv2d) still gives images, of one pixel for each class. Add Flatten at the end."));
        Assert.That($"{Only(end, [2, 1, 5, 5], classes: 7)}", Is.EqualTo(
            "it gives [2, 10, 1, 1] for an input of [2, 1, 5, 5], but labels of 7 classes need logits [2, 7]: layer 0 (Conv2d) gives 10 channels of one pixel. Give its last convolution 7 output channels and add Flatten at the end."));
        Sequential Then(int inputs) => [new Conv2d(1, 3, new Rng(1), 3), new MaxPool2d(2), new Linear(inputs, 10, new Rng(1))];
        Assert.That(before.OutputShape([2, 1, 10, 12]), Is.EqualTo(new Shape(2, 3, 4, 5)));
        Assert.That(() => Then(60), Throws.ArgumentException, "a model built of layers in a row knows at once");
        Wrapped Late(int inputs) => new(before, new Linear(inputs, 10, new Rng(1)));
        Assert.That($"{Only(Late(60), [2, 1, 10, 12], classes: 10)}", Is.EqualTo("the model (Wrapped) does not fit: linear (layer last): expects 60 inputs, got [2, 3, 4, 5]; its last dimension must be the weight's [10, 60] inputs. Change the layer or what comes before it."));
    }

    [TestCase(60, "the model (Linear) expects 60 inputs, but [2, 3, 4, 5] arrives: 3 channels of 4 x 5 pixels. Put Flatten before it: it gives 3 * 4 * 5 = 60 features.")]
    [TestCase(64, "the model (Linear) expects 64 inputs, but [2, 3, 4, 5] arrives: 3 channels of 4 x 5 pixels. Put Flatten before it, which gives 3 * 4 * 5 = 60 features, and make its first argument 60.")]
    public void A_Linear_on_images(int inputs, string expected) => Assert.That($"{Only(new Linear(inputs, 10, new Rng(1)), [2, 3, 4, 5], classes: 10)}", Is.EqualTo(expected));

    [Test]
    public void A_Linear_that_takes_the_last_dimension_of_images()
    {
        Assert.That($"{Only(new Sequential { new Linear(5, 10, new Rng(1)) }, [2, 3, 4, 5], classes: 10)}", Is.EqualTo(
            "it gives [2, 3, 4, 10] for an input of [2, 3, 4, 5], but labels of 10 classes need logits [2, 10]: layer 0 (Linear) works on the last dimension of [2, 3, 4, 5] alone. Put Flatten before it."));
    }

    [TestCase(1, 3, "layer 0 (Conv2d) expects 1 channels, but [64, 3, 28, 28] arrives, with 3. Make its first argument 3, or turn the images to grey.")]
    [TestCase(3, 1, "layer 0 (Conv2d) expects 3 channels, but [64, 1, 28, 28] arrives, with 1. Make its first argument 1.")]
    public void Channels_that_do_not_fit(int expects, int arrive, string expected) =>
        Assert.That($"{Only(new Sequential { new Conv2d(expects, 4, new Rng(1), 5) }, [64, arrive, 28, 28], classes: 10)}", Is.EqualTo(expected));

    [Test]
    public void Features_that_do_not_fit() => Assert.That($"{Only(new Sequential { new Flatten(), new Linear(100, 10, new Rng(1)) }, Images, classes: 10)}",
        Is.EqualTo("layer 1 (Linear) expects 100 inputs, but [64, 784] arrives, with 784. Make its first argument 784."));

    [Test]
    public void A_kernel_larger_than_the_padded_image()
    {
        Sequential model = [new Conv2d(1, 4, new Rng(1), 3, stride: 2), new Sequential { new Relu(), new Conv2d(4, 10, new Rng(1), 5) }, new Flatten()];
        ModelFinding finding = Only(model, [2, 1, 8, 8], classes: 10);
        Assert.That(finding.Layer, Is.EqualTo("1.1"));
        Assert.That(finding.Problem, Is.EqualTo("layer 1.1 (Conv2d) cannot place its kernel of 5 x 5 on the 3 x 3 pixels that arrive: conv2d: calculated padded input size per channel: (3 x 3). Kernel size: (5 x 5). Kernel size can't be greater than actual input size. Received: input [2, 4, 3, 3], weight [10, 4, 5, 5], stride 1, padding 0, dilation 1, groups 1."));
        Assert.That(finding.Suggestion, Is.EqualTo("Use larger images, padding of half the kernel, or fewer layers with stride 2 before it."));
        Assert.That(Only(new Sequential { new MaxPool2d(3), new MaxPool2d(3) }, [2, 1, 8, 8], classes: 10).Problem, Does.StartWith("layer 1 (MaxPool2d) cannot place its kernel of 3 x 3 on the 2 x 2 pixels that arrive: max_pool2d"));
    }

    [Test]
    public void Images_that_a_convolution_gets_flattened() => Assert.That($"{Only(new Sequential { new Conv2d(1, 4, new Rng(1), 5) }, [2, 784], classes: 10)}",
        Is.EqualTo("layer 0 (Conv2d) expects images, but [2, 784] arrives. Put Flatten after the last convolution, or bring the images as [N, C, H, W]."));

    [TestCase(4, 3, 1, false), TestCase(5, 3, 1, true), TestCase(8, 3, 1, true), TestCase(8, 5, 1, false), TestCase(13, 5, 1, true), TestCase(13, 3, 3, false), TestCase(14, 3, 3, true)]
    public void Too_few_inputs_for_the_first_filters_are_worth_advice(int filters, int kernel, int channels, bool advised) // half of channels * kernel^2, or more
    {
        Sequential model = [new Conv2d(channels, filters, new Rng(1), kernel, padding: kernel / 2), new AdaptiveAvgPool2d(1), new Conv2d(filters, 10, new Rng(1), 1), new Flatten()];
        IReadOnlyList<ModelFinding> findings = ModelCheck.Diagnose(model, [2, channels, 6, 6], classes: 10);
        Assert.That(findings, Has.Count.EqualTo(advised ? 1 : 0), "the second convolution is none of it");
        if (advised) Assert.That((findings[0].IsError, findings[0].Layer), Is.EqualTo((false, "0")));
    }

    [Test]
    public void The_advice_has_the_numbers() => Assert.That($"{Only(new Sequential { new Conv2d(1, 8, new Rng(1), 3), new AdaptiveAvgPool2d(1), new Flatten() }, [2, 1, 6, 6], classes: 8, isError: false)}", Is.EqualTo(
        "layer 0 (Conv2d) computes 8 outputs from 1 x 3 x 3 = 9 inputs at every place: with so little left out it hardly has to learn anything. A larger kernel (5: 25 inputs) or less than 5 filters make it find features."));

    [Test]
    public void The_book_s_nets_are_found_sound()
    {
        foreach (string name in global::Mnist.Models.Names)
            Assert.That(ModelCheck.Diagnose(global::Mnist.Models.Create(name, new Rng(1)), Images, classes: 10), Is.Empty);
        Assert.That(() => ModelCheck.Diagnose(new Relu(), Images, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("model check: classes must be positive, got 0."));
    }

    private sealed class Wrapped : Module
    {
        public Wrapped(Module first, Module last) => (First, Last) = (AddChild("first", first), AddChild("last", last));

        private Module First { get; }

        private Module Last { get; }

        public override Shape OutputShape(Shape input) => Last.OutputShape(First.OutputShape(input));

        protected override Tensor ForwardCore(Tensor x) => Last.Forward(First.Forward(x));
    }
}
