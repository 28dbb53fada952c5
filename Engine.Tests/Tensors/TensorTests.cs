using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

[TestFixture]
internal sealed class TensorTests
{
    [Test]
    public void Factories_fill_as_they_say()
    {
        Assert.That(Tensor.Zeros([2, 3]).ToArray(), Is.EqualTo(new float[6]));
        Assert.That(Tensor.Ones([3]).ToArray(), Is.EqualTo(new float[] { 1, 1, 1 }));
        Assert.That(Tensor.Full([1, 2], -2.5f).ToArray(), Is.EqualTo(new[] { -2.5f, -2.5f }));
        Assert.That((Tensor.Scalar(7).Rank, Tensor.Scalar(7).Item()), Is.EqualTo((0, 7f)));
        Assert.That((Tensor.Zeros([0, 4]).Count, Tensor.Zeros([0, 4]).ToArray().Length), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Data_is_copied_in_and_out()
    {
        float[] data = [1, 2, 3];
        Tensor tensor = Tensor.From(data, [3]);
        data[0] = 9;
        tensor.ToArray()[1] = 9;
        Assert.That(tensor.ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(() => Tensor.From([1, 2], [3]), Throws.ArgumentException.With.Message.EqualTo("tensor: shape [3] needs 3 values, got 2. (Parameter 'data')"));
    }

    [Test]
    public void Random_tensors_have_the_moments_asked_for_and_follow_the_seed()
    {
        Tensor normal = Tensor.Normal([10_000], new Rng(4), mean: 3, std: 2), uniform = Tensor.Uniform([10_000], new Rng(4), -1, 3);
        Assert.That(normal.ToArray().Average(), Is.EqualTo(3).Within(0.08)); // 4 standard errors: 4 * 2 / 100
        Assert.That(Math.Sqrt(normal.ToArray().Average(x => (x - 3.0) * (x - 3.0))), Is.EqualTo(2).Within(0.06));
        Assert.That(uniform.ToArray().Average(), Is.EqualTo(1).Within(0.05)); // 4 * (4 / sqrt 12) / 100
        Assert.That((uniform.ToArray().Min() >= -1, uniform.ToArray().Max() < 3), Is.EqualTo((true, true)));
        Assert.That(Tensor.Normal([10_000], new Rng(4), 3, 2).ToArray(), Is.EqualTo(normal.ToArray()));
    }

    [Test]
    public void Only_one_element_is_an_item()
    {
        Assert.That(Tensor.Full([1, 1], 3).Item(), Is.EqualTo(3));
        Assert.That(() => Tensor.Zeros([2, 3]).Item(), Throws.InvalidOperationException.With.Message.EqualTo("item: only a tensor with one element has an item, this one has 6: shape [2, 3]."));
        Assert.That(() => Tensor.Zeros([0]).Item(), Throws.InvalidOperationException);
    }

    [Test]
    public void CopyFrom_takes_row_major_numbers_whatever_the_layout([Values(1, 3, 64, 65, 131)] int batch)
    {
        float[] data = [.. Enumerable.Range(0, batch * 2 * 15).Select(i => (float)i)];
        Tensor lanes = Tensor.Empty([batch, 2, 3, 5], Layout.BatchLanes);
        lanes.CopyFrom(data);
        Assert.That(lanes.ToArray(), Is.EqualTo(data));
        Assert.That(Tensor.From(data, [batch, 2, 3, 5]).To(Layout.BatchLanes).Span.SequenceEqual(lanes.Span), Is.True);
        // element (n, c, h, w) of block b lies at b*64*30 + ((h*5 + w)*2 + c)*width + n%64: the last image's (1, 2, 4)
        int block = (batch - 1) / 64, width = Math.Min(64, batch - block * 64);
        Assert.That(lanes.Span[block * 64 * 30 + (14 * 2 + 1) * width + (batch - 1) % 64], Is.EqualTo(batch * 30 - 1));
        Assert.That(() => lanes.CopyFrom(data.AsSpan(1)), Throws.ArgumentException.With.Message.EqualTo(
            $"tensor: shape [{batch}, 2, 3, 5] needs {batch * 30} values, got {batch * 30 - 1}. (Parameter 'data')"));
    }

    [Test]
    public void Detach_shares_the_elements_and_leaves_the_graph()
    {
        Tensor x = Tensor.Ones([2]);
        x.RequiresGrad = true;
        Tensor y = x * 3, cut = y.Detach();
        Assert.That((cut.RequiresGrad, y.RequiresGrad), Is.EqualTo((false, true)));
        y.Fill(5);
        Assert.That(cut.ToArray(), Is.EqualTo(new float[] { 5, 5 }));
        Assert.That(() => y.RequiresGrad = false, Throws.InvalidOperationException.With.Message.EqualTo(
            "tensor: RequiresGrad can only be cleared on leaf tensors; use Detach() for a tensor that is out of the graph."));
    }

    [TestCase(new int[0], "Tensor [] 0")]
    [TestCase(new[] { 3 }, "Tensor [3] [0, 0.5, 1]")]
    [TestCase(new[] { 2, 2 }, "Tensor [2, 2] [[0, 0.5], [1, 1.5]]")]
    [TestCase(new[] { 0, 2 }, "Tensor [0, 2] []")]
    [TestCase(new[] { 2, 0 }, "Tensor [2, 0] [[], []]")]
    [TestCase(new[] { 7 }, "Tensor [7] [0, 0.5, 1, 1.5, 2, 2.5, 3]")]
    [TestCase(new[] { 9 }, "Tensor [9] [0, 0.5, 1, ..., 3, 3.5, 4]")]
    public void Printing_shows_shape_and_elements_and_shortens_the_middle(int[] sizes, string text)
    {
        Shape shape = new(sizes);
        Assert.That($"{Tensor.From([.. Enumerable.Range(0, shape.Count).Select(i => i / 2f)], shape)}", Is.EqualTo(text));
    }

    [Test]
    public void A_copy_that_autograd_did_not_see_is_noticed_in_the_backward_pass()
    {
        Tensor x = Tensor.Ones([4, 6]);
        x.RequiresGrad = true;
        Tensor y = x.Exp(), loss = y.Sum();
        y.Fill(2); // exp saved its result
        Assert.That(() => loss.Backward(), Throws.InvalidOperationException.With.Message.EqualTo(
            "backward: one of the variables needed for gradient computation has been modified by an in-place operation: tensor [4, 6], saved by exp, is at version 1; expected version 0 instead."));
        Assert.That(x.Grad, Is.Null);
    }
}
