using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>Sets learning rate and momentum by a schedule before every batch of a fit.</summary>
/// <param name="schedule">Of all parameter groups.</param>
public sealed class ScheduleCallback(ISchedule schedule) : Callback
{
    /// <summary>Early: others may want to see the rate of the batch.</summary>
    public override int Order => -10;

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        schedule.ApplyTo(learner.Optimizer, learner.Step, learner.StepCount);
    }
}
