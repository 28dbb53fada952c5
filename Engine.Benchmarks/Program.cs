using System.CommandLine;
using BenchmarkDotNet.Running;
using Engine.Benchmarks;
using Engine.Benchmarks.Doors;

if (args is not ["shapes" or "steps", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(ConvBenchmarks).Assembly).Run(args);
    return 0;
}
RootCommand root = new("Times convolutions and training steps.") { ShapesDoor.Create(), StepsDoor.Create() };
ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
try
{
    return parsed.Errors is [var first, ..] ? Fail(first.Message) : parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
{
    return Fail(fault.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine($"error: {message.ReplaceLineEndings(" ")}");
    return 2;
}
