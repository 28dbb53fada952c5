namespace Engine.Nn;

/// <summary>One layer in a <see cref="ModelSummary"/>.</summary>
/// <param name="Path">Where it sits: "0.2".</param>
/// <param name="Kind">Its type: "Conv2d".</param>
/// <param name="OutputShape">What it gives for the sample shape.</param>
/// <param name="Parameters">Number of parameters of its own.</param>
/// <param name="IsTrainable">Whether they are trained.</param>
/// <param name="MultiplyAdds">Multiply-adds for one item of the batch.</param>
/// <param name="ReceptiveField">Input pixels that reach one output pixel, (height, width); null where there are no pixels any more.</param>
public sealed record SummaryRow(string Path, string Kind, Shape OutputShape, long Parameters, bool IsTrainable, long MultiplyAdds, Size2? ReceptiveField);
