using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Nn;

/// <summary>One model on several threads.</summary>
[TestFixture]
internal sealed class ModelUseTests
{
    private const string Advice = "one model cannot be trained and run elsewhere at once. Predict with an InferenceSession, which has its own copy of the numbers, or call Eval() before threads share a model.";

    [Test]
    public void Nobody_runs_a_model_while_another_thread_runs_it_in_training([Values] bool training)
    {
        using Held held = new(training: true);
        held.Model.Train(training);
        Assert.That(() => held.Model.Forward(Tensor.Ones([2, 3])), Throws.InvalidOperationException.With.Message.EqualTo("forward: the model is in a forward pass in training mode on another thread; " + Advice));
        held.Release();
        Assert.That(held.Model.Forward(Tensor.Ones([2, 3])).Shape, Is.EqualTo(new Shape(2, 3)), "afterwards");
    }

    [Test]
    public void Nobody_trains_a_model_while_another_thread_evaluates_it()
    {
        using Held held = new(training: false);
        Assert.That(held.Model.Forward(Tensor.Ones([2, 3])).Shape, Is.EqualTo(new Shape(2, 3)), "evaluation is for any number");
        held.Model.Train();
        Assert.That(() => held.Model.Forward(Tensor.Ones([2, 3])), Throws.InvalidOperationException.With.Message.EqualTo("forward: the model is in training mode, and in a forward pass on another thread (1 of them); " + Advice));
        held.Release();
        Assert.That(held.Model.Forward(Tensor.Ones([2, 3])).Shape, Is.EqualTo(new Shape(2, 3)), "afterwards");
    }

    [Test]
    public void A_pass_that_fails_leaves_the_model_free_and_one_may_run_inside_another([Values] bool training)
    {
        Sequential model = [new BatchNorm1d(3)];
        model.Train(training);
        Assert.That(() => model.Forward(Tensor.Ones([2, 4])), Throws.ArgumentException);
        int inner = 0;
        model.ForwardDone += (_, x, _) =>
        {
            if (inner++ == 0) _ = model.Forward(x);
        };
        _ = model.Forward(Tensor.Ones([2, 3]));
        Assert.That(inner, Is.EqualTo(2));
        OnThreads.Run(() => model.Forward(Tensor.Ones([2, 3])));
    }

    /// <summary>A model whose forward pass waits on another thread.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _inside = new(), _release = new();
        private readonly Action _end;

        public Held(bool training)
        {
            Model = new Sequential { new Waiting(_inside, _release) };
            Model.Train(training);
            _end = OnThreads.Start(() => Model.Forward(Tensor.Ones([2, 3])));
            Assert.That(_inside.Wait(TimeSpan.FromSeconds(20)), Is.True);
        }

        public Module Model { get; }

        public void Release()
        {
            _release.Set();
            _end();
        }

        public void Dispose()
        {
            Release();
            _inside.Dispose();
            _release.Dispose();
        }
    }

    private sealed class Waiting(ManualResetEventSlim inside, ManualResetEventSlim release) : Module
    {
        private int _calls;

        public override Shape OutputShape(Shape input) => input;

        protected override Tensor ForwardCore(Tensor x)
        {
            if (Interlocked.Increment(ref _calls) > 1) return x;
            inside.Set();
            release.Wait();
            return x;
        }
    }
}
