using System.Diagnostics;

namespace Engine.Benchmarks.Doors;

/// <summary>The median time of something done again and again.</summary>
internal static class Stopwatches
{
    private const int LeastRuns = 7, MostRuns = 5_000;

    /// <summary>Warms up for a while (the compiler's tiers need calls and time), then measures for a while.</summary>
    /// <param name="work">What to time.</param>
    /// <param name="warmUp">Seconds of warm-up, three runs at least.</param>
    /// <param name="measure">Seconds of measuring, seven runs at least.</param>
    /// <returns>Median milliseconds of a run.</returns>
    public static double MedianMilliseconds(Action work, double warmUp = 0.4, double measure = 1)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < warmUp; i++) work();
        List<double> times = new(MostRuns);
        start = Stopwatch.GetTimestamp();
        while (times.Count < LeastRuns || (times.Count < MostRuns && Stopwatch.GetElapsedTime(start).TotalSeconds < measure))
        {
            long before = Stopwatch.GetTimestamp();
            work();
            times.Add((Stopwatch.GetTimestamp() - before) * 1e3 / Stopwatch.Frequency);
        }
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
