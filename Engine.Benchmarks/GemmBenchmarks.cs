using BenchmarkDotNet.Attributes;
using Engine.Kernels.Products;
using Engine.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Engine.Benchmarks;

/// <summary>Matrix products beside MathNet's managed ones: square ones, and those of Linear layers.</summary>
[MemoryDiagnoser]
public class GemmBenchmarks
{
    private Storage _a = null!, _b = null!, _c = null!;
    private Matrix<float> _left = null!, _right = null!, _product = null!;

    /// <summary>M,N,K: [M, K] times [K, N].</summary>
    [Params("128,128,128", "1024,1024,1024", "64,128,3136", "512,10,64")]
    public string Size { get; set; } = "";

    private (int M, int N, int K) Sizes => Size.Split(',') is [var m, var n, var k] ? (int.Parse(m), int.Parse(n), int.Parse(k)) : default;

    [GlobalSetup]
    public void Setup()
    {
        (int m, int n, int k) = Sizes;
        Rng rng = new(1);
        (_a, _b, _c) = (Storage.Create(m * k), Storage.Create(k * n), Storage.Create(m * n));
        foreach (ref float value in _a.Span) value = rng.Uniform(-1, 1);
        foreach (ref float value in _b.Span) value = rng.Uniform(-1, 1);
        _left = Matrix<float>.Build.DenseOfRowMajor(m, k, _a.Span.ToArray());
        _right = Matrix<float>.Build.DenseOfRowMajor(k, n, _b.Span.ToArray());
        _product = Matrix<float>.Build.Dense(m, n);
    }

    [Benchmark(Baseline = true)]
    public void MathNet() => _left.Multiply(_right, _product);

    [Benchmark]
    public void Multiply()
    {
        (int m, int n, int k) = Sizes;
        Gemm.Multiply(m, n, k, _a.Span, false, _b.Span, false, _c.Span);
    }
}
