namespace Engine.Training;

/// <summary>One item of a set by its loss, as fastai's <c>plot_top_losses</c> labels it: prediction / actual / loss / probability.</summary>
/// <param name="Index">Which item of the set.</param>
/// <param name="Predicted">The most probable class.</param>
/// <param name="Actual">The true class.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Probability">Of the predicted class.</param>
public readonly record struct TopLoss(int Index, int Predicted, int Actual, double Loss, double Probability);
