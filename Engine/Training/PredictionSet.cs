namespace Engine.Training;

/// <summary>What a model says of every image of a set, in the set's own order.</summary>
public sealed class PredictionSet
{
    private readonly float[] _scores; // [N, C]
    private readonly int[] _targets;
    private readonly float[] _losses;

    internal PredictionSet(IReadOnlyList<string> classes, float[] scores, int[] targets, float[] losses) => (Classes, _scores, _targets, _losses) = (classes, scores, targets, losses);

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => _targets.Length;

    /// <summary>The true classes, [N].</summary>
    public IReadOnlyList<int> Targets => _targets;

    /// <summary>The loss of each image, [N].</summary>
    public IReadOnlyList<float> Losses => _losses;

    /// <summary>Probabilities, or logits where they were asked for: [N, C] row-major.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>The scores of one image, [C].</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such image.</exception>
    public ReadOnlySpan<float> Of(int index)
    {
        if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index), $"predictions: no image {index}; {Count} images (0..{Count - 1}).");
        int classes = _scores.Length / Count;
        return _scores.AsSpan(index * classes, classes);
    }

    /// <summary>The class with the highest score; the first of several.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such image.</exception>
    public int Predicted(int index) => ClassificationCounts.ArgMax(Of(index));

    /// <summary>How well they are classified: what metrics are computed from.</summary>
    public ClassificationCounts Counts()
    {
        ClassificationCounts counts = new(Classes);
        counts.Add(_scores, _targets);
        return counts;
    }
}
