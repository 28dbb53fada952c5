using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

[TestFixture]
internal sealed class ErrorTextTests
{
    private static readonly Tensor Matrix = Tensor.Ones([2, 3]), Image = Tensor.Ones([1, 2, 5, 7]), Scores = Tensor.Zeros([3, 10]);

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("broadcast", () => Matrix * Tensor.Ones([4]), "mul: the size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1. Received: a [2, 3], b [4].", "b");
        yield return Case("clamp NaN", () => Matrix.Clamp(max: float.NaN), "clamp: a limit must not be NaN. Received: min -Infinity, max NaN.", "max");
        yield return Case("pow", () => Matrix.Pow(float.NaN), "pow: the exponent must be finite, got NaN.", "exponent");
        yield return Case("gelu", () => Matrix.Gelu((GeluApproximation)7), "gelu: approximate must be None or Tanh, got 7.", "approximate");
        yield return Case("softmax", () => Tensor.Full([2, 3], float.NegativeInfinity).Softmax(1),
            "softmax: every element of row 0 along dimension 1 is -Infinity, so there is nothing to share the probability among. Received: input [2, 3].", "x");
        yield return Case("dim", () => Matrix.Softmax(2), "dimension out of range: expected -2 to 1, got 2 for shape [2, 3].", "dim");
        yield return Case("mean of nothing", () => Tensor.Zeros([0, 3]).Mean([0]), "mean: there is no mean of 0 elements. Received: input [0, 3], dims [0].", "x");
        yield return Case("var of one", () => Tensor.Zeros([1, 3]).Var([0]), "var: needs at least 2 elements to be unbiased, got 1. Received: input [1, 3], dims [0].", "x");
        yield return Case("std of none", () => Tensor.Zeros([0]).Std(unbiased: false), "std: needs at least 1 element, got 0. Received: input [0], dims [].", "x");
        yield return Case("dims twice", () => Matrix.Var([0, -2]), "var: dimension -2 appears more than once in [0, -2].", "dims");
        yield return Case("max of none", () => Tensor.Zeros([0]).Max(), "max: there is no max of 0 elements. Received: input [0].", "x");
        yield return Case("argmax", () => Tensor.Zeros([2, 0]).Max(1).Values, "max: dimension 1 must have at least one element. Received: input [2, 0].", "x");
        yield return Case("permute", () => Matrix.Permute(0), "permute: the number of dims (1) must be the rank of the input (2). Received: input [2, 3], dims [0].", "dims");
        yield return Case("permute twice", () => Matrix.Permute(0, -2), "permute: dimension -2 appears more than once in [0, -2].", "dims");
        yield return Case("slice", () => Matrix.Slice(0, step: 0), "slice: step must be greater than zero, got 0.", "step");
        yield return Case("cat", () => Tensor.Cat([Matrix, Tensor.Ones([3, 3])], dim: 1), "cat: sizes of tensors must match except in dimension 1. Received: tensor 0 [2, 3], tensor 1 [3, 3].", "tensors");
        yield return Case("cat nothing", () => Tensor.Cat([]), "cat: expected at least one tensor, got none.", "tensors");
        yield return Case("stack", () => Tensor.Stack([Matrix, Image]), "stack: expects each tensor to be of equal shape. Received: tensor 0 [2, 3], tensor 1 [1, 2, 5, 7].", "tensors");
        yield return Case("pad", () => Matrix.Pad([-2, -2]), "pad: dimension 1 would get size -1. Received: input [2, 3], widths [-2, -2].", "widths");
        yield return Case("expand", () => Matrix.Expand(2, 6), "expand: the expanded size (6) must match the existing size (3) at non-singleton dimension 1. Received: input [2, 3], sizes [2, 6].", "sizes");
        yield return Case("index_select", () => Matrix.IndexSelect(1, 0, 3), "index_select: index 3 at position 1 is out of range; dimension 1 of [2, 3] has 3 entries (0..2).", "index");
        yield return Case("reshape", () => Matrix.Slice(1, stop: 2).Reshape(5), "reshape: shape '[5]' is invalid for input of size 4.", "requested");
        yield return Case("label", () => Scores.NllLoss([0, 10, 1]), "nll_loss: label 10 at index 1 of the batch; 10 classes (0..9).", "target");
        yield return Case("labels", () => Scores.NllLoss([0, 1]), "nll_loss: size mismatch (got input: [3, 10], target: [2]); expected 3 labels, one for each place of [3].", "target");
        yield return Case("all ignored", () => Scores.NllLoss([-100, -100, -100]), "nll_loss: there is no mean loss of 0 items. Received: input [3, 10], 3 labels, 0 of them not -100.", "input");
        yield return Case("class weight", () => Scores.NllLoss([0, 1, 2], Tensor.Ones([3])), "nll_loss: weight must be a constant with one value for each of the 10 classes. Received: weight [3].", "weight");
        yield return Case("mse", () => Scores.MseLoss(Tensor.Ones([3])), "mse_loss: size mismatch (got input: [3, 10], target: [3]); both must have the same shape.", "target");
        yield return Case("empty loss", () => Tensor.Zeros([0, 2]).L1Loss(Tensor.Zeros([0, 2])), "l1_loss: there is no mean loss of 0 items. Received: input [0, 2].", "input");
        yield return Case("beta", () => Scores.SmoothL1Loss(Scores, -1), "smooth_l1_loss: beta must not be negative, got -1.", "beta");
        yield return Case("reduction", () => Scores.MseLoss(Scores, (LossReduction)9), "mse_loss: reduction must be None, Mean or Sum, got 9.", "reduction");
        yield return Case("pos_weight", () => Scores.BceWithLogits(Scores, posWeight: Tensor.Ones([2, 1, 1])), "bce_with_logits: posWeight must broadcast to the input's shape. Received: input [3, 10], posWeight [2, 1, 1].", "posWeight");
        yield return Case("pool rank", () => Matrix.MaxPool2d(2), "max_pool2d: input must have 4 dimensions [N, C, H, W], got 2. Received: input [2, 3], kernel 2, stride 2, padding 0, dilation 1, ceilMode false.", "input");
        yield return Case("pool pad", () => Image.MaxPool2d(3, padding: 2), "max_pool2d: pad should be at most half of effective kernel size, but got pad=2, kernel_size=3 and dilation=1.", "padding");
        yield return Case("pool stride", () => Image.AvgPool2d(2, stride: (1, 0)), "avg_pool2d: non-positive stride is not supported, got (1, 0).", "stride");
        yield return Case("pool dilation", () => Image.MaxPool2d(2, dilation: 0), "max_pool2d: dilation should be greater than zero, got 0.", "dilation");
        yield return Case("pool size", () => Image.MaxPool2d((6, 2)),
            "max_pool2d: given input size: (2x5x7). Calculated output size: (2x0x3). Output size is too small. Received: input [1, 2, 5, 7], kernel (6, 2), stride (6, 2), padding 0, dilation 1, ceilMode false.", "input");
        yield return Case("pool empty", () => Tensor.Zeros([1, 0, 5, 7]).AdaptiveAvgPool2d(1),
            "adaptive_avg_pool2d: expected input with non-zero size for all dimensions but the batch. Received: input [1, 0, 5, 7], output size 1.", "input");
        yield return Case("adaptive", () => Image.AdaptiveMaxPool2d((0, 1)), "adaptive_max_pool2d: output size should be greater than zero, got (0, 1).", "output");
        yield return Case("divisor", () => Image.AvgPool2d(2, divisorOverride: 0), "avg_pool2d: the divisor must not be zero.", "divisorOverride");

        static TestCaseData Case(string name, Func<Tensor> call, string message, string parameter) => new TestCaseData(call, message, parameter).SetName("Error text: " + name);
    }

    [TestCaseSource(nameof(Cases))]
    public void The_message_has_the_rule_and_everything_received(Func<Tensor> call, string message, string parameter)
    {
        ArgumentException? error = Assert.Catch<ArgumentException>(() => call());
        Assert.That(error!.Message, Is.EqualTo($"{message} (Parameter '{parameter}')"));
    }
}
