using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Scores to probabilities.</summary>
public static class SoftmaxOp
{
    /// <summary>exp(x) / sum of exp(x) along a dimension: finite for every finite input.</summary>
    /// <param name="x">Any shape of rank 1 and up; NaN makes its whole row NaN.</param>
    /// <param name="dim">The dimension that holds the classes, negative from the end.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A row is -infinity throughout.</exception>
    public static Tensor Softmax(this Tensor x, int dim) => SoftmaxRows.Apply(x, dim, log: false, "softmax");
}
