using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

[TestFixture]
internal sealed class AutogradTests
{
    [Test]
    public void A_tensor_used_twice_gets_the_sum_of_both_gradients()
    {
        Tensor x = Leaf(3);
        (x * x + x * 5).Backward(); // 2x + 5
        Assert.That(x.Grad!.Item(), Is.EqualTo(11));
    }

    [Test]
    public void A_result_used_twice_passes_the_sum_on_once()
    {
        Tensor x = Leaf(2), square = x * x, left = square * 3, right = square * square;
        (left + right).Backward(); // 3x^2 + x^4: 6x + 4x^3 = 12 + 32
        Assert.That(x.Grad!.Item(), Is.EqualTo(44));
    }

    [Test]
    public void Thirty_diamonds_in_a_row_take_thirty_steps_not_a_billion()
    {
        Tensor x = Leaf(1), y = x;
        for (int i = 0; i < 30; i++) y += y; // 2^30
        y.Backward();
        Assert.That(x.Grad!.Item(), Is.EqualTo(1 << 30));
    }

    [Test]
    public void Gradients_accumulate_until_they_are_zeroed()
    {
        Tensor x = Leaf(3);
        (x * 2).Backward();
        (x * 5).Backward();
        Assert.That(x.Grad!.Item(), Is.EqualTo(7));
        x.ZeroGrad();
        Assert.That(x.Grad, Is.Null);
        (x * 4).Backward();
        Assert.That(x.Grad!.Item(), Is.EqualTo(4));
    }

    [Test]
    public void A_leaf_s_own_backward_adds_the_upstream_gradient()
    {
        Tensor x = Tensor.Zeros([2]);
        x.RequiresGrad = true;
        x.Backward(Tensor.From([1, 2], [2]));
        x.Backward(Tensor.From([3, 5], [2]));
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(new float[] { 4, 7 }));
    }

    [Test]
    public void The_upstream_gradient_is_not_written_to()
    {
        Tensor x = Tensor.Ones([3]), upstream = Tensor.From([1, 2, 3], [3]);
        x.RequiresGrad = true;
        Tensor y = x.Reshape(3); // hands its gradient on as it is
        (y + y + x).Backward(upstream);
        Assert.That(upstream.ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(new float[] { 3, 6, 9 }));
    }

    [Test]
    public void A_graph_of_10_000_nodes_needs_no_deep_stack()
    {
        float gradient = 0;
        OnThreads.Run(maxStackSize: 256 * 1024, () =>
        {
            Tensor x = Leaf(1), y = x;
            for (int i = 0; i < 10_000; i++) y += 1;
            y.Backward();
            gradient = x.Grad!.Item();
        });
        Assert.That(gradient, Is.EqualTo(1));
    }

    [Test]
    public void Nothing_is_recorded_in_a_NoGrad_scope_and_scopes_nest()
    {
        Tensor x = Leaf(2);
        using (GradMode.NoGrad())
        {
            using (GradMode.NoGrad()) Assert.That((x * 2).RequiresGrad, Is.False);
            Assert.That(GradMode.IsEnabled, Is.False);
            bool other = false;
            OnThreads.Run(() => other = GradMode.IsEnabled);
            Assert.That(other, Is.True, "the mode is each thread's own");
        }
        Assert.That((GradMode.IsEnabled, (x * 2).RequiresGrad), Is.EqualTo((true, true)));
    }

    [Test]
    public void Constants_get_no_gradient_and_cost_no_node()
    {
        Tensor x = Leaf(2), constant = Tensor.Scalar(3);
        (x * constant).Backward();
        Assert.That((constant.Grad, (constant * constant).RequiresGrad), Is.EqualTo(((Tensor?)null, false)));
    }

    [Test]
    public void A_second_backward_is_refused_unless_the_graph_is_retained()
    {
        Tensor x = Leaf(3), y = x * x;
        y.Backward(retainGraph: true);
        y.Backward();
        Assert.That(x.Grad!.Item(), Is.EqualTo(12));
        Assert.That(() => y.Backward(), Throws.InvalidOperationException.With.Message.EqualTo(
            "backward: trying to backward through the graph a second time, at mul (what it saved has already been freed). Pass retainGraph: true to the first call if you need this."));
        Assert.That(x.Grad!.Item(), Is.EqualTo(12), "a refused pass changes nothing");
    }

    [Test]
    public void A_freed_part_is_found_before_any_gradient_is_touched()
    {
        Tensor x = Leaf(3), y = Leaf(5), shared = x * x;
        shared.Backward();
        x.ZeroGrad();
        Assert.That(() => (y * 2 + shared).Backward(), Throws.InvalidOperationException);
        Assert.That((x.Grad, y.Grad), Is.EqualTo(((Tensor?)null, (Tensor?)null)));
    }

    [Test]
    public void Backward_says_what_it_needs()
    {
        Tensor x = Tensor.Ones([2, 3]);
        Assert.That(() => x.Backward(), Throws.InvalidOperationException.With.Message.EqualTo(
            "backward: the tensor does not require grad and is not the result of an operation on one that does."));
        x.RequiresGrad = true;
        Assert.That(() => (x * 2).Backward(), Throws.InvalidOperationException.With.Message.EqualTo(
            "backward: grad can be implicitly created only for scalar outputs, got shape [2, 3]; pass a gradient of that shape."));
        Assert.That(() => (x * 2).Backward(Tensor.Ones([3, 2])), Throws.ArgumentException.With.Message.EqualTo(
            "backward: gradient must have the tensor's shape. Received: gradient [3, 2], tensor [2, 3]. (Parameter 'gradient')"));
    }

    [Test]
    public void A_pass_that_throws_does_not_hand_its_gradients_to_the_next_one()
    {
        Tensor x = Leaf(1), w = Leaf(3), early = x.Exp() * 1, product = x * w, broken = product + early; // product is made last: it throws while early holds a gradient
        w.Fill(4);
        Assert.That(() => broken.Backward(retainGraph: true), Throws.InvalidOperationException);
        x.ZeroGrad();
        early.Backward();
        Assert.That(x.Grad!.Item(), Is.EqualTo(MathF.E).Within(1e-5)); // not 2e
    }

    private static Tensor Leaf(float value)
    {
        Tensor leaf = Tensor.Scalar(value);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
