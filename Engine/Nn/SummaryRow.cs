namespace Engine.Nn;

/// <summary>One layer in a <see cref="ModelSummary"/>.</summary>
/// <param name="Path">Where it sits: "0.2".</param>
/// <param name="Kind">Its type: "Conv2d".</param>
/// <param name="OutputShape">What it gives for the sample shape.</param>
/// <param name="Parameters">Number of parameters of its own; those of a residual block are in the rows of its layers.</param>
/// <param name="TrainableParameters">How many of them are trained.</param>
/// <param name="MultiplyAdds">Multiply-adds for one item of the batch.</param>
/// <param name="ReceptiveField">Input pixels that reach one output pixel, (height, width); null where there are no pixels any more.</param>
/// <param name="Jump">Input pixels from one output pixel to the next, (height, width); null where there are no pixels any more.</param>
/// <param name="ActivationBytes">Memory of the layer's output for the whole batch; 0 where it has none of its own: a ReLU that its convolution or batch
/// norm computes along, a <see cref="Flatten"/>.</param>
public sealed record SummaryRow(string Path, string Kind, Shape OutputShape, long Parameters, long TrainableParameters, long MultiplyAdds, Size2? ReceptiveField, Size2? Jump, long ActivationBytes)
{
    /// <summary>Whether all of its parameters are trained; true where it has none.</summary>
    public bool IsTrainable => TrainableParameters == Parameters;
}
