using Engine.Data;
using Engine.Nn;

namespace Engine.Training;

/// <summary>Before the first batch of a fit: whether the model takes the images, and gives logits for their labels.</summary>
internal static class ModelShapeCheck
{
    /// <summary>Throws where it does not.</summary>
    /// <exception cref="InvalidOperationException">The message is <see cref="ModelCheck"/>'s.</exception>
    public static void Run(Learner learner)
    {
        DataLoader train = learner.Train;
        bool wantsLogits = learner.LossFunction == Loss.CrossEntropy; // of other losses nothing is known
        try
        {
            ModelCheck.ThrowIfBroken(learner.Model, train.InputShape(train.BatchSize), wantsLogits ? train.Images.Classes.Count : null);
        }
        catch (Exception unknown) when (unknown is NotSupportedException or NotImplementedException)
        {
            // a module of the user's own that cannot tell its output's shape without data
        }
    }
}
