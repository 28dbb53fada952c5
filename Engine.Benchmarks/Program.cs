using BenchmarkDotNet.Running;
using Engine.Benchmarks;
using Engine.Benchmarks.Doors;

if (Door.Find(args) is not { } door)
{
    BenchmarkSwitcher.FromAssembly(typeof(ConvBenchmarks).Assembly).Run(args);
    return 0;
}
try
{
    return door.Run(args[1..]);
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"error: {fault.Message.ReplaceLineEndings(" ")}");
    return 2;
}
