namespace Engine.Training;

/// <summary>One line of a training log.</summary>
/// <param name="Epoch">0 is the first.</param>
/// <param name="TrainLoss">fastai's smoothed training loss: a debiased moving average over batches, weight .98 of the old.</param>
/// <param name="ValidLoss">Mean loss over the validation set, weighted by batch size.</param>
/// <param name="Accuracy">Share of the validation set predicted right, 0 to 1.</param>
/// <param name="Seconds">Training and validation of this epoch.</param>
public sealed record EpochResult(int Epoch, double TrainLoss, double ValidLoss, double Accuracy, double Seconds);
