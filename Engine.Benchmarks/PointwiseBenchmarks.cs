using BenchmarkDotNet.Attributes;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Benchmarks;

/// <summary>What stands between convolutions, forward, or forward and backward as in training, beside copying the activation: the memory's own speed.</summary>
[MemoryDiagnoser]
public class PointwiseBenchmarks
{
    private readonly float[] _from = new float[64 * 16 * 28 * 28], _to = new float[64 * 16 * 28 * 28];
    private readonly Workspace _workspace = new();
    private Tensor _x = null!, _trained = null!, _logits = null!;
    private int[] _labels = [];

    [GlobalSetup]
    public void Setup()
    {
        Rng rng = new(1);
        _x = Tensor.Normal([64, 16, 28, 28], rng).To(Layout.BatchLanes);
        _trained = Tensor.Normal([64, 16, 28, 28], rng).To(Layout.BatchLanes);
        _logits = Tensor.Normal([512, 10], rng);
        _labels = [.. Enumerable.Range(0, 512).Select(_ => rng.NextInt(10))];
        (_trained.RequiresGrad, _logits.RequiresGrad) = (true, true);
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _from.AsSpan().CopyTo(_to);

    [Benchmark]
    public void Relu() => Forward(static x => x.Relu());

    [Benchmark]
    public void BatchNormTraining() => Forward(static x => x.BatchNorm(training: true));

    [Benchmark]
    public void MaxPool() => Forward(static x => x.MaxPool2d(2));

    [Benchmark]
    public void AvgPool() => Forward(static x => x.AvgPool2d(2));

    [Benchmark]
    public void ReluBothWays() => BothWays(static x => x.Relu());

    [Benchmark]
    public void BatchNormBothWays() => BothWays(static x => x.BatchNorm(training: true));

    [Benchmark]
    public void MaxPoolBothWays() => BothWays(static x => x.MaxPool2d(2));

    [Benchmark]
    public void AvgPoolBothWays() => BothWays(static x => x.AvgPool2d(2));

    /// <summary>512 images, 10 classes.</summary>
    [Benchmark]
    public void CrossEntropyBothWays()
    {
        using Workspace.Scope scope = _workspace.Begin();
        _logits.CrossEntropy(_labels).Backward();
    }

    private void Forward(Func<Tensor, Tensor> op)
    {
        using Workspace.Scope scope = _workspace.Begin();
        _ = op(_x);
    }

    private void BothWays(Func<Tensor, Tensor> op)
    {
        using Workspace.Scope scope = _workspace.Begin();
        op(_trained).Sum().Backward(); // the sum hands on ones
    }
}
