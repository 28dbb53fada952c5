namespace Mnist;

/// <summary>What <c>predict</c> was asked to do.</summary>
/// <param name="Files">PNG files.</param>
/// <param name="Weights">The file of the weights.</param>
/// <param name="Json">The file for the numbers; null for none.</param>
internal sealed record PredictOptions(IReadOnlyList<string> Files, string Weights, string? Json);
