using System.Globalization;

namespace Engine.Training;

/// <summary>Ends training when an epoch's number has not become better for some epochs.</summary>
public sealed class EarlyStopping : Callback, ICheckpointed
{
    private readonly Patience _patience;

    /// <summary>Chooses what to watch.</summary>
    /// <param name="monitor">"valid_loss", "train_loss", or a metric of the learner. Losses and errors should fall, all else rise.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    /// <param name="patience">So many epochs without are too many.</param>
    /// <exception cref="ArgumentOutOfRangeException">minDelta is negative, or patience not positive.</exception>
    public EarlyStopping(string monitor = "valid_loss", double minDelta = 0, int patience = 1) => _patience = new Patience("early stopping", monitor, minDelta, patience);

    /// <summary>Late: after those that act on an epoch.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => _patience.Reset();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The learner has no such metric.</exception>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (!_patience.IsOver(learner)) return;
        (Monitor monitor, int waited) = (_patience.Monitor, _patience.Waited);
        learner.Stop(string.Create(CultureInfo.InvariantCulture, $"{monitor.Name} has not become better than {monitor.Best:G6} of epoch {monitor.BestEpoch} for {waited} {(waited == 1 ? "epoch" : "epochs")}."));
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _patience.Checkpoint(state);
    }
}
