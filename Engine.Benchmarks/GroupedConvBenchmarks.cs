using BenchmarkDotNet.Attributes;

namespace Engine.Benchmarks;

/// <summary>Convolutions whose channels keep to their group, up to one channel a group (depthwise), beside the forward pass that sees all channels.</summary>
[MemoryDiagnoser]
public class GroupedConvBenchmarks
{
    private const int Batch = 64, Channels = 64, Size = 14, Kernel = 3;
    private ConvPasses _dense = null!, _grouped = null!;

    /// <summary>64 is depthwise.</summary>
    [Params(4, 64)]
    public int Groups { get; set; }

    [GlobalSetup]
    public void Setup() => (_dense, _grouped) = (Passes(1), Passes(Groups));

    [Benchmark(Baseline = true)]
    public void DenseForward() => _dense.Forward();

    [Benchmark]
    public void Forward() => _grouped.Forward();

    [Benchmark]
    public void BackwardData() => _grouped.BackwardData();

    [Benchmark]
    public void BackwardWeights() => _grouped.BackwardWeights();

    private static ConvPasses Passes(int groups) =>
        new(Conv2dGeometry.Create([Batch, Channels, Size, Size], [Channels, Channels / groups, Kernel, Kernel], stride: 1, padding: 1, dilation: 1, groups));
}
