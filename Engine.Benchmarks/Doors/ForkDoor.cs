using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engine.Kernels;

namespace Engine.Benchmarks.Doors;

/// <summary><c>fork</c>: what it costs to hand a loop to the threads and to wait for them, and what they cost when there is nothing to do.</summary>
internal static class ForkDoor
{
    private const int LoopsAtOnce = 100; // a clock reads 0.03 us: too much for one loop

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5), Settle = TimeSpan.FromSeconds(1), Idle = TimeSpan.FromSeconds(2);

    public static Door Create() => new("fork", "[--seconds S]",
        "Measures a loop of T items that do nothing, S seconds each (1): one loop after the other, beside Parallel.For, after a pause in which the workers fell asleep;\nthen the processor's time that this process takes, from a second after its last loop on.",
        ["--seconds"], null, Measure);

    private static void Measure(DoorArguments arguments, Utf8JsonWriter json)
    {
        int threads = arguments.Threads;
        double seconds = arguments.Seconds;
        Nothing body = default;
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads };
        double ours = Stopwatches.MedianMilliseconds(Loops, measure: seconds) / LoopsAtOnce * 1e3;
        double parallel = Stopwatches.MedianMilliseconds(ParallelLoops, measure: seconds) / LoopsAtOnce * 1e3;
        double asleep = AfterPauses(seconds);
        double idle = IdlePercent();
        json.WriteNumber("threads", threads);
        json.WriteNumber("work_for_us", ours);
        json.WriteNumber("parallel_for_us", parallel);
        json.WriteNumber("work_for_after_pause_us", asleep);
        json.WriteNumber("idle_cpu_percent", idle);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{threads} threads: Work.For {ours:F3} us, after a pause {asleep:F1} us, Parallel.For {parallel:F2} us; idle {idle:F3} % of a processor"));

        void Loops()
        {
            for (int i = 0; i < LoopsAtOnce; i++) Work.For(threads, 1, ref body);
        }

        void ParallelLoops()
        {
            for (int i = 0; i < LoopsAtOnce; i++) Parallel.For(0, threads, options, static _ => { });
        }

        double AfterPauses(double measure)
        {
            List<double> times = [];
            long start = Stopwatch.GetTimestamp();
            while (times.Count < 7 || Stopwatch.GetElapsedTime(start).TotalSeconds < measure)
            {
                Thread.Sleep(Pause);
                long before = Stopwatch.GetTimestamp();
                Work.For(threads, 1, ref body);
                times.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds);
            }
            times.Sort();
            return times[times.Count / 2];
        }

        double IdlePercent()
        {
            Loops();
            Thread.Sleep(Settle);
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Idle);
            return (Environment.CpuUsage.TotalTime - before) / Idle * 100;
        }
    }

    private struct Nothing : IWorkBody
    {
        public readonly void Run(int from, int to)
        {
        }
    }
}
