using Engine.Training;

namespace Mnist.Chapter;

/// <summary>What came of a training of the chapter.</summary>
/// <param name="Step">The training.</param>
/// <param name="Learner">As it was left.</param>
/// <param name="Stats">Statistics of every batch's activations.</param>
/// <param name="Doctor">What it found.</param>
/// <param name="Seconds">All of it.</param>
/// <param name="WeightsSha256">Of the trained weights.</param>
internal sealed record LadderResult(LadderStep Step, Learner Learner, ActivationStats Stats, TrainingDoctor Doctor, double Seconds, string WeightsSha256)
{
    /// <summary>The last epoch.</summary>
    public EpochResult Last => Learner.Epochs[^1];
}
