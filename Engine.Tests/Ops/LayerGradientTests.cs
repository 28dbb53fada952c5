using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

/// <summary>Convolution, linear maps, matrix products, normalisation and cross-entropy against central differences.</summary>
[TestFixture]
internal sealed class LayerGradientTests
{
    private static IEnumerable<OpCase> Cases()
    {
        Rng rng = new(61);
        yield return new("conv2d plain", x => x[0].Conv2d(x[1], x[2]), Normal(2, 3, 5, 4), Normal(4, 3, 3, 2), Normal(4));
        yield return new("conv2d stride (2, 3)", x => x[0].Conv2d(x[1], x[2], stride: (2, 3)), Normal(2, 2, 7, 8), Normal(3, 2, 3, 2), Normal(3));
        yield return new("conv2d padding on four sides", x => x[0].Conv2d(x[1], x[2], stride: (1, 2), padding: new Padding2(2, 0, 1, 3)), Normal(3, 2, 4, 5), Normal(3, 2, 3, 4), Normal(3));
        yield return new("conv2d dilation (2, 1)", x => x[0].Conv2d(x[1], stride: (2, 1), padding: (1, 2), dilation: (2, 1)), Normal(2, 1, 6, 5), Normal(2, 1, 3, 3));
        yield return new("conv2d groups", x => x[0].Conv2d(x[1], x[2], stride: 2, padding: 1, groups: 3), Normal(2, 6, 5, 7), Normal(9, 2, 3, 3), Normal(9));
        yield return new("conv2d depthwise", x => x[0].Conv2d(x[1], groups: 4), Normal(1, 4, 4, 5), Normal(4, 1, 2, 3));
        yield return new("conv2d two blocks", x => x[0].Conv2d(x[1], x[2], stride: 2), Normal(67, 1, 4, 3), Normal(2, 1, 2, 2), Normal(2));
        yield return new("linear", x => x[0].Linear(x[1], x[2]), Normal(5, 7), Normal(3, 7), Normal(3));
        yield return new("linear of many", x => x[0].Linear(x[1]), Normal(2, 3, 5), Normal(4, 5));
        yield return new("matmul", x => x[0].MatMul(x[1]), Normal(3, 5), Normal(5, 2));
        yield return new("matmul batched", x => x[0].MatMul(x[1]), Normal(4, 3, 5), Normal(4, 5, 2));
        yield return new("matmul broadcast", x => x[0].MatMul(x[1]), Normal(2, 1, 3, 5), Normal(4, 5, 2));
        yield return new("matmul vector matrix", x => x[0].MatMul(x[1]), Normal(5), Normal(3, 5, 2));
        yield return new("matmul matrix vector", x => x[0].MatMul(x[1]), Normal(2, 3, 5), Normal(5));
        yield return new("matmul dot", x => x[0].MatMul(x[1]), Normal(7), Normal(7));
        yield return new("batch_norm training", x => x[0].BatchNorm(x[1], x[2]), Normal(3, 2, 4, 5), OpCase.Positive([2], 62), Normal(2));
        yield return new("batch_norm training 1d", x => x[0].BatchNorm(x[1], x[2]), Normal(7, 3), OpCase.Positive([3], 63), Normal(3));
        yield return new("batch_norm training without affine", x => x[0].BatchNorm(), Normal(67, 2, 1, 3));
        Tensor mean = Normal(2), variance = OpCase.Positive([2], 64);
        yield return new("batch_norm evaluation", x => x[0].BatchNorm(x[1], x[2], mean, variance, training: false), Normal(3, 2, 4, 5), OpCase.Positive([2], 65), Normal(2));
        int[] labels = [2, 0, 1, -100, 2], places = [0, 1, 2, 2, 1, 0];
        Tensor weight = OpCase.Positive([3], 66), soft = Normal(5, 3).Softmax(1);
        yield return new("cross_entropy", x => x[0].CrossEntropy(labels), Normal(5, 3));
        yield return new("cross_entropy weight", x => x[0].CrossEntropy(labels, weight), Normal(5, 3));
        yield return new("cross_entropy smoothing", x => x[0].CrossEntropy(labels, weight, labelSmoothing: 0.3f, reduction: LossReduction.Sum), Normal(5, 3));
        yield return new("cross_entropy none", x => x[0].CrossEntropy(labels, weight, reduction: LossReduction.None), Normal(5, 3));
        yield return new("cross_entropy ignoring 2", x => x[0].CrossEntropy([2, 0, 1, 1, 2], ignoreIndex: 2), Normal(5, 3));
        yield return new("cross_entropy of places", x => x[0].CrossEntropy(places, weight, reduction: LossReduction.None), Normal(2, 3, 3));
        yield return new("cross_entropy soft", x => x[0].CrossEntropy(soft, weight, labelSmoothing: 0.1f), Normal(5, 3));
        yield return new("cross_entropy of one item", x => x[0].CrossEntropy([1]), Normal(4));

        Tensor Normal(params int[] sizes) => Tensor.Normal(new Shape(sizes), rng);
    }

    [TestCaseSource(nameof(Cases))]
    public void The_gradient_agrees_with_central_differences(OpCase op) => Assert.That(GradCheck.Compare(op.Name, op.Function, op.Inputs, new Rng(98)), Is.Null);

