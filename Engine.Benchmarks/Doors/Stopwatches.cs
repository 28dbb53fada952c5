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
        return Median(times);
    }

    /// <summary>Times two things in turn, one run each, so that a disturbance of the machine meets both.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <param name="measure">Seconds of measuring, seven runs at least; a third as much warm-up.</param>
    /// <returns>Median milliseconds of a run.</returns>
    public static (double One, double Other) MedianMillisecondsInTurn(Action one, Action other, double measure = 1)
    {
        for ((int i, long start) = (0, Stopwatch.GetTimestamp()); i < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < measure / 3; i++)
        {
            one();
            other();
        }
        List<double> times = new(MostRuns), others = new(MostRuns);
        for (long start = Stopwatch.GetTimestamp(); times.Count < LeastRuns || (times.Count < MostRuns && Stopwatch.GetElapsedTime(start).TotalSeconds < measure);)
        {
            long before = Stopwatch.GetTimestamp();
            one();
            long between = Stopwatch.GetTimestamp();
            other();
            others.Add((Stopwatch.GetTimestamp() - between) * 1e3 / Stopwatch.Frequency);
            times.Add((between - before) * 1e3 / Stopwatch.Frequency);
        }
        return (Median(times), Median(others));
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
