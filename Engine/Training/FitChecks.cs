namespace Engine.Training;

/// <summary>What must be right before a fit changes anything.</summary>
internal static class FitChecks
{
    /// <exception cref="InvalidOperationException">Everything is frozen, images or labels do not fit the model, or the last batch cannot be trained on.</exception>
    public static void Run(Learner learner)
    {
        if (!learner.Optimizer.Groups.Any(group => group.Parameters.Any(parameter => parameter.IsTrainable)))
            throw new InvalidOperationException("fit: every parameter of the optimizer is frozen; call Unfreeze, or FreezeTo with a group to train.");
        ModelShapeCheck.Run(learner);
        LastBatchCheck.Run(learner.Model, learner.Train);
    }
}
