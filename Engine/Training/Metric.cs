namespace Engine.Training;

/// <summary>A number that tells how well a set was classified, computed from counts over all of it.</summary>
public sealed class Metric
{
    private readonly Func<ClassificationCounts, double> _compute;

    /// <summary>Makes a metric.</summary>
    /// <param name="name">What a table calls it.</param>
    /// <param name="compute">From the counts of a whole set.</param>
    public Metric(string name, Func<ClassificationCounts, double> compute)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(compute);
        (Name, _compute) = (name, compute);
    }

    /// <summary>Share of items predicted right.</summary>
    public static Metric Accuracy => new("accuracy", counts => counts.Confusion.Accuracy);

    /// <summary>Share of items predicted wrong.</summary>
    public static Metric ErrorRate => new("error_rate", counts => 1 - counts.Confusion.Accuracy);

    /// <summary>What a table calls it.</summary>
    public string Name { get; }

    /// <summary>Share of items whose true class is among the best k scores.</summary>
    /// <param name="k">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not positive.</exception>
    public static Metric TopK(int k = 5)
    {
        if (k < 1) throw new ArgumentOutOfRangeException(nameof(k), $"top k: k must be at least 1, got {k}.");
        return new Metric($"top_{k}_accuracy", counts => counts.Total == 0 ? 0 : (double)counts.InTop(k) / counts.Total);
    }

    /// <summary>Mean precision of the classes, or of one class: of what was taken for it, how much is of it.</summary>
    /// <param name="class">One class; null for the mean of all that occur (macro average).</param>
    public static Metric Precision(int? @class = null) => PerClass("precision", @class, matrix => matrix.MacroPrecision, (matrix, c) => matrix.Precision(c));

    /// <summary>Mean recall of the classes, or of one class: of what is of it, how much was taken for it.</summary>
    /// <param name="class">One class; null for the mean of all that occur (macro average).</param>
    public static Metric Recall(int? @class = null) => PerClass("recall", @class, matrix => matrix.MacroRecall, (matrix, c) => matrix.Recall(c));

    /// <summary>Mean F1 of the classes, or of one class: the harmonic mean of its precision and recall.</summary>
    /// <param name="class">One class; null for the mean of all that occur (macro average).</param>
    public static Metric F1(int? @class = null) => PerClass("f1", @class, matrix => matrix.MacroF1, (matrix, c) => matrix.F1(c));

    /// <summary>The number.</summary>
    /// <param name="counts">Of a whole set.</param>
    public double Of(ClassificationCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return _compute(counts);
    }

    private static Metric PerClass(string name, int? @class, Func<ConfusionMatrix, double> all, Func<ConfusionMatrix, int, double> one)
    {
        if (@class < 0) throw new ArgumentOutOfRangeException(nameof(@class), $"{name}: class must not be negative, got {@class}.");
        return @class is { } index ? new Metric($"{name}[{index}]", counts => one(counts.Confusion, index)) : new Metric(name, counts => all(counts.Confusion));
    }
}
