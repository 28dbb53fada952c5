using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>The usual ways to train: a schedule each.</summary>
public static class Fits
{
    /// <summary>Trains by fastai's 1cycle: the learning rate rises from peak / div to the peak and falls to peak / divFinal, momentum the other way round.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">At least 1.</param>
    /// <param name="peakRate">The highest learning rate.</param>
    /// <param name="div">The peak over the first rate.</param>
    /// <param name="divFinal">The peak over the last rate.</param>
    /// <param name="pctStart">Share of the batches in which the rate rises.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static void FitOneCycle(this Learner learner, int epochs, double peakRate, double div = 25, double divFinal = 1e5, double pctStart = 0.25)
    {
        ArgumentNullException.ThrowIfNull(learner);
        learner.Fit(epochs, new ScheduleCallback(new OneCycle(peakRate, div, divFinal, pctStart)));
    }
}
