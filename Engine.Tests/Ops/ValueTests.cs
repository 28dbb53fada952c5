using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Ops;

[TestFixture]
internal sealed class ValueTests
{
    [Test]
    public void NaN_comes_through_every_element_wise_op()
    {
        Shape shape = [2, 19];
        foreach (OpCase op in (IEnumerable<OpCase>)[.. OpCase.Unary(shape), .. OpCase.Binary(shape, shape)])
        {
            if (op.Name == "pow 0") continue; // 1 whatever the base, as in IEEE 754
            foreach (int at in new[] { 3, 37 }) // in a vector and in the tail
            {
                Tensor[] inputs = Array.ConvertAll(op.Inputs, x => Tensor.From(x.AsSpan(), x.Shape));
                inputs[0].Span[at] = float.NaN;
                float[] y = op.Function(inputs).ToArray();
                Assert.That(Enumerable.Range(0, y.Length).Where(i => float.IsNaN(y[i])), Is.EqualTo(new[] { at }), op.Name);
            }
        }
    }

    [Test]
    public void NaN_comes_through_reductions_and_losses()
    {
        Tensor x = Tensor.From([1, float.NaN, 3, float.NaN], [2, 2]), t = Tensor.Zeros([2, 2]);
        foreach (Tensor y in new[] { x.Sum(), x.Mean(), x.Var(), x.Std(), x.Max(), x.Min(), x.MseLoss(t), x.L1Loss(t), x.SmoothL1Loss(t), x.BceWithLogits(t), x.NllLoss([1, 0]) })
            Assert.That(y.Item(), Is.NaN);
        Assert.That(x.ArgMax(), Is.EqualTo(1));
        Assert.That(x.ArgMax(0), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(x.Softmax(1).ToArray(), Is.All.NaN);
    }

    [Test]
    public void Softmax_is_finite_for_every_finite_input()
    {
        const float Huge = float.MaxValue;
        Tensor x = Tensor.From([Huge, -Huge, 0, -Huge, -Huge, -Huge, Huge, Huge, float.NegativeInfinity], [3, 3]);
        Assert.That(x.Softmax(-1).ToArray(), Is.EqualTo(new[] { 1, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f, 0.5f, 0.5f, 0 }));
        float[] log = x.LogSoftmax(-1).ToArray();
        Assert.That(log[..8], Is.All.Matches<float>(float.IsFinite));
        Assert.That(log[8], Is.EqualTo(float.NegativeInfinity));
        x.RequiresGrad = true;
        x.LogSoftmax(-1).Backward(Tensor.Ones([3, 3]));
        Assert.That(x.Grad!.ToArray(), Is.All.Matches<float>(float.IsFinite));
        Assert.That(Tensor.From([1e30f, 88.8f, -1e30f], [3]).BceWithLogits(Tensor.From([1, 1, 1], [3]), reduction: LossReduction.None).ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Powers_of_special_bases()
    {
        Tensor x = Tensor.From([0, -2, float.PositiveInfinity, float.NaN, 1], [5]);
        Assert.That(x.Pow(0).ToArray(), Is.EqualTo(new float[] { 1, 1, 1, 1, 1 }));
        Assert.That(x.Pow(3).ToArray(), Is.EqualTo(new float[] { 0, -8, float.PositiveInfinity, float.NaN, 1 }));
        Assert.That(x.Pow(-3).ToArray(), Is.EqualTo(new float[] { float.PositiveInfinity, -0.125f, 0, float.NaN, 1 }));
        Assert.That(x.Pow(1.5f).ToArray(), Is.EqualTo(new float[] { 0, float.NaN, float.PositiveInfinity, float.NaN, 1 }));
        Assert.That(Tensor.Scalar(-1).Pow(101).Item(), Is.EqualTo(-1));
        Assert.That(Tensor.Scalar(-2).Pow(100).Item(), Is.EqualTo(MathF.ScaleB(1, 100)));
    }

    [Test]
    public void A_batch_of_no_images_gives_empty_results_and_zero_gradients()
    {
        Tensor empty = Tensor.Zeros([0, 3, 5, 7]);
        foreach (OpCase op in (IEnumerable<OpCase>)[.. OpCase.Unary([2, 3, 5, 7]), .. OpCase.Image([2, 3, 5, 7])])
        {
            if (op.Name is "max" or "min" or "var") continue; // nothing to take them of: they throw
            Tensor x = Tensor.Zeros(empty.Shape);
            x.RequiresGrad = true;
            Tensor y = op.Function([x]);
            y.Backward(Tensor.Ones(y.Shape));
            Assert.That(x.Grad!.Shape, Is.EqualTo(empty.Shape), op.Name);
            if (op.Name is not ("sum" or "pad")) Assert.That(y.Count, Is.Zero, op.Name);
        }
        Tensor bias = Tensor.Ones([3, 1, 1]);
        bias.RequiresGrad = true;
        Tensor z = empty * bias;
        z.Backward(Tensor.Ones(z.Shape));
        Assert.That(bias.Grad!.ToArray(), Is.EqualTo(new float[] { 0, 0, 0 }));
        Assert.That(Tensor.Zeros([0, 4]).NllLoss([], reduction: LossReduction.Sum).Item(), Is.Zero);
        Assert.That(Tensor.Zeros([0, 4]).MseLoss(Tensor.Zeros([0, 4]), LossReduction.None).Shape, Is.EqualTo(new Shape(0, 4)));
    }

    [Test]
    public void Slices_follow_Python()
    {
        Tensor x = Tensor.From([0, 1, 2, 3, 4], [5]);
        Assert.That(x.Slice(0, -2).ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(x.Slice(0, 0, -1, 2).ToArray(), Is.EqualTo(new float[] { 0, 2 }));
        Assert.That(x.Slice(-1, -9, 9).ToArray(), Is.EqualTo(new float[] { 0, 1, 2, 3, 4 }));
        Assert.That(x.Slice(0, 3, 1).Shape, Is.EqualTo(new Shape(0)));
    }

    [Test]
    public void Ignored_labels_do_not_count_and_weights_divide_the_mean()
    {
        Tensor x = Tensor.From([-1, -2, -3, -4, -5, -6], [3, 2]), weight = Tensor.From([1, 3], [2]);
        Assert.That(x.NllLoss([0, -100, 1]).Item(), Is.EqualTo((1 + 6) / 2f));
        Assert.That(x.NllLoss([0, 1, 1], weight).Item(), Is.EqualTo((1 + 3 * 4 + 3 * 6) / 7f));
        Assert.That(x.NllLoss([0, -100, 1], reduction: LossReduction.None).ToArray(), Is.EqualTo(new float[] { 1, 0, 6 }));
    }
}
