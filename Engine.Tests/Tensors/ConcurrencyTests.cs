using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Tensors;

[TestFixture, NonParallelizable]
internal sealed class ConcurrencyTests
{
    [Test]
    public void A_second_backward_into_the_same_parameter_at_the_same_time_is_refused()
    {
        Tensor w = Tensor.Ones([3, 2]);
        w.RequiresGrad = true;
        using ManualResetEventSlim inside = new(), release = new();
        Tensor slow = new Pause(inside, release).Attach(Tensor.Scalar(1), w);
        Action end = OnThreads.Start(() => slow.Backward());
        Assert.That(inside.Wait(TimeSpan.FromSeconds(20)), Is.True);
        try
        {
            Assert.That(() => w.Sum().Backward(), Throws.InvalidOperationException.With.Message.EqualTo(
                "backward: another backward pass is adding to the gradient of the same parameter [3, 2] on another thread; run them one after the other."));
            Tensor other = Tensor.Ones([2]);
            other.RequiresGrad = true;
            other.Sum().Backward(); // another parameter is nobody's business
            Assert.That(other.Grad!.ToArray(), Is.EqualTo(new float[] { 1, 1 }));
        }
        finally
        {
            release.Set();
            end();
        }
        w.Sum().Backward();
        Assert.That(w.Grad!.ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void Two_models_trained_in_turn_or_at_once_get_the_bits_they_get_alone()
    {
        string a = Train(1), b = Train(2);
        Assert.That(a, Is.Not.EqualTo(b));
        Assert.That((Train(1), Train(2)), Is.EqualTo((a, b)), "one after the other");

        Run left = new(1), right = new(2);
        for (int i = 0; i < Run.Steps; i++)
        {
            left.Step();
            right.Step();
        }
        Assert.That((left.Hash, right.Hash), Is.EqualTo((a, b)), "in turn");

        string[] hashes = new string[4];
        OnThreads.Run([.. Enumerable.Range(0, 4).Select<int, Action>(i => () => hashes[i] = Train((ulong)(1 + i % 2)))]);
        Assert.That(hashes, Is.EqualTo(new[] { a, b, a, b }), "at once");
    }

    [Test]
    public void One_model_predicts_on_many_threads_at_once()
    {
        Run run = new(3);
        run.Model.Eval();
        Tensor x = Tensor.Normal([5, 2, 9, 7], new Rng(8));
        float[] alone = Predict();
        float[][] results = new float[16][];
        OnThreads.Run([.. Enumerable.Range(0, results.Length).Select<int, Action>(i => () => results[i] = Predict())]);
        Assert.That(results, Is.All.EqualTo(alone));

        float[] Predict()
        {
            using GradMode.Scope _ = GradMode.NoGrad();
            return run.Model.Forward(x).ToArray();
        }
    }

    private static string Train(ulong seed)
    {
        Run run = new(seed);
        for (int i = 0; i < Run.Steps; i++) run.Step();
        return run.Hash;
    }

    private sealed class Run
    {
        public const int Steps = 4;
        private readonly Rng _data;
        private readonly Optimizer _optimizer;
        private readonly Workspace _workspace = new();

        public Run(ulong seed)
        {
            Rng rng = new(seed);
            Model = [new Conv2d(2, 6, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(6), new Conv2d(6, 9, rng, 3, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(9, 4, rng)];
            (_data, _optimizer) = (rng.Split(), new FastaiAdam(Model.Parameters(), learningRate: 0.01));
        }

        public Sequential Model { get; }

        public string Hash => ModelWeights.Sha256(Model);

        public void Step()
        {
            using Workspace.Scope scope = _workspace.Begin();
            Tensor loss = Model.Forward(Tensor.Normal([70, 2, 9, 7], _data)).CrossEntropy([.. Enumerable.Range(0, 70).Select(_ => _data.NextInt(4))]);
            Model.ZeroGrad();
            loss.Backward();
            _optimizer.Step();
        }
    }

    /// <summary>A backward pass that waits in the middle.</summary>
    private sealed class Pause(ManualResetEventSlim inside, ManualResetEventSlim release) : Node
    {
        public override string Op => "pause";

        protected override void Backward(Tensor gradient)
        {
            inside.Set();
            release.Wait();
        }
    }
}
