using Engine.Tensors;
using Engine.Ops;

namespace Engine.Tests.Ops;

[TestFixture]
internal sealed class GradientTests
{
    [TestCaseSource(typeof(OpCase), nameof(OpCase.All))]
    public void The_gradient_agrees_with_central_differences(OpCase op) =>
        Assert.That(GradCheck.Compare(op.Name, op.Function, op.Inputs, new Rng(99)), Is.Null);

    [Test]
    public void A_wrong_gradient_is_reported_with_input_analytic_and_numeric_value()
    {
        Tensor x = OpCase.Spaced([3, 5], 1), y = OpCase.Positive([3, 5], 2);
        string? report = GradCheck.Compare("leaky", v => v[0] + v[1].Detach() * 1.01f + (v[1] - v[1].Detach()), [x, y], new Rng(5));
        Assert.That(report, Does.StartWith("gradcheck: leaky: the gradient does not agree with central differences of step 0.0078125:\n  input 1 [3, 5], direction 0: analytic "));
        Assert.That(report, Does.Not.Contain("input 0").And.Contain("numeric "));
        Assert.That(() => GradCheck.Verify("leaky", v => v[0].Detach() * 2 + v[0], [x], new Rng(5)), Throws.InvalidOperationException.With.Message.StartsWith("gradcheck: leaky: "));
    }

    [Test]
    public void One_wrong_element_among_a_hundred_is_found() // its share of the sum is a tenth, the tolerance a thousandth
    {
        Tensor x = OpCase.Positive([4, 25], 1);
        Assert.That(GradCheck.Compare("hole", v => Tensor.Cat([v[0].Slice(1, stop: 24), v[0].Slice(1, start: 24)], dim: 1) * 1.5f, [x], new Rng(5)), Is.Null);
        Tensor mask = Tensor.Zeros([4, 25]);
        mask.Span[37] = 1;
        Assert.That(GradCheck.Compare("hole", v => v[0] - (v[0] * mask).Detach() * 0.5f, [x], new Rng(5)), Is.Not.Null);
    }

    [Test]
    public void A_missing_gradient_throws() =>
        Assert.That(() => GradCheck.Compare("cut", v => v[0] + v[1].Detach(), [OpCase.Positive([2], 1), OpCase.Positive([2], 2)], new Rng(1)),
            Throws.InvalidOperationException.With.Message.EqualTo("gradcheck: cut: input 1 [2] got no gradient."));

    [Test]
    public void Equal_elements_of_maximum_share_the_gradient()
    {
        Tensor a = Leaf([1, 2, 3]), b = Leaf([1, 5, 0]);
        a.Maximum(b).Backward(Tensor.From([4, 4, 4], [3]));
        Assert.That(a.Grad!.ToArray(), Is.EqualTo(new float[] { 2, 0, 4 }));
        Assert.That(b.Grad!.ToArray(), Is.EqualTo(new float[] { 2, 4, 0 }));
    }

    [Test]
    public void Equal_elements_of_a_full_maximum_share_and_along_a_dimension_the_first_takes_all()
    {
        Tensor all = Leaf([3, 1, 3, 3]), along = Leaf([3, 1, 3, 3]);
        all.Max().Backward(Tensor.Scalar(6));
        (Tensor value, int[] indices) = along.Max(0);
        value.Backward(Tensor.Scalar(6));
        Assert.That(all.Grad!.ToArray(), Is.EqualTo(new float[] { 2, 0, 2, 2 }));
        Assert.That(along.Grad!.ToArray(), Is.EqualTo(new float[] { 6, 0, 0, 0 }));
        Assert.That(indices, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Derivatives_at_kinks_are_those_of_PyTorch()
    {
        Assert.That(GradientAt(0, x => x.Abs()), Is.EqualTo(0));
        Assert.That(GradientAt(0, x => x.LeakyRelu(0.25f)), Is.EqualTo(0.25f));
        Assert.That(GradientAt(1, x => x.Clamp(-1, 1)), Is.EqualTo(1));
        Assert.That(GradientAt(1.5f, x => x.Clamp(-1, 1)), Is.EqualTo(0));
        Assert.That(GradientAt(0, x => x.SmoothL1Loss(Tensor.Zeros([1]), beta: 0, LossReduction.Sum)), Is.EqualTo(0));
        Assert.That(GradientAt(0, x => Tensor.Cat([x, x]).Std()), Is.EqualTo(0));
        Assert.That(GradientAt(0, x => x.Pow(0)), Is.EqualTo(0));
    }

    private static float GradientAt(float x, Func<Tensor, Tensor> op)
    {
        Tensor leaf = Leaf([x]);
        op(leaf).Sum().Backward();
        return leaf.Grad!.Item();
    }

    private static Tensor Leaf(float[] values)
    {
        Tensor leaf = Tensor.From(values, [values.Length]);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
