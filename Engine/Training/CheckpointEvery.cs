using System.Diagnostics;
using Engine.Nn;

namespace Engine.Training;

/// <summary>Writes checkpoints while a fit runs, so that <see cref="Resuming.Resume(Learner, string)"/> can go on after a crash: every so many batches, every so many epochs, and
/// when the fit is interrupted (<see cref="Resuming.Interrupt"/>).</summary>
/// <remarks>There is one file; at every moment it is a whole checkpoint, the old one or the new. Nothing is written once a weight or the loss is no number or training
/// was stopped within an epoch, so that the last good state stays; nor between batches whose gradients are being added up (<see cref="Learner.SkipStep"/>): the next step is waited for.</remarks>
public sealed class CheckpointEvery : Callback
{
    private readonly int _batches, _epochs;
    private readonly IReadOnlyDictionary<string, string> _notes;
    private bool _isDue;

    /// <summary>Makes the callback.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="batches">Batches from one to the next; 0: none between epochs.</param>
    /// <param name="epochs">Epochs from one to the next; 0: none after epochs but the last.</param>
    /// <param name="notes">Texts of the program's own to keep with it: see <see cref="Checkpoint.Notes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public CheckpointEvery(string path, int batches = 0, int epochs = 1, IReadOnlyDictionary<string, string>? notes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (batches < 0) throw new ArgumentOutOfRangeException(nameof(batches), $"checkpoint every: batches must be at least 0, got {batches}.");
        if (epochs < 0) throw new ArgumentOutOfRangeException(nameof(epochs), $"checkpoint every: epochs must be at least 0, got {epochs}.");
        (Path, _batches, _epochs, _notes) = (path, batches, epochs, notes ?? new Dictionary<string, string>());
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Checkpoints written so far.</summary>
    public int Count { get; private set; }

    /// <summary>Time spent writing them.</summary>
    public double Seconds { get; private set; }

    /// <summary>Last: what the other callbacks do at a moment is in the checkpoint of that moment.</summary>
    public override int Order => 1000;

    private string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        _isDue = false;
        AtomicFile.RemoveAbandoned(Folder);
    }

    /// <inheritdoc/>
    public override void AfterBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (_batches > 0 && (learner.Step + 1) % _batches == 0) _isDue = true;
        if (learner.IsStopping ? learner.Fitting.IsInterrupted : _isDue) Save(learner, learner.Epoch, learner.BatchIndex + 1);
    }

    /// <inheritdoc/>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        bool isLast = learner.Epoch + 1 == learner.EpochCount, isWanted = _batches > 0 || _epochs > 0;
        if (_epochs > 0 && (learner.Epoch + 1) % _epochs == 0) _isDue = true;
        if (_isDue || learner.Fitting.IsInterrupted || (isWanted && (isLast || learner.IsStopping))) Save(learner, learner.Epoch + 1, batch: 0);
    }

    private void Save(Learner learner, int epoch, int batch)
    {
        if (learner.Fitting.Accumulates || !IsFinite(learner.Model)) return;
        long start = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Folder);
        learner.Fitting.Checkpoint!.Save(Path, epoch, batch, _notes);
        _isDue = false;
        Count++;
        Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static bool IsFinite(Module model)
    {
        foreach (Parameter parameter in model.Parameters())
            if (parameter.Value.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) return false;
        return true;
    }
}
