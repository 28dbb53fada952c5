using System.Globalization;
using Engine.Optim;

namespace Engine.Training;

/// <summary>Sets the optimizer before a fit, once everything about the fit is known to be right.</summary>
/// <param name="rates">One for each parameter group; null leaves them.</param>
/// <param name="weightDecay">Of every group; null leaves it.</param>
/// <param name="reset">Whether the optimizer starts anew.</param>
internal sealed class FitSetup(double[]? rates, double? weightDecay, bool reset) : Callback, ICheckpointed
{
    /// <summary>Before all that look at the optimizer.</summary>
    public override int Order => -1000;

    public override void BeforeFit(Learner learner)
    {
        if (reset) learner.ResetOptimizer();
        for (int i = 0; i < learner.Optimizer.Groups.Count; i++)
        {
            ParameterGroup group = learner.Optimizer.Groups[i];
            if (rates is not null) group.LearningRate = rates[i];
            if (weightDecay is { } decay) group.WeightDecay = decay;
        }
    }

    public void Checkpoint(CheckpointState state)
    {
        state.MustMatch("learning_rates", rates is null ? "as they are" : string.Join(' ', rates.Select(rate => rate.ToString("R", CultureInfo.InvariantCulture))));
        state.MustMatch("weight_decay", weightDecay?.ToString("R", CultureInfo.InvariantCulture) ?? "as it is");
        state.MustMatch("reset", reset);
    }
}
