namespace Engine.Training;

/// <summary>One line of a training log.</summary>
/// <param name="Epoch">0 is the first.</param>
/// <param name="TrainLoss">fastai's smoothed training loss: a debiased moving average over batches, weight .98 of the old.</param>
/// <param name="ValidLoss">Mean loss over the validation set, weighted by batch size.</param>
/// <param name="Accuracy">Share of the validation set predicted right, 0 to 1.</param>
/// <param name="Seconds">Training and validation of this epoch.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, double ValidLoss, double Accuracy, double Seconds)
{
    /// <summary>The learner's metrics over the validation set, in their order.</summary>
    public IReadOnlyList<(string Name, double Value)> Metrics { get; init; } = [];

    /// <summary>The value of a metric.</summary>
    /// <param name="metric">Its name: "accuracy".</param>
    /// <exception cref="ArgumentException">The learner was not given it.</exception>
    public double this[string metric]
    {
        get
        {
            foreach ((string name, double value) in Metrics)
                if (name == metric) return value;
            throw new ArgumentException($"epoch result: there is no metric '{metric}'. Received: {string.Join(", ", Metrics.Select(m => m.Name))}.", nameof(metric));
        }
    }
}
