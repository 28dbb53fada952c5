using System.Globalization;
using Engine.Optim;
using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>Sets learning rate and momentum by a schedule before every batch of a fit. After the fit the optimizer has again what it had before.</summary>
public sealed class ScheduleCallback : Callback, ICheckpointed
{
    private readonly ISchedule? _schedule;
    private readonly ISchedule[] _schedules = [];
    private (double Rate, double Momentum)[] _before = [];

    /// <summary>One schedule for all parameter groups.</summary>
    /// <param name="schedule">The schedule.</param>
    public ScheduleCallback(ISchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        _schedule = schedule;
    }

    /// <summary>A schedule for each parameter group.</summary>
    /// <param name="schedules">As many as the optimizer has groups, in their order.</param>
    public ScheduleCallback(IEnumerable<ISchedule> schedules)
    {
        ArgumentNullException.ThrowIfNull(schedules);
        _schedules = [.. schedules];
    }

    /// <summary>Early: others may want to see the rate of the batch.</summary>
    public override int Order => -10;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _before = [.. learner.Optimizer.Groups.Select(group => (group.LearningRate, group.Momentum))];
    }

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (_schedule is not null) _schedule.ApplyTo(learner.Optimizer, learner.Step, learner.StepCount);
        else _schedules.ApplyTo(learner.Optimizer, learner.Step, learner.StepCount);
    }

    /// <inheritdoc/>
    public override void CleanUp(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        for (int i = 0; i < _before.Length; i++)
        {
            ParameterGroup group = learner.Optimizer.Groups[i];
            (group.LearningRate, group.Momentum) = _before[i];
        }
        _before = [];
    }

    /// <summary>The schedule must be the same: each group's is compared at some steps of a run of a thousand.</summary>
    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        List<double> rates = [.. _before.Select(group => group.Rate)], momenta = [.. _before.Select(group => group.Momentum)];
        state.MustMatch("schedule", _schedule is { } one ? Text(one) : string.Join("; ", _schedules.Select(Text)));
        state.Values("rates_before", rates);
        state.Values("momenta_before", momenta);
        _before = [.. rates.Zip(momenta)];
    }

    private static string Text(ISchedule schedule)
    {
        const int steps = 1000;
        int[] seen = [0, 137, 250, 500, 750, steps - 1];
        return string.Create(CultureInfo.InvariantCulture,
            $"{schedule.GetType().Name} with rates {Join(seen.Select(step => (double?)schedule.RateAt(step, steps)))}, momenta {Join(seen.Select(step => schedule.MomentumAt(step, steps)))}");
    }

    private static string Join(IEnumerable<double?> values) => string.Join(' ', values.Select(value => value?.ToString("G7", CultureInfo.InvariantCulture) ?? "-"));
}
