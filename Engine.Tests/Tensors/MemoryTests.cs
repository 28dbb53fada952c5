using System.Runtime.CompilerServices;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

[TestFixture, NonParallelizable]
internal sealed class MemoryTests
{
    [Test]
    public void Ten_thousand_steps_leave_the_heap_flat()
    {
        Rng rng = new(1);
        Sequential model = [new Linear(7, 11, rng), new Relu(), new Linear(11, 3, rng)];
        Sgd optimizer = new(model.Parameters(), learningRate: 0.01);
        Tensor x = Tensor.Normal([5, 7], rng);
        Steps(100);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Steps(10_000); // keeping one graph a step would add some 3 KB each: 30 MB
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(1_000_000));

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Tensor loss = model.Forward(x).CrossEntropy([0, 1, 2, 0, 1]);
                model.ZeroGrad();
                loss.Backward();
                optimizer.Step();
            }
        }
    }

    [Test]
    public void An_old_graph_dies_although_its_loss_is_kept()
    {
        Tensor x = Tensor.Ones([2, 3]);
        x.RequiresGrad = true;
        (Tensor loss, WeakReference middle) = Pass(x);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(middle.IsAlive, Is.False);
        Assert.That(loss.Item(), Is.GreaterThan(0));
        GC.KeepAlive(x);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Tensor, WeakReference) Pass(Tensor x)
        {
            Tensor middle = x.Exp(), loss = middle.Square().Sum();
            loss.Backward();
            return (loss.Detach(), new WeakReference(middle));
        }
    }

    [Test]
    public void A_graph_dies_with_its_last_result_without_a_backward_pass()
    {
        Tensor x = Tensor.Ones([2, 3]);
        x.RequiresGrad = true;
        WeakReference result = Forward(x);
        GC.Collect();
        Assert.That(result.IsAlive, Is.False);
        GC.KeepAlive(x);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Forward(Tensor x) => new(x.Exp().Square());
    }
}
