using BenchmarkDotNet.Attributes;

namespace Engine.Benchmarks;

/// <summary>Convolutions of the book's network and of larger ones: forward, both gradients.</summary>
[MemoryDiagnoser]
public class ConvBenchmarks
{
    private ConvPasses _passes = null!;

    /// <summary>n,cin,hw,cout,k,stride,pad.</summary>
    [Params("64,1,28,8,5,2,2", "64,8,14,16,3,2,1", "64,32,4,64,3,2,1", "64,32,28,64,3,1,1", "64,64,8,64,3,1,1")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _passes = new ConvPasses(ConvPasses.Parse(Shape));

    [Benchmark]
    public void Forward() => _passes.Forward();

    [Benchmark]
    public void BackwardData() => _passes.BackwardData();

    [Benchmark]
    public void BackwardWeights() => _passes.BackwardWeights();
}
