using System.Globalization;
using System.Text.Json;

namespace Engine.Benchmarks.Doors;

/// <summary><c>peak</c>: what the machine's multiply-add units can do at this moment: the yardstick around other measurements.</summary>
internal static class PeakDoor
{
    public static Door Create() => new("peak", "[--seconds S]", "Measures multiply-adds that need nothing but registers, on one thread and on T threads, S seconds each (1): GFLOP/s, median and best.", ["--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        int threads = arguments.Threads;
        (double medianOne, double bestOne) = PeakLoop.GigaFlops(1, arguments.Seconds);
        (double median, double best) = threads == 1 ? (medianOne, bestOne) : PeakLoop.GigaFlops(threads, arguments.Seconds);
        json.WriteNumber("threads", threads);
        json.WriteString("instruction_set", Compute.InstructionSet);
        json.WriteNumber("gflops_one_thread", medianOne);
        json.WriteNumber("best_gflops_one_thread", bestOne);
        json.WriteNumber("gflops", median);
        json.WriteNumber("best_gflops", best);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Compute.InstructionSet}: 1 thread {medianOne:F1} (best {bestOne:F1}), {threads} threads {median:F1} (best {best:F1}) GFLOP/s"));
    }
}
