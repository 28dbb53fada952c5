using System.Diagnostics;

namespace Engine.Training;

/// <summary>How far a learner is, besides what everybody may see: what a checkpoint needs to know.</summary>
internal sealed class FitProgress
{
    private double _before;
    private long _fitStart, _epochStart;

    /// <summary>Fits with validation that ended before this one.</summary>
    public int Fits { get; set; }

    /// <summary>The checkpoint from which a fit to come goes on.</summary>
    public Checkpoint? ResumeFrom { get; set; }

    /// <summary>Saves the fit that runs, and loads it; null outside one.</summary>
    public FitCheckpoint? Checkpoint { get; private set; }

    /// <summary>Whether the end was asked for by <see cref="Resuming.Interrupt"/>.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>The generator of orders before it drew that of the epoch under way.</summary>
    public (ulong S0, ulong S1, ulong S2, ulong S3)? OrderStart { get; set; }

    /// <summary>Whether the gradients of a skipped step wait for those of the next batch.</summary>
    public bool Accumulates { get; set; }

    /// <summary>Time of the fit, that before a resume included.</summary>
    public double Seconds => _before + (_fitStart == 0 ? 0 : Stopwatch.GetElapsedTime(_fitStart).TotalSeconds);

    /// <summary>Time of the epoch under way, that before a resume included.</summary>
    public double EpochSeconds => EpochSecondsBefore + Stopwatch.GetElapsedTime(_epochStart).TotalSeconds;

    /// <summary>Time of the epoch before a resume.</summary>
    public double EpochSecondsBefore { get; set; }

    /// <summary>Looks whether a fit is to run.</summary>
    /// <param name="checkpoint">The fit's.</param>
    /// <param name="counts">Whether it is one that a checkpoint may be of.</param>
    /// <returns>False where it was over when the checkpoint was written from which to go on.</returns>
    /// <exception cref="CheckpointMismatchException">The checkpoint is of another fit.</exception>
    public bool Begin(FitCheckpoint checkpoint, bool counts)
    {
        if (counts && ResumeFrom is { } resumed && !checkpoint.Resumes(resumed)) return false;
        (Checkpoint, IsInterrupted) = (checkpoint, false);
        return true;
    }

    /// <summary>A fit begins, or goes on after so much time.</summary>
    public void StartFit(double before = 0) => (_before, _fitStart, EpochSecondsBefore, Accumulates) = (before, Stopwatch.GetTimestamp(), 0, false);

    /// <summary>An epoch begins.</summary>
    public void StartEpoch() => _epochStart = Stopwatch.GetTimestamp();

    /// <summary>The fit has ended.</summary>
    /// <param name="counts">Whether it is one that a checkpoint may be of.</param>
    public void EndFit(bool counts)
    {
        (_before, _fitStart, Checkpoint) = (Seconds, 0, null);
        if (counts) Fits++;
    }
}
