namespace Engine.Training;

/// <summary>How the items of a set were classified: what every <see cref="Metric"/> is computed from. Counts, so that a batch weighs what it holds.</summary>
public sealed class ClassificationCounts
{
    private readonly int[] _ranks; // [r]: items whose true class has the r-th best score, r = 0 the best

    /// <summary>Makes empty counts.</summary>
    /// <param name="classes">Names of the classes.</param>
    public ClassificationCounts(IReadOnlyList<string> classes)
    {
        Confusion = new ConfusionMatrix(classes);
        _ranks = new int[classes.Count];
    }

    /// <summary>How often each class was taken for each.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Number of items counted.</summary>
    public int Total => Confusion.Total;

    /// <summary>Counts a batch.</summary>
    /// <param name="scores">[N, C] row-major: a score for each class.</param>
    /// <param name="labels">[N]: the true classes.</param>
    /// <exception cref="ArgumentException">The numbers of scores and labels do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class there is not.</exception>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty ? !scores.IsEmpty : scores.Length % labels.Length != 0)
            throw new ArgumentException($"metrics: {scores.Length} scores are not as many for each of {labels.Length} labels.", nameof(scores));
        int classes = labels.IsEmpty ? 0 : scores.Length / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = scores.Slice(i * classes, classes);
            int predicted = ArgMax(row);
            Confusion.Add(labels[i], predicted);
            int rank = labels[i] < classes ? Rank(row, labels[i], predicted) : classes;
            _ranks[Math.Min(rank, _ranks.Length - 1)]++;
        }
    }

    /// <summary>Items whose true class is among the best k scores.</summary>
    /// <param name="k">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not positive.</exception>
    public int InTop(int k)
    {
        if (k < 1) throw new ArgumentOutOfRangeException(nameof(k), $"top k: k must be at least 1, got {k}.");
        int sum = 0;
        for (int r = 0; r < Math.Min(k, _ranks.Length); r++) sum += _ranks[r];
        return sum;
    }

    /// <summary>The first of the best scores; NaN is never the best but at place 0.</summary>
    internal static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }

    /// <summary>How many classes come before the label's, ties by place; 0 for the predicted class and no other.</summary>
    private static int Rank(ReadOnlySpan<float> scores, int label, int predicted)
    {
        if (label == predicted) return 0;
        float own = scores[label];
        if (float.IsNaN(own)) return scores.Length - 1;
        int before = 0;
        for (int i = 0; i < scores.Length; i++)
            if (scores[i] > own || (scores[i] == own && i < label)) before++;
        return Math.Max(1, before);
    }
}
