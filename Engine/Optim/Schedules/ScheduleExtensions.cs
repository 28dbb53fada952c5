namespace Engine.Optim.Schedules;

/// <summary>Puts schedules to work on an optimizer.</summary>
public static class ScheduleExtensions
{
    /// <summary>Sets learning rate and momentum of every group for a step that is about to be made.</summary>
    /// <param name="schedule">The schedule of all groups.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="step">Steps done before: 0 at the first.</param>
    /// <param name="totalSteps">Steps of the whole run, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not part of the run; nothing was changed.</exception>
    public static void ApplyTo(this ISchedule schedule, Optimizer optimizer, int step, int totalSteps)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(optimizer);
        double rate = schedule.RateAt(step, totalSteps);
        double? momentum = schedule.MomentumAt(step, totalSteps);
        optimizer.LearningRate = rate;
        if (momentum is { } value) optimizer.Momentum = value;
    }

    /// <summary>Sets learning rate and momentum of each group by its own schedule for a step that is about to be made.</summary>
    /// <param name="schedules">One schedule for each group, in order.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="step">Steps done before: 0 at the first.</param>
    /// <param name="totalSteps">Steps of the whole run, at least 1.</param>
    /// <exception cref="ArgumentException">Not as many schedules as groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is not part of the run; nothing was changed.</exception>
    public static void ApplyTo(this IReadOnlyList<ISchedule> schedules, Optimizer optimizer, int step, int totalSteps)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (schedules.Count != optimizer.Groups.Count)
            throw new ArgumentException($"schedule: there must be one schedule for each parameter group. Received: {schedules.Count} schedules, {optimizer.Groups.Count} groups.", nameof(schedules));
        for (int i = 0; i < schedules.Count; i++) _ = (schedules[i].RateAt(step, totalSteps), schedules[i].MomentumAt(step, totalSteps)); // all throw before any sets
        for (int i = 0; i < schedules.Count; i++)
        {
            optimizer.Groups[i].LearningRate = schedules[i].RateAt(step, totalSteps);
            if (schedules[i].MomentumAt(step, totalSteps) is { } momentum) optimizer.Groups[i].Momentum = momentum;
        }
    }
}
