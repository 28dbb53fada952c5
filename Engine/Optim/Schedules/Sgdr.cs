namespace Engine.Optim.Schedules;

/// <summary>Warm restarts (Loshchilov and Hutter, 2017; fastai's fit_sgdr): half a cosine from the largest rate to 0, again and again, each longer than the last.</summary>
public sealed class Sgdr : CurveSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="cycles">How many cycles, at least 1.</param>
    /// <param name="cycleLength">Epochs of the first cycle, at least 1.</param>
    /// <param name="rateMax">The rate each cycle starts with; finite, at least 0.</param>
    /// <param name="cycleMultiplier">How many times longer each cycle is than the one before, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or the run too long to be counted.</exception>
    public Sgdr(int cycles, int cycleLength, double rateMax, int cycleMultiplier = 2)
        : base(Cycles(cycles, cycleLength, Ranges.NonNegative("sgdr", "largest learning rate", rateMax), cycleMultiplier)) =>
        Epochs = (int)Lengths(cycles, cycleLength, cycleMultiplier).Sum();

    /// <summary>Epochs of all cycles together.</summary>
    public int Epochs { get; }

    private static CombinedCurve Cycles(int cycles, int cycleLength, double rateMax, int cycleMultiplier)
    {
        double[] lengths = Lengths(cycles, cycleLength, cycleMultiplier);
        double sum = lengths.Sum();
        return new CombinedCurve(Array.ConvertAll(lengths, length => length / sum), Array.ConvertAll(lengths, _ => new SchedCos(rateMax, 0)));
    }

    private static double[] Lengths(int cycles, int cycleLength, int cycleMultiplier)
    {
        Ranges.AtLeast("sgdr", "cycles", 1, cycles);
        Ranges.AtLeast("sgdr", "cycle length", 1, cycleLength);
        Ranges.AtLeast("sgdr", "cycle multiplier", 1, cycleMultiplier);
        double[] lengths = new double[Math.Min(cycles, 1 << 20)];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = cycleLength * Power.Integer(cycleMultiplier, i);
        return lengths.Length == cycles && lengths.Sum() <= int.MaxValue ? lengths : throw new ArgumentOutOfRangeException(
            nameof(cycles), $"sgdr: {cycles} cycles from {cycleLength} epochs on, each {cycleMultiplier} times the last, are more than {int.MaxValue} epochs.");
    }
}
