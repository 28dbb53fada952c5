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
}
