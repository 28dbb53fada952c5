using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

[TestFixture]
internal sealed class WorkspaceTests
{
    private const string Ended = "tensor: used after the workspace batch it was made in had ended; its memory has been given to others. Call Keep() on it inside the batch.";

    [Test]
    public unsafe void The_next_batch_gets_the_same_memory_again()
    {
        Workspace workspace = new();
        HashSet<nint> first = Addresses();
        for (int i = 0; i < 5; i++) Assert.That(Addresses(), Is.EquivalentTo(first));

        HashSet<nint> Addresses()
        {
            using Workspace.Scope scope = workspace.Begin();
            HashSet<nint> addresses = [];
            foreach (int length in new[] { 7, 7, 100, 65 })
                fixed (float* p = Tensor.Zeros([length]).Span) addresses.Add((nint)p);
            Assert.That(addresses, Has.Count.EqualTo(4), "memory in use is not lent twice");
            return addresses;
        }
    }

    [Test]
    public void A_tensor_used_after_its_batch_throws_also_while_the_next_batch_uses_its_memory()
    {
        Workspace workspace = new();
        Tensor old;
        using (workspace.Begin()) old = Tensor.Full([7], 1);
        Assert.That(() => old.ToArray(), Throws.InvalidOperationException.With.Message.EqualTo(Ended));
        Assert.That(() => old.Fill(3), Throws.InvalidOperationException.With.Message.EqualTo(Ended));
        using (workspace.Begin())
        {
            Tensor young = Tensor.Full([7], 2); // the same memory
            Assert.That(() => old.ToArray(), Throws.InvalidOperationException.With.Message.EqualTo(Ended));
            Assert.That(young.ToArray(), Is.All.EqualTo(2));
        }
    }

    [Test]
    public unsafe void A_kept_tensor_lives_on_and_its_memory_is_lent_to_nobody()
    {
        Workspace workspace = new();
        Tensor kept;
        nint address;
        using (workspace.Begin())
        {
            kept = Tensor.Full([9], 4).Keep();
            fixed (float* p = kept.Span) address = (nint)p;
        }
        using (workspace.Begin())
            fixed (float* p = Tensor.Full([9], 5).Span) Assert.That((nint)p, Is.Not.EqualTo(address));
        Assert.That(kept.ToArray(), Is.All.EqualTo(4));
    }

    [Test]
    public void Keep_comes_too_late_after_the_batch()
    {
        Workspace workspace = new();
        Tensor old;
        using (workspace.Begin()) old = Tensor.Full([9], 4);
        Assert.That(() => old.Keep(), Throws.InvalidOperationException.With.Message.EqualTo(Ended));
        Assert.That(() => old.ToArray(), Throws.InvalidOperationException);
    }

    [Test]
    public void Gradients_of_leaves_survive_the_batch()
    {
        Tensor x = Tensor.From([1, 2, 3], [3]);
        x.RequiresGrad = true;
        Workspace workspace = new();
        for (int i = 1; i <= 3; i++)
        {
            using (workspace.Begin()) x.Square().Sum().Backward();
            Assert.That(x.Grad!.ToArray(), Is.EqualTo(new float[] { 2 * i, 4 * i, 6 * i }));
        }
    }

    [Test]
    public void Batches_do_not_nest()
    {
        Workspace workspace = new();
        using (workspace.Begin())
        {
            Assert.That(() => workspace.Begin(), Throws.InvalidOperationException.With.Message.EqualTo("workspace: Begin() was called while a batch of this workspace is open; dispose its scope first."));
            Assert.That(() => new Workspace().Begin(), Throws.InvalidOperationException.With.Message.EqualTo("workspace: another workspace's batch is open on this thread."));
        }
        using (workspace.Begin()) Assert.That(Workspace.Current, Is.SameAs(workspace));
        Assert.That(Workspace.Current, Is.Null);
    }

    [Test]
    public void A_batch_ends_after_an_exception_too()
    {
        Workspace workspace = new();
        Assert.That(() =>
        {
            using Workspace.Scope scope = workspace.Begin();
            _ = Tensor.Ones([2]) + Tensor.Ones([3]);
        }, Throws.ArgumentException);
        Assert.That(Workspace.Current, Is.Null);
        workspace.Begin().Dispose();
    }

