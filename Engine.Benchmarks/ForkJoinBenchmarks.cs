using BenchmarkDotNet.Attributes;
using Engine.Kernels;

namespace Engine.Benchmarks;

/// <summary>Handing a loop to the threads and waiting for them, beside Parallel.For: items that do nothing, and items of some 10 us.</summary>
[MemoryDiagnoser]
public class ForkJoinBenchmarks
{
    private ParallelOptions _options = new();
    private int _before;

    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Turns of an item's loop.</summary>
    [Params(0, 10_000)]
    public int Turns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_before, Compute.Threads) = (Compute.Threads, Threads);
        _options = new ParallelOptions { MaxDegreeOfParallelism = Threads };
    }

    [GlobalCleanup]
    public void Restore() => Compute.Threads = _before;

    [Benchmark(Baseline = true)]
    public void ParallelFor() => Parallel.For(0, Threads, _options, _ => Spin(Turns));

    [Benchmark]
    public void WorkFor()
    {
        Body body = new() { Turns = Turns };
        Work.For(Threads, 1, ref body);
    }

    private static double Spin(int turns)
    {
        double x = 1;
        for (int i = 0; i < turns; i++) x = x * 0.5 + 1;
        return x;
    }

    private struct Body : IWorkBody
    {
        public int Turns;

        public readonly void Run(int from, int to)
        {
            for (int i = from; i < to; i++) Spin(Turns);
        }
    }
}
