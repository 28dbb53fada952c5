using System.Globalization;

namespace Engine.Training;

/// <summary>Ends training when an epoch's number has not become better for some epochs.</summary>
public sealed class EarlyStopping : Callback, ICheckpointed
{
    private readonly Monitor _monitor;
    private readonly int _patience;
    private int _waited;

    /// <summary>Chooses what to watch.</summary>
    /// <param name="monitor">"valid_loss", "train_loss", or a metric of the learner. Losses and errors should fall, all else rise.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    /// <param name="patience">So many epochs without are too many.</param>
    /// <exception cref="ArgumentOutOfRangeException">minDelta is negative, or patience not positive.</exception>
    public EarlyStopping(string monitor = "valid_loss", double minDelta = 0, int patience = 1)
    {
        if (patience < 1) throw new ArgumentOutOfRangeException(nameof(patience), $"early stopping: patience must be at least 1, got {patience}.");
        (_monitor, _patience) = (new Monitor("early stopping", monitor, minDelta), patience);
    }

    /// <summary>Late: after those that act on an epoch.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        _monitor.Reset();
        _waited = 0;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The learner has no such metric.</exception>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _waited = _monitor.Improves(learner) ? 0 : _waited + 1;
        if (_waited >= _patience)
            learner.Stop(string.Create(CultureInfo.InvariantCulture, $"{_monitor.Name} has not become better than {_monitor.Best:G6} of epoch {_monitor.BestEpoch} for {_waited} {(_waited == 1 ? "epoch" : "epochs")}."));
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("monitor", _monitor);
        state.MustMatch("patience", _patience);
        state.Value("waited", ref _waited);
    }
}
