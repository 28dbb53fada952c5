namespace Engine.Optim.Schedules;

/// <summary>What learning rate and momentum are at each step of a run: a pure function, without state. One schedule serves one parameter group or all.</summary>
public interface ISchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Steps done before: 0 at the first.</param>
    /// <param name="totalSteps">Steps of the whole run, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not part of the run.</exception>
    double RateAt(int step, int totalSteps);

    /// <summary>The momentum of a step (Adam's beta1); null where the schedule leaves it alone.</summary>
    /// <param name="step">Steps done before: 0 at the first.</param>
    /// <param name="totalSteps">Steps of the whole run, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not part of the run.</exception>
    double? MomentumAt(int step, int totalSteps);
}
