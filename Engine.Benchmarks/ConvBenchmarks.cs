using BenchmarkDotNet.Attributes;

namespace Engine.Benchmarks;

/// <summary>Convolutions of the book's network and of larger ones, all three passes, beside the textbook's forward pass.</summary>
[MemoryDiagnoser]
public class ConvBenchmarks
{
    private ConvPasses _passes = null!;
    private Conv2dGeometry _geometry;
    private float[] _x = [], _weight = [], _bias = [], _y = [];

    /// <summary>n,cin,hw,cout,k,stride,pad.</summary>
    [Params("64,1,28,8,5,2,2", "64,8,14,16,3,2,1", "64,32,4,64,3,2,1", "64,32,28,64,3,1,1", "64,64,8,64,3,1,1")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _geometry = ConvPasses.Parse(Shape);
        _passes = new ConvPasses(_geometry);
        Rng rng = new(1);
        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => rng.Uniform(-1, 1))];
        (_x, _weight, _bias, _y) = (Random(_geometry.InputShape.Count), Random(_geometry.WeightShape.Count), Random(_geometry.OutChannels), new float[_geometry.OutputShape.Count]);
    }

    /// <summary>im2col written out, then a product.</summary>
    [Benchmark(Baseline = true)]
    public void ColumnsForward() => ColumnConvolution.Forward(_geometry, _x, _weight, _bias, _y);

    [Benchmark]
    public void Forward() => _passes.Forward();

    [Benchmark]
    public void BackwardData() => _passes.BackwardData();

    [Benchmark]
    public void BackwardWeights() => _passes.BackwardWeights();
}
