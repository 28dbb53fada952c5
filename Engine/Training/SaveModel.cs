using System.Globalization;
using Engine.Interop;

namespace Engine.Training;

/// <summary>Saves the weights of every epoch that is better than all before, and loads the best at the end.</summary>
/// <remarks>The file is replaced as a whole or not at all. After an exception nothing is loaded; the file has the best weights up to then.</remarks>
public sealed class SaveModel : Callback, ICheckpointed
{
    private readonly Monitor _monitor;

    /// <summary>Chooses what to watch.</summary>
    /// <param name="path">The file, safetensors.</param>
    /// <param name="monitor">"valid_loss", "train_loss", or a metric of the learner. Losses and errors should fall, all else rise.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    /// <exception cref="ArgumentOutOfRangeException">minDelta is negative.</exception>
    public SaveModel(string path, string monitor = "valid_loss", double minDelta = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (Path, _monitor) = (path, new Monitor("save model", monitor, minDelta));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The epoch whose weights are saved; -1 for none.</summary>
    public int BestEpoch => _monitor.BestEpoch;

    /// <summary>Late: the epoch is over for all others.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => _monitor.Reset();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The learner has no such metric.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there is unharmed.</exception>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (!_monitor.Improves(learner)) return;
        ModelWeights.Save(learner.Model, Path, new Dictionary<string, string>
        {
            ["epoch"] = BestEpoch.ToString(CultureInfo.InvariantCulture), [_monitor.Name] = _monitor.Best.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <inheritdoc/>
    public override void AfterFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (BestEpoch >= 0) ModelWeights.Load(learner.Model, Path);
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("monitor", _monitor);
    }
}
