namespace Engine.Training;

/// <summary>Sets the optimizer's learning rate, and momentum where asked, before every batch, as functions of progress: 0 at the first batch of the fit, towards 1 at the end.</summary>
/// <param name="rate">Learning rate at a progress in [0, 1).</param>
/// <param name="momentum">Momentum (Adam's beta1) at a progress; null leaves it alone.</param>
public sealed class ParameterSchedule(Func<double, double> rate, Func<double, double>? momentum = null) : Callback
{
    /// <summary>Early: others may want to see the rate of the batch.</summary>
    public override int Order => -10;

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        learner.Optimizer.LearningRate = rate(learner.Progress);
        if (momentum is not null) learner.Optimizer.Momentum = momentum(learner.Progress);
    }
}
