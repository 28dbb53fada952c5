namespace Engine.Training;

/// <summary>How often each class was taken for each: rows are the true classes, columns the predicted ones.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] _counts;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="classes">Names of the classes.</param>
    public ConfusionMatrix(IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Classes = classes;
        _counts = new int[classes.Count, classes.Count];
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many items of class <paramref name="actual"/> were predicted as <paramref name="predicted"/>.</summary>
    public int this[int actual, int predicted] => _counts[actual, predicted];

    /// <summary>Number of items counted.</summary>
    public int Total { get; private set; }

    /// <summary>Number of items on the diagonal.</summary>
    public int Correct { get; private set; }

    /// <summary>Share of correct items, 0 to 1; 0 of none.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>Counts one item.</summary>
    /// <param name="actual">Its true class.</param>
    /// <param name="predicted">The class predicted.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such class.</exception>
    public void Add(int actual, int predicted)
    {
        if ((uint)actual >= (uint)Classes.Count) throw new ArgumentOutOfRangeException(nameof(actual), $"confusion matrix: class {actual}; {Classes.Count} classes (0..{Classes.Count - 1}).");
        if ((uint)predicted >= (uint)Classes.Count) throw new ArgumentOutOfRangeException(nameof(predicted), $"confusion matrix: class {predicted}; {Classes.Count} classes (0..{Classes.Count - 1}).");
        _counts[actual, predicted]++;
        Total++;
        if (actual == predicted) Correct++;
    }

    /// <summary>The pairs of classes most often taken for each other, worst first.</summary>
    /// <param name="atLeast">Smallest count listed.</param>
    public IReadOnlyList<(int Actual, int Predicted, int Count)> MostConfused(int atLeast = 1)
    {
        List<(int Actual, int Predicted, int Count)> pairs = [];
        for (int i = 0; i < Classes.Count; i++)
            for (int j = 0; j < Classes.Count; j++)
                if (i != j && _counts[i, j] >= atLeast) pairs.Add((i, j, _counts[i, j]));
        return pairs.OrderByDescending(p => p.Count).ToList();
    }
}
