using Engine.Ops;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>A loss: a scalar from a batch's predictions and labels.</summary>
/// <param name="predictions">[N, ...], what the model gave.</param>
/// <param name="labels">One class a row.</param>
public delegate Tensor LossFunction(Tensor predictions, ReadOnlySpan<int> labels);

/// <summary>The usual losses.</summary>
public static class Loss
{
    /// <summary>Cross-entropy from logits [N, C], averaged over the batch.</summary>
    public static Tensor CrossEntropy(Tensor predictions, ReadOnlySpan<int> labels) => predictions.CrossEntropy(labels);

    /// <summary>Cross-entropy against targets that are 1 - eps + eps / C for the label and eps / C for every other class (Szegedy et al. 2015), as fastai's loss of this
    /// name: (1 - eps) * cross-entropy + eps / C * sum over classes of -log softmax.</summary>
    /// <param name="eps">Share given to all classes alike, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">eps is out of its range.</exception>
    public static LossFunction LabelSmoothingCrossEntropy(float eps = 0.1f)
    {
        if (!(eps is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(eps), $"label smoothing: eps must be between 0 and 1, got {eps}.");
        return new Smoothed(eps).Of;
    }

    /// <summary>The smoothing of a cross-entropy of this class, 0 for the plain one; null for another loss.</summary>
    internal static float? SmoothingOf(LossFunction loss) =>
        loss == CrossEntropy ? 0 : loss.Target is Smoothed smoothed ? smoothed.Eps : null;

    private sealed record Smoothed(float Eps)
    {
        public Tensor Of(Tensor predictions, ReadOnlySpan<int> labels) => predictions.CrossEntropy(labels, labelSmoothing: Eps);
    }
}
