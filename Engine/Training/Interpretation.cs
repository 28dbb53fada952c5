using System.Globalization;
using System.Text;

namespace Engine.Training;

/// <summary>What a model gets wrong on a set: top losses, confusion matrix, scores of each class (fastai's ClassificationInterpretation).</summary>
public sealed class Interpretation
{
    private readonly TopLoss[] _items;

    /// <summary>Looks at predictions.</summary>
    /// <param name="probabilities">[N, C] row-major, each row the probabilities of an item's classes.</param>
    /// <param name="labels">[N], the true classes.</param>
    /// <param name="classes">The C names.</param>
    /// <param name="losses">[N]; left out: cross-entropy, minus the logarithm of the true class's probability.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, a label names no class, or a probability is not between 0 and 1.</exception>
    public Interpretation(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, IReadOnlyList<string> classes, ReadOnlySpan<float> losses = default)
    {
        Check(probabilities.Length, nameof(probabilities), labels, classes, losses);
        for (int i = 0; i < probabilities.Length; i++)
            if (!(probabilities[i] is >= 0 and <= 1.0001f)) // a softmax's rounding may end above 1
                throw new ArgumentException($"interpretation: probabilities must be between 0 and 1, got {probabilities[i].ToString(CultureInfo.InvariantCulture)} for class {i % classes.Count} of item {i / classes.Count}; FromLogits takes logits.", nameof(probabilities));
        (Classes, Confusion, _items) = (classes, new ConfusionMatrix(classes), new TopLoss[labels.Length]);
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(i * classes.Count, classes.Count);
            int best = ClassificationCounts.ArgMax(row);
            Take(i, best, labels[i], losses.IsEmpty ? -Elementary.Log(row[labels[i]]) : losses[i], row[best]);
        }
    }

    private Interpretation(IReadOnlyList<string> classes, int count) => (Classes, Confusion, _items) = (classes, new ConfusionMatrix(classes), new TopLoss[count]);

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How often each class was taken for each.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Share of correct items, 0 to 1.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>Mean loss; NaN of nothing.</summary>
    public double Loss => _items.Length == 0 ? double.NaN : _items.Sum(item => item.Loss) / _items.Length;

    /// <summary>Precision, recall and F1 of each class.</summary>
    public IReadOnlyList<ClassScore> Scores => [.. Enumerable.Range(0, Classes.Count).Select(Score)];

    /// <summary>Looks at what <see cref="Predicting.GetPredictions"/> gave.</summary>
    /// <param name="predictions">Probabilities, not logits.</param>
    /// <exception cref="ArgumentException">They are no probabilities.</exception>
    public static Interpretation Of(PredictionSet predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return new Interpretation(predictions.Scores, [.. predictions.Targets], predictions.Classes, [.. predictions.Losses]);
    }

    /// <summary>Looks at logits: probabilities are their softmax, losses their cross-entropy, both in double precision, so that a loss stays finite where the
    /// probability has become 0.</summary>
    /// <param name="logits">[N, C] row-major.</param>
    /// <param name="labels">[N], the true classes.</param>
    /// <param name="classes">The C names.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, a label names no class, or a logit is not finite.</exception>
    public static Interpretation FromLogits(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, IReadOnlyList<string> classes)
    {
        Check(logits.Length, nameof(logits), labels, classes, default);
        Interpretation result = new(classes, labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * classes.Count, classes.Count);
            for (int c = 0; c < row.Length; c++)
                if (!float.IsFinite(row[c])) throw new ArgumentException($"interpretation: logits must be finite, got {row[c].ToString(CultureInfo.InvariantCulture)} for class {c} of item {i}.", nameof(logits));
            int best = ClassificationCounts.ArgMax(row);
            double sum = 0;
            foreach (float logit in row) sum += Elementary.Exp((double)logit - row[best]);
            result.Take(i, best, labels[i], Elementary.Log(sum) - ((double)row[labels[i]] - row[best]), 1 / sum);
        }
        return result;
    }

    /// <summary>The items with the largest losses (or the smallest), in that order; of equal losses the one that comes first in the set.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <param name="largest">False for the smallest.</param>
    public IReadOnlyList<TopLoss> TopLosses(int count = 9, bool largest = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. (largest ? _items.OrderByDescending(item => item.Loss) : _items.OrderBy(item => item.Loss)).Take(count)];
    }

    /// <summary>The pairs of classes most often taken for each other, worst first.</summary>
    /// <param name="atLeast">Smallest count listed.</param>
    public IReadOnlyList<(int Actual, int Predicted, int Count)> MostConfused(int atLeast = 1) => Confusion.MostConfused(atLeast);

    /// <summary>A line for each class: precision, recall, F1, count; then accuracy and loss.</summary>
    public override string ToString()
    {
        int width = Math.Max(8, Classes.Max(name => name.Length));
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"class".PadRight(width)}  precision  recall      f1  count");
        foreach (ClassScore score in Scores)
            text.AppendLine(CultureInfo.InvariantCulture, $"{score.Name.PadRight(width)}  {score.Precision,9:F4}  {score.Recall,6:F4}  {score.F1,6:F4}  {score.Count,5}");
        text.AppendLine(CultureInfo.InvariantCulture, $"accuracy {Accuracy:F4} ({Confusion.Correct} of {Confusion.Total}), loss {Loss:F4}");
        return text.ToString();
    }

    private static void Check(int length, string parameter, ReadOnlySpan<int> labels, IReadOnlyList<string> classes, ReadOnlySpan<float> losses)
    {
        ArgumentNullException.ThrowIfNull(classes);
        if (classes.Count == 0) throw new ArgumentException("interpretation: there must be at least one class.", nameof(classes));
        if (length != (long)labels.Length * classes.Count)
            throw new ArgumentException($"interpretation: {labels.Length} labels and {classes.Count} classes need {(long)labels.Length * classes.Count} {parameter}, got {length}.", parameter);
        if (!losses.IsEmpty && losses.Length != labels.Length)
            throw new ArgumentException($"interpretation: {labels.Length} labels but {losses.Length} losses.", nameof(losses));
        int bad = labels.IndexOfAnyExceptInRange(0, classes.Count - 1);
        if (bad >= 0) throw new ArgumentException($"interpretation: label {labels[bad]} at index {bad}; {classes.Count} classes (0..{classes.Count - 1}).", nameof(labels));
    }

    private void Take(int index, int predicted, int actual, double loss, double probability)
    {
        _items[index] = new TopLoss(index, predicted, actual, loss, probability);
        Confusion.Add(actual, predicted);
    }

    private ClassScore Score(int c) => new(Classes[c], Confusion.Precision(c), Confusion.Recall(c), Confusion.F1(c), Enumerable.Range(0, Classes.Count).Sum(other => Confusion[c, other]));
}
