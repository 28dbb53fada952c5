using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

/// <summary>What a backward pass takes from its workspace comes back node by node.</summary>
[TestFixture]
internal sealed class WalkMemoryTests
{
    [Test]
    public void A_backward_pass_needs_two_gradients_memory_however_deep_the_net()
    {
        const int Count = 100_000, Depth = 12;
        Tensor x = Tensor.Full([Count], 0.1f);
        x.RequiresGrad = true;
        Workspace workspace = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        long buffers = (GC.GetAllocatedBytesForCurrentThread() - before) / (Count * sizeof(float));
        Assert.That(buffers, Is.InRange(Depth + 1, Depth + 4), "results, the leaf's gradient, and those on their way");
        before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Count * sizeof(float)), "later batches have all they need");

        void Step()
        {
            using Workspace.Scope scope = workspace.Begin();
            x.ZeroGrad();
            Tensor y = x;
            for (int i = 0; i < Depth; i++) y = y.Tanh();
            y.Backward(Tensor.Ones([Count]));
            Assert.That(x.Grad!.Span[0], Is.GreaterThan(0).And.LessThan(1));
        }
    }

    [Test]
    public void What_a_program_holds_outlives_the_backward_pass()
    {
        Tensor x = Tensor.From([1, 2, 3], [3]), free = Tensor.From([1, 2, 3], [3]);
        x.RequiresGrad = free.RequiresGrad = true;
        Backward(free); // every gradient in memory of its own
        using Workspace.Scope scope = new Workspace().Begin();
        (Tensor first, Tensor second, Tensor upstream) = Backward(x);
        Assert.That(first.ToArray(), Is.EqualTo(new float[] { 1, 4, 9 }));
        Assert.That(second.ToArray(), Is.EqualTo(new float[] { 2, 6, 12 }));
        Assert.That(upstream.ToArray(), Is.EqualTo(new float[] { 3, 5, 7 }));
        Assert.That(x.Grad!.ToArray(), Is.EqualTo(free.Grad!.ToArray()));

        static (Tensor, Tensor, Tensor) Backward(Tensor x)
        {
            Tensor first = x * x, second = first + x, upstream = Tensor.From([3, 5, 7], [3]);
            Tensor sum = second + first.Relu() + second * first, y = sum + sum; // gradients that wait, are added up, also in memory of their own, and are handed on as they are
            y.Backward(upstream, retainGraph: true);
            y.Backward(upstream);
            return (first, second, upstream);
        }
    }
}
