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

    /// <summary>Mean of the classes' precision (macro average), over the classes that occur.</summary>
    public double MacroPrecision => Macro(Precision);

    /// <summary>Mean of the classes' recall (macro average), over the classes that occur.</summary>
    public double MacroRecall => Macro(Recall);

    /// <summary>Mean of the classes' F1 (macro average), over the classes that occur: not the F1 of the means.</summary>
    public double MacroF1 => Macro(F1);

    /// <summary>Share of the items taken for a class that are of it; 0 of none.</summary>
    /// <param name="class">The class.</param>
    public double Precision(int @class) => Share(Of(@class).Correct, Of(@class).Predicted);

    /// <summary>Share of the items of a class that are taken for it; 0 of none.</summary>
    /// <param name="class">The class.</param>
    public double Recall(int @class) => Share(Of(@class).Correct, Of(@class).Actual);

    /// <summary>Harmonic mean of a class's precision and recall: 2 TP / (2 TP + FP + FN); 0 where both are.</summary>
    /// <param name="class">The class.</param>
    public double F1(int @class) => Share(2 * Of(@class).Correct, Of(@class).Actual + Of(@class).Predicted);

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

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private double Macro(Func<int, double> score)
    {
        double sum = 0;
        int classes = 0;
        for (int i = 0; i < Classes.Count; i++)
        {
            (_, int actual, int predicted) = Of(i);
            if (actual + predicted == 0) continue; // scikit-learn, too, averages over the labels it has seen
            sum += score(i);
            classes++;
        }
        return classes == 0 ? 0 : sum / classes;
    }

    private (int Correct, int Actual, int Predicted) Of(int @class)
    {
        if ((uint)@class >= (uint)Classes.Count) throw new ArgumentOutOfRangeException(nameof(@class), $"confusion matrix: class {@class}; {Classes.Count} classes (0..{Classes.Count - 1}).");
        int actual = 0, predicted = 0;
        for (int i = 0; i < Classes.Count; i++)
        {
            actual += _counts[@class, i];
            predicted += _counts[i, @class];
        }
        return (_counts[@class, @class], actual, predicted);
    }
}