    [Test]
    public void Cross_entropy_has_the_value_of_its_formula()
    {
        Tensor x = Tensor.From([1, 2, 4, 0.5f, -1, 0], [2, 3]), weight = Tensor.From([1, 2, 3], [3]);
        double l0 = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(4)), l1 = Math.Log(Math.Exp(0.5) + Math.Exp(-1) + 1);
        Assert.That(x.CrossEntropy([2, 0]).Item(), Is.EqualTo((l0 - 4 + l1 - 0.5) / 2).Within(1e-6));
        Assert.That(x.CrossEntropy([2, 0], weight).Item(), Is.EqualTo((3 * (l0 - 4) + (l1 - 0.5)) / 4).Within(1e-6)); // weights 3 and 1
        Assert.That(x.CrossEntropy([-100, 0]).Item(), Is.EqualTo(l1 - 0.5).Within(1e-6));
        // smoothing .3: .7 * nll + .1 * (sum over classes of -log p)
        double smooth = 0.7 * (l1 - 0.5) + 0.1 * (3 * l1 - (0.5 - 1 + 0));
        Assert.That(x.CrossEntropy([-100, 0], labelSmoothing: 0.3f).Item(), Is.EqualTo(smooth).Within(1e-6));
        Assert.That(x.CrossEntropy(Tensor.From([0, 0, 1, 0.5f, 0, 0.5f], [2, 3])).Item(), Is.EqualTo((l0 - 4 + l1 - 0.25) / 2).Within(1e-6));
    }

    [Test]
    public void A_vector_beside_a_batch_is_a_row_or_a_column_of_each_matrix()
    {
        Tensor matrices = Tensor.From([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), vector = Tensor.From([10, 1], [2]);
        Assert.That(matrices.MatMul(vector).ToArray(), Is.EqualTo(new float[] { 12, 34, 56, 78 })); // 10 + 2, 30 + 4, 50 + 6, 70 + 8
        Assert.That(vector.MatMul(matrices).ToArray(), Is.EqualTo(new float[] { 13, 24, 57, 68 })); // 10 + 3, 20 + 4, 50 + 7, 60 + 8
        Assert.That((matrices.MatMul(vector).Shape, vector.MatMul(matrices).Shape), Is.EqualTo((new Shape(2, 2), new Shape(2, 2))));
    }

    [Test]
    public void Cross_entropy_names_what_is_wrong()
    {
        Tensor x = Tensor.Zeros([8, 10]);
        Assert.That(() => x.CrossEntropy(new int[7]), Throws.ArgumentException.With.Message.EqualTo("cross_entropy: size mismatch (got input: [8, 10], target: [7]): 8 labels expected. (Parameter 'target')"));
        Assert.That(() => x.CrossEntropy([0, 1, 2, 10, 0, 0, 0, 0]), Throws.TypeOf<ArgumentOutOfRangeException>()
            .With.Message.EqualTo("cross_entropy: label 10 at index 3 of the batch; 10 classes (0..9). (Parameter 'target')"));
        Assert.That(() => Tensor.Zeros([0, 10]).CrossEntropy([]), Throws.ArgumentException.With.Message.StartsWith("cross_entropy: the mean loss of 0 items is not defined."));
        Assert.That(() => x.CrossEntropy(new int[8], labelSmoothing: 1.5f), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Convolution_names_what_is_wrong()
    {
        Tensor x = Tensor.Zeros([2, 3, 7, 10]), w = Tensor.Zeros([4, 3, 15, 15]);
        Assert.That(() => x.Conv2d(w), Throws.ArgumentException.With.Message.StartsWith(
            "conv2d: calculated padded input size per channel: (7 x 10). Kernel size: (15 x 15). Kernel size can't be greater than actual input size."));
        Assert.That(() => x.Conv2d(Tensor.Zeros([4, 2, 3, 3])), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: input has 3 channels but weight expects 2. Received: input [2, 3, 7, 10], weight [4, 2, 3, 3], stride 1, padding 0, dilation 1, groups 1. (Parameter 'input')"));
        Assert.That(() => x.Conv2d(Tensor.Zeros([4, 3, 3, 3]), Tensor.Zeros([3])), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: bias must have one value per output channel, shape [4], got [3]. (Parameter 'bias')"));
        Assert.That(() => x.Conv2d(Tensor.Zeros([4, 3, 3, 3]), stride: (1, 0)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("conv2d: non-positive stride is not supported, got (1, 0). (Parameter 'stride')"));
        Assert.That(() => Tensor.Zeros([32, 512]).MatMul(Tensor.Zeros([256, 10])), Throws.ArgumentException.With.Message.EqualTo(
            "matmul: mat1 and mat2 shapes cannot be multiplied (32x512 and 256x10). Received: a [32, 512], b [256, 10]. (Parameter 'b')"));
    }

    [Test]
    public void An_empty_batch_goes_through_and_adds_nothing_to_the_parameters()
    {
        Tensor x = Tensor.Zeros([0, 2, 5, 7]), w = Tensor.Ones([3, 2, 3, 3]), b = Tensor.Ones([3]);
        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        Tensor y = x.Conv2d(w, b).Relu().BatchNorm();
        Assert.That(y.Shape, Is.EqualTo(new Shape(0, 3, 3, 5)));
        y.Sum().Backward();
        Assert.That((x.Grad!.Shape, w.Grad!.ToArray().Any(g => g != 0), b.Grad!.ToArray().Any(g => g != 0)), Is.EqualTo((x.Shape, false, false)));
    }
}
