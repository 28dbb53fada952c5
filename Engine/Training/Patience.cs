namespace Engine.Training;

/// <summary>Counts the epochs since a watched number last became better: the counter of <see cref="EarlyStopping"/> and <see cref="ReduceLrOnPlateau"/>.</summary>
internal sealed class Patience : ICheckpointed
{
    private readonly int _epochs;
    private int _waited;

    /// <param name="owner">Who waits, for messages.</param>
    /// <param name="monitor">The number that is watched.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    /// <param name="patience">So many epochs without are too many.</param>
    public Patience(string owner, string monitor, double minDelta, int patience)
    {
        if (patience < 1) throw new ArgumentOutOfRangeException(nameof(patience), $"{owner}: patience must be at least 1, got {patience}.");
        (Monitor, _epochs) = (new Monitor(owner, monitor, minDelta), patience);
    }

    /// <summary>What is watched.</summary>
    public Monitor Monitor { get; }

    /// <summary>Epochs since it last became better, or since <see cref="Restart"/>.</summary>
    public int Waited => _waited;

    /// <summary>Forgets all epochs.</summary>
    public void Reset()
    {
        Monitor.Reset();
        Restart();
    }

    /// <summary>Waits from now on; the best number stays.</summary>
    public void Restart() => _waited = 0;

    /// <summary>Counts the learner's latest epoch.</summary>
    /// <returns>Whether the wait has been too long.</returns>
    /// <exception cref="InvalidOperationException">The learner has no such metric.</exception>
    public bool IsOver(Learner learner)
    {
        _waited = Monitor.Improves(learner) ? 0 : _waited + 1;
        return _waited >= _epochs;
    }

    /// <summary>Its names stand among those of the callback, where checkpoints have always had them.</summary>
    public void Checkpoint(CheckpointState state)
    {
        state.Part("monitor", Monitor);
        state.MustMatch("patience", _epochs);
        state.Value("waited", ref _waited);
    }
}
