using Engine.Data;

namespace Mnist;

/// <summary>What <c>report</c> was asked to do.</summary>
/// <param name="Weights">The file of the weights.</param>
/// <param name="Data">The folder of the data; null to look for it.</param>
/// <param name="Dataset">What to test on; null for what the weights were trained on.</param>
/// <param name="Out">The folder of the report.</param>
internal sealed record ReportOptions(string Weights, string? Data, ImageDataset? Dataset, string Out);
