using BenchmarkDotNet.Attributes;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Benchmarks;

/// <summary>What stands between convolutions, beside copying the activation: the memory's own speed.</summary>
[MemoryDiagnoser]
public class PointwiseBenchmarks
{
    private readonly float[] _from = new float[64 * 16 * 28 * 28], _to = new float[64 * 16 * 28 * 28];
    private Tensor _x = null!;

    [GlobalSetup]
    public void Setup() => _x = Tensor.Normal([64, 16, 28, 28], new Rng(1)).To(Layout.BatchLanes);

    [Benchmark(Baseline = true)]
    public void Copy() => _from.AsSpan().CopyTo(_to);

    [Benchmark]
    public Tensor Relu() => _x.Relu();

    [Benchmark]
    public Tensor BatchNormTraining() => _x.BatchNorm(training: true);

    [Benchmark]
    public Tensor MaxPool() => _x.MaxPool2d(2);

    [Benchmark]
    public Tensor AvgPool() => _x.AvgPool2d(2);
}
