using System.Diagnostics;

namespace Engine.Tensors;

/// <summary>Tells where the time of a step goes: a lap each for every recorded operation, forward and backward, and for what its owner names. For measurements.</summary>
internal sealed class StepClock
{
    [ThreadStatic] private static StepClock? _current;
    private readonly List<(string Pass, string What, long Ticks)> _laps = [];
    private long _last;

    /// <summary>The clock that runs on this thread; null as a rule.</summary>
    public static StepClock? Current => _current;

    /// <summary>What was done since <see cref="Start"/>, in order, with the ticks (<see cref="Stopwatch"/>) that each took.</summary>
    public IReadOnlyList<(string Pass, string What, long Ticks)> Laps => _laps;

    /// <summary>Forgets the laps and begins.</summary>
    public void Start()
    {
        _current = this;
        _laps.Clear();
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Everything since the last lap was this.</summary>
    /// <param name="pass">"forward", "backward" or what there is besides.</param>
    /// <param name="what">The operation and its result's shape.</param>
    /// <param name="shape">The shape.</param>
    public void Lap(string pass, string what, Shape? shape = null)
    {
        long now = Stopwatch.GetTimestamp();
        _laps.Add((pass, shape is { } s ? $"{what} {s}" : what, now - _last));
        _last = Stopwatch.GetTimestamp(); // what the clock itself needs is nobody's
    }

    /// <summary>Ends.</summary>
    public static void Stop() => _current = null;
}
