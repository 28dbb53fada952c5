namespace Engine.Training;

/// <summary>Watches one number of an epoch's line, and knows which way is better.</summary>
internal sealed class Monitor : ICheckpointed
{
    private readonly double _minDelta;

    /// <param name="owner">Who watches, for messages.</param>
    /// <param name="name">"valid_loss", "train_loss", or a metric of the learner. What has "loss" or "error" in its name should fall, all else rise.</param>
    /// <param name="minDelta">By how much it has to get better to count.</param>
    public Monitor(string owner, string name, double minDelta)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "monitor");
        if (!(minDelta >= 0)) throw new ArgumentOutOfRangeException(nameof(minDelta), $"{owner}: minDelta must be at least 0, got {minDelta}.");
        (Owner, Name, _minDelta) = (owner, name, minDelta);
        Falls = name.Contains("loss", StringComparison.Ordinal) || name.Contains("error", StringComparison.Ordinal);
        Reset();
    }

    public string Owner { get; }

    public string Name { get; }

    /// <summary>Whether smaller is better.</summary>
    public bool Falls { get; }

    /// <summary>The best value so far, and its epoch; -1 for none.</summary>
    public double Best { get; private set; }

    public int BestEpoch { get; private set; }

    public void Reset() => (Best, BestEpoch) = (Falls ? double.PositiveInfinity : double.NegativeInfinity, -1);

    /// <summary>Whether the learner's latest epoch is better than all before; NaN never is.</summary>
    public bool Improves(Learner learner)
    {
        EpochResult epoch = learner.Epochs[^1];
        double value = Name switch { "valid_loss" => epoch.ValidLoss, "train_loss" => epoch.TrainLoss, _ => Metric(epoch) };
        if (!(Falls ? value + _minDelta < Best : value - _minDelta > Best)) return false;
        (Best, BestEpoch) = (value, epoch.Epoch);
        return true;
    }

    public void Checkpoint(CheckpointState state)
    {
        (double best, int epoch) = (Best, BestEpoch);
        state.MustMatch("name", Name);
        state.MustMatch("min_delta", _minDelta);
        state.Value("best", ref best);
        state.Value("best_epoch", ref epoch);
        (Best, BestEpoch) = (best, epoch);
    }

    private double Metric(EpochResult epoch)
    {
        foreach ((string name, double value) in epoch.Metrics)
            if (name == Name) return value;
        throw new InvalidOperationException($"{Owner}: there is no '{Name}' to monitor. The epochs tell: valid_loss, train_loss{string.Concat(epoch.Metrics.Select(m => $", {m.Name}"))}. Give the learner the metric, or monitor one of these.");
    }
}
