using Engine.Data;

namespace Mnist;

/// <summary>What <c>evaluate</c> was asked to do.</summary>
/// <param name="Weights">The file of the weights.</param>
/// <param name="Data">The folder of the data; null to look for it.</param>
/// <param name="Dataset">What to test on; null for what the weights were trained on.</param>
/// <param name="Json">The file for the numbers; null for none.</param>
internal sealed record EvaluateOptions(string Weights, string? Data, ImageDataset? Dataset, string? Json);
