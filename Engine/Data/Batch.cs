using Engine.Tensors;

namespace Engine.Data;

/// <summary>One batch of labelled images.</summary>
/// <param name="Inputs">[N, C, H, W], normalised.</param>
/// <param name="Labels">The class of each image.</param>
/// <param name="Indices">Which images of the set they are.</param>
public sealed record Batch(Tensor Inputs, int[] Labels, int[] Indices)
{
    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;
}