    [Test]
    public void The_batch_is_the_thread_s_own()
    {
        Workspace workspace = new();
        Tensor? other = null;
        using (workspace.Begin())
        {
            OnThreads.Run(() => other = Tensor.Full([3], 6));
        }
        Assert.That(other!.ToArray(), Is.All.EqualTo(6));
    }

    [TestCase(0), TestCase(4), TestCase(int.MaxValue)]
    public void An_ended_tensor_throws_through_its_quarantine_also_inside_later_batches(int quarantine)
    {
        Workspace workspace = new(quarantine);
        Tensor old;
        using (workspace.Begin()) old = Tensor.Full([7], 1);
        for (int batch = 1; batch <= Math.Min(quarantine, 50); batch++)
        {
            IsTold(old);
            using (workspace.Begin())
            {
                Tensor young = Tensor.Full([7], 2);
                Assert.That(young, Is.Not.SameAs(old));
                IsTold(old);
            }
        }
        if (quarantine == int.MaxValue) return;
        using (workspace.Begin()) Assert.That(Tensor.Full([3], 2), Is.SameAs(old), "the object is used again");
        IsTold(old); // that batch has ended too
    }

    [Test]
    public void A_tensor_a_batch_is_told_at_once_when_they_are_looked_at_after_the_last()
    {
        Workspace workspace = new();
        List<Tensor> losses = [];
        for (int i = 0; i < 20; i++)
            using (workspace.Begin()) losses.Add(Tensor.Ones([2, 3]).Square().Sum());
        Assert.That(losses.Distinct().Count(), Is.LessThan(20), "objects came back");
        foreach (Tensor loss in losses) IsTold(loss);
    }

    [Test]
    public void Nothing_can_be_had_from_an_ended_tensor()
    {
        Workspace workspace = new();
        Tensor leaf, loss;
        using (workspace.Begin())
        {
            leaf = Tensor.Ones([2]);
            leaf.RequiresGrad = true;
            loss = leaf.Square().Sum();
        }
        foreach (Action use in new Action[]
        {
            () => loss.Backward(), () => loss.Item(), () => loss.AsSpan(), () => loss.Detach(), () => loss.Reshape(1), () => loss.Relu(), () => _ = leaf.Grad,
            () => loss.CopyFrom([1]), () => _ = loss.ToString(),
        })
            Assert.That(use, Throws.InvalidOperationException.With.Message.EqualTo(Ended));
    }

    [Test]
    public void A_kept_tensor_leaves_the_pool_for_good_and_its_views_do_not()
    {
        Workspace workspace = new(quarantine: 0);
        Tensor kept, view, root;
        using (workspace.Begin())
        {
            root = Tensor.Full([9], 4);
            kept = root.Reshape(3, 3).Keep();
            view = kept.Detach();
        }
        IsTold(view);
        IsTold(root);
        for (int i = 0; i < 5; i++)
            using (workspace.Begin())
                for (int n = 0; n < 5; n++) Assert.That(Tensor.Full([9], 5), Is.Not.SameAs(kept));
        Assert.That(kept.ToArray(), Is.All.EqualTo(4));
        Assert.That(kept.Shape, Is.EqualTo(new Shape(3, 3)));
    }

    [Test]
    public void The_graph_of_a_kept_tensor_ends_with_its_batch()
    {
        const string GraphEnded = "backward: the graph of a kept tensor ended with the workspace batch it was recorded in. Call Backward() inside that batch, or Detach() the tensor before you use it in another.";
        Tensor x = Tensor.Ones([2]);
        x.RequiresGrad = true;
        Workspace workspace = new();
        Tensor kept;
        using (workspace.Begin()) kept = x.Square().Sum().Keep();
        Assert.That(kept.Item(), Is.EqualTo(2));
        Assert.That(() => kept.Backward(), Throws.InvalidOperationException.With.Message.EqualTo(GraphEnded));
        using (workspace.Begin())
        {
            Assert.That(() => (kept * 2).Backward(), Throws.InvalidOperationException.With.Message.EqualTo(GraphEnded));
            (kept.Detach() * x).Sum().Backward();
        }
        Assert.That(x.Grad!.ToArray(), Is.All.EqualTo(2));
    }

    [Test]
    public void A_quarantine_is_not_negative() => Assert.That(() => new Workspace(quarantine: -1),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("workspace: quarantine must not be negative, got -1."));

    private static void IsTold(Tensor ended) => Assert.That(() => ended.ToArray(), Throws.InvalidOperationException.With.Message.EqualTo(Ended));
}
