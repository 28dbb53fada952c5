using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

/// <summary>One op with inputs it is smooth at: away from kinks, without ties.</summary>
internal sealed record OpCase(string Name, Func<Tensor[], Tensor> Function, params Tensor[] Inputs)
{
    private const float Gap = 0.05f; // six times what a gradient check moves an element

    public override string ToString() => Name;

    /// <summary>Distinct values around 0, none nearer to 0 or to another than half a gap, in a random order.</summary>
    public static Tensor Spaced(Shape shape, ulong seed, float shift = 0) => Spread([shape], seed, shift)[0];

    /// <summary>Several tensors whose values are distinct together.</summary>
    public static Tensor[] Spread(Shape[] shapes, ulong seed, float shift = 0)
    {
        int count = shapes.Sum(shape => shape.Count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (i - count / 2 + 0.5f) * Gap + shift;
        new Rng(seed).Shuffle<float>(values);
        int at = 0;
        return Array.ConvertAll(shapes, shape => Tensor.From(values.AsSpan((at += shape.Count) - shape.Count, shape.Count), shape));
    }

    public static Tensor Positive(Shape shape, ulong seed) => Tensor.Uniform(shape, new Rng(seed), 0.5f, 3);

    /// <summary>Every op of one tensor that keeps the shape and works element by element.</summary>
    public static IEnumerable<OpCase> Unary(Shape shape)
    {
        Tensor any = Spaced(shape, 1), positive = Positive(shape, 2);
        yield return new("neg", x => -x[0], any);
        yield return new("relu", x => x[0].Relu(), any);
        yield return new("abs", x => x[0].Abs(), any);
        yield return new("clamp", x => x[0].Clamp(-1, 0.5f), any);
        yield return new("clamp from below", x => x[0].Clamp(min: 0), any);
        yield return new("exp", x => x[0].Exp(), any);
        yield return new("log", x => x[0].Log(), positive);
        yield return new("sqrt", x => x[0].Sqrt(), positive);
        yield return new("square", x => x[0].Square(), any);
        yield return new("reciprocal", x => x[0].Reciprocal(), positive);
        yield return new("sigmoid", x => x[0].Sigmoid(), any);
        yield return new("tanh", x => x[0].Tanh(), any);
        yield return new("gelu", x => x[0].Gelu(), any);
        yield return new("gelu by tanh", x => x[0].Gelu(GeluApproximation.Tanh), any);
        yield return new("silu", x => x[0].Silu(), any);
        yield return new("leaky_relu", x => x[0].LeakyRelu(0.2f), any);
        foreach (float exponent in new[] { 0, 1, 2, 3, 4 }) yield return new($"pow {exponent}", x => x[0].Pow(exponent), any);
        foreach (float exponent in new[] { -2, -1, -0.5f, 0.5f, 1.7f }) yield return new($"pow {exponent}", x => x[0].Pow(exponent), positive);
        yield return new("tensor - float", x => x[0] - 2, any);
        yield return new("float - tensor", x => 2 - x[0], any);
        yield return new("tensor * float", x => x[0] * 3, any);
        yield return new("float / tensor", x => 2 / x[0], positive);
        yield return new("float + tensor", x => 2 + x[0] / 4, any);
    }

    /// <summary>Every op of two tensors.</summary>
    public static IEnumerable<OpCase> Binary(Shape a, Shape b)
    {
        Tensor[] distinct = Spread([a, b], 3);
        Tensor[] positive = [Positive(a, 4), Positive(b, 5)];
        yield return new($"add {a} {b}", x => x[0] + x[1], distinct);
        yield return new($"sub {a} {b}", x => x[0] - x[1], distinct);
        yield return new($"mul {a} {b}", x => x[0] * x[1], distinct);
        yield return new($"div {a} {b}", x => x[0] / x[1], positive);
        yield return new($"maximum {a} {b}", x => x[0].Maximum(x[1]), distinct);
        yield return new($"minimum {a} {b}", x => x[0].Minimum(x[1]), distinct);
    }

    /// <summary>Every op that takes images.</summary>
    public static IEnumerable<OpCase> Image(Shape shape)
    {
        Tensor any = Spaced(shape, 6);
        yield return new("max_pool2d", x => x[0].MaxPool2d((3, 2), stride: (2, 1), padding: (1, 0)), any);
        yield return new("max_pool2d, dilation, ceil", x => x[0].MaxPool2d(2, stride: (1, 3), padding: (0, 1), dilation: (2, 1), ceilMode: true), any);
        yield return new("avg_pool2d", x => x[0].AvgPool2d((3, 2), stride: (2, 1), padding: (1, 1)), any);
        yield return new("avg_pool2d, ceil, without pad", x => x[0].AvgPool2d((2, 3), padding: (1, 1), ceilMode: true, countIncludePad: false), any);
        yield return new("avg_pool2d, divisor", x => x[0].AvgPool2d(2, stride: 1, divisorOverride: 3), any);
        yield return new("adaptive_avg_pool2d", x => x[0].AdaptiveAvgPool2d((2, 3)), any);
        yield return new("adaptive_max_pool2d", x => x[0].AdaptiveMaxPool2d((3, 2)), any);
        yield return new("softmax", x => x[0].Softmax(1), any);
        yield return new("log_softmax", x => x[0].LogSoftmax(-1), any);
        yield return new("sum", x => x[0].Sum([0, 2]), any);
        yield return new("mean", x => x[0].Mean([1, -1], keepDim: true), any);
        yield return new("var", x => x[0].Var([0, 2, 3]), any);
        yield return new("var, biased", x => x[0].Var([1], unbiased: false), any);
        yield return new("std", x => x[0].Std([-1], keepDim: true), any);
        yield return new("max", x => x[0].Max(), any);
        yield return new("min", x => x[0].Min(), any);
        yield return new("max along", x => x[0].Max(1).Values, any);
        yield return new("min along", x => x[0].Min(-2, keepDim: true).Values, any);
        yield return new("reshape", x => x[0].Reshape(-1, 3), any);
        yield return new("permute", x => x[0].Permute(2, 0, -1, 1), any);
        yield return new("transpose", x => x[0].Transpose(1, -1), any);
        yield return new("slice", x => x[0].Slice(2, start: 1, step: 2), any);
        yield return new("cat", x => Tensor.Cat([x[0], x[0].Slice(1, stop: 1), x[0]], dim: 1), any);
        yield return new("stack", x => Tensor.Stack([x[0], -x[0]], dim: -2), any);
        yield return new("pad", x => x[0].Pad([1, 2, -1, 0, 0, 1], 0.5f), any);
        yield return new("expand", x => x[0].Slice(1, stop: 1).Expand(2, -1, 5, -1, -1), any);
        yield return new("index_select", x => x[0].IndexSelect(1, 2, 0, 2), any);
    }

    /// <summary>Every loss.</summary>
    public static IEnumerable<OpCase> Losses()
    {
        Tensor[] pair = Spread([[3, 5], [3, 5]], 7);
        Tensor scores = Spaced([3, 5], 8), probabilities = Tensor.Uniform([3, 5], new Rng(9)), maps = Spaced([2, 3, 1, 4], 10);
        Tensor weight = Positive([5], 11), mapWeight = Positive([3], 12), itemWeight = Positive([3, 1], 13);
        foreach (LossReduction reduction in Enum.GetValues<LossReduction>())
        {
            yield return new($"mse_loss {reduction}", x => x[0].MseLoss(x[1], reduction), pair);
            yield return new($"l1_loss {reduction}", x => x[0].L1Loss(x[1], reduction), pair);
            yield return new($"smooth_l1_loss {reduction}", x => x[0].SmoothL1Loss(x[1], 0.525f, reduction), pair);
            yield return new($"bce_with_logits {reduction}", x => x[0].BceWithLogits(x[1], itemWeight, weight, reduction), scores, probabilities);
            yield return new($"nll_loss {reduction}", x => x[0].NllLoss([4, 0, -100], weight, reduction: reduction), scores);
            yield return new($"nll_loss of maps {reduction}", x => x[0].NllLoss([0, 1, 2, 7, 2, 2, 7, 0], mapWeight, ignoreIndex: 7, reduction), maps);
        }
    }

    /// <summary>Layers of a network, with a ReLU in them; squared, for the gradient of a batch norm is 0 where all upstream gradients are alike. Not smooth.</summary>
    public static IEnumerable<OpCase> Layers()
    {
        Rng rng = new(14);
        Tensor x = Tensor.Normal([20, 3, 5, 4], rng), same = Tensor.Normal([20, 3, 5, 4], rng), w = Tensor.Normal([5, 3, 3, 2], rng), b = Tensor.Normal([5], rng), scale = Tensor.Normal([3], rng), shift = Tensor.Normal([3], rng);
        yield return new("conv2d, relu", t => Conv2dOp.Apply(t[0].Relu(), t[1], t[2], 1, 1, 1, 1, relu: true).Square(), x, w, b);
        yield return new("batch_norm of relu", t => t[0].Relu().BatchNorm(t[1], t[2]).Square(), x, scale, shift);
        yield return new("batch_norm, relu", t => BatchNormOp.Apply(t[0], t[1], t[2], null, null, true, 0.1, 1e-5, relu: true).Square(), x, scale, shift);
        yield return new("sum, relu", t => t[0].AddRelu(t[1]).Square(), x, same);
        yield return new("cross_entropy", t => t[0].CrossEntropy([0, 2, 5, 1], labelSmoothing: 0.1f), Tensor.Normal([4, 6], rng));
        yield return new("batch_norm, channels cut", t => t[0].Relu().BatchNorm().Square(), Tensor.Normal([32, 35, 3, 2], rng));
    }

    public static IEnumerable<OpCase> All() =>
        [.. Unary([3, 7]), .. Binary([3, 4], [3, 4]), .. Binary([2, 3, 5], [3, 1]), .. Binary([5, 1], [1, 3]), .. Binary([4], []), .. Image([2, 3, 5, 7]), .. Losses()];
}
