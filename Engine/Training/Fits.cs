using Engine.Optim;
using Engine.Optim.Schedules;

namespace Engine.Training;

/// <summary>The usual ways to train: a constant rate, fastai's schedules, PyTorch's 1cycle.</summary>
/// <remarks>Rates are one for all parameter groups, one each (<c>new[] { 1e-4, 1e-3 }</c>) or a range from the first group's to the last's (<c>(1e-4, 1e-2)</c>), see
/// <see cref="LearningRates"/>. Weight decay stays set after the fit; rates and momenta that a schedule set are put back. Everything is checked before anything changes.</remarks>
public static class Fits
{
    /// <summary>Trains at a constant rate.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">At least 1.</param>
    /// <param name="learningRate">The rate; stays set.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="resetOptimizer">Forgets earlier steps and settings first.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public static void Fit(
        this Learner learner, int epochs, LearningRates learningRate, double? weightDecay = null, bool resetOptimizer = false, params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(learningRate);
        learner.Fit(epochs, [Setup(learningRate.ForGroups(learner.Optimizer.Groups.Count), weightDecay, resetOptimizer), .. callbacks]);
    }

    /// <summary>Trains by fastai's 1cycle: the learning rate rises from peak / div to the peak and falls to peak / divFinal, momentum the other way round.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">At least 1.</param>
    /// <param name="peakRate">The highest learning rate.</param>
    /// <param name="div">The peak over the first rate, above 0.</param>
    /// <param name="divFinal">The peak over the last rate, above 0.</param>
    /// <param name="pctStart">Share of the batches in which the rate rises, 0 to 1.</param>
    /// <param name="momenta">Momentum at the start, at the peak and at the end; null for .95, .85, .95.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="resetOptimizer">Forgets earlier steps and settings first.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public static void FitOneCycle(
        this Learner learner, int epochs, LearningRates peakRate, double div = 25, double divFinal = 1e5, double pctStart = 0.25,
        (double Start, double Middle, double End)? momenta = null, double? weightDecay = null, bool resetOptimizer = false, params IEnumerable<Callback> callbacks)
    {
        (double start, double middle, double end) = momenta ?? (0.95, 0.85, 0.95);
        Fit(learner, epochs, Schedules(learner, peakRate, rate => new OneCycle(rate, div, divFinal, pctStart, start, middle, end)), weightDecay, resetOptimizer, callbacks);
    }

    /// <summary>Trains by PyTorch's OneCycleLR: the rate rises from peak / divFactor and ends at exactly that over finalDivFactor.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">At least 1.</param>
    /// <param name="peakRate">The highest learning rate (max_lr).</param>
    /// <param name="pctStart">Share of the batches in which the rate rises, 0 to 1.</param>
    /// <param name="anneal">Cosine or line.</param>
    /// <param name="cycleMomentum">Moves the momentum against the rate.</param>
    /// <param name="baseMomentum">Momentum where the rate is largest.</param>
    /// <param name="maxMomentum">Momentum at both ends.</param>
    /// <param name="divFactor">The peak over the first rate, above 0.</param>
    /// <param name="finalDivFactor">The first rate over the last, above 0.</param>
    /// <param name="threePhase">Falls to the first rate as fast as it rose, and then on to the last.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="resetOptimizer">Forgets earlier steps and settings first.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public static void FitPyTorchOneCycle(
        this Learner learner, int epochs, LearningRates peakRate, double pctStart = 0.3, Anneal anneal = Anneal.Cos, bool cycleMomentum = true, double baseMomentum = 0.85,
        double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false, double? weightDecay = null, bool resetOptimizer = false,
        params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Ranges.AtLeast("fit", "epochs", 1, epochs);
        int steps = checked(epochs * learner.Train.BatchCount);
        Fit(learner, epochs, Schedules(learner, peakRate,
            rate => new OneCycleLr(rate, steps, pctStart, anneal, cycleMomentum, baseMomentum, maxMomentum, divFactor, finalDivFactor, threePhase)), weightDecay, resetOptimizer, callbacks);
    }

    /// <summary>Trains at a constant rate and then along half a cosine down to rate / divFinal (fastai's fit_flat_cos).</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epochs">At least 1.</param>
    /// <param name="learningRate">The constant rate.</param>
    /// <param name="divFinal">It over the last rate, above 0.</param>
    /// <param name="pctStart">Share of the batches at the constant rate, 0 to 1.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="resetOptimizer">Forgets earlier steps and settings first.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public static void FitFlatCos(
        this Learner learner, int epochs, LearningRates learningRate, double divFinal = 1e5, double pctStart = 0.75, double? weightDecay = null, bool resetOptimizer = false,
        params IEnumerable<Callback> callbacks) =>
        Fit(learner, epochs, Schedules(learner, learningRate, rate => new FlatCos(rate, divFinal, pctStart)), weightDecay, resetOptimizer, callbacks);

    /// <summary>Trains with warm restarts (fastai's fit_sgdr): half a cosine from the rate to 0, again and again, each longer than the last.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="cycles">How many cycles, at least 1.</param>
    /// <param name="cycleLength">Epochs of the first cycle, at least 1.</param>
    /// <param name="peakRate">The rate each cycle starts with.</param>
    /// <param name="cycleMultiplier">How many times longer each cycle is than the one before, at least 1.</param>
    /// <param name="weightDecay">Weight decay of all groups; null leaves it as it is.</param>
    /// <param name="resetOptimizer">Forgets earlier steps and settings first.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is a rate for each group, of another number of groups.</exception>
    public static void FitSgdr(
        this Learner learner, int cycles, int cycleLength, LearningRates peakRate, int cycleMultiplier = 2, double? weightDecay = null, bool resetOptimizer = false,
        params IEnumerable<Callback> callbacks)
    {
        int epochs = new Sgdr(cycles, cycleLength, 0, cycleMultiplier).Epochs;
        Fit(learner, epochs, Schedules(learner, peakRate, rate => new Sgdr(cycles, cycleLength, rate, cycleMultiplier)), weightDecay, resetOptimizer, callbacks);
    }

    private static void Fit(Learner learner, int epochs, ISchedule[] schedules, double? weightDecay, bool resetOptimizer, IEnumerable<Callback> callbacks) =>
        learner.Fit(epochs, [Setup(null, weightDecay, resetOptimizer), new ScheduleCallback(schedules), .. callbacks]);

    private static ISchedule[] Schedules(Learner learner, LearningRates rates, Func<double, ISchedule> schedule)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(rates);
        return rates.Schedules(learner.Optimizer.Groups.Count, schedule);
    }

    private static FitSetup Setup(double[]? rates, double? weightDecay, bool reset)
    {
        if (weightDecay is { } decay) Ranges.NonNegative("fit", "weight decay", decay, nameof(weightDecay));
        return new FitSetup(rates, weightDecay, reset);
    }
}
