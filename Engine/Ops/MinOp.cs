using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The smallest element.</summary>
public static class MinOp
{
    /// <summary>The smallest of all elements; NaN if one is NaN. Equal elements share the gradient evenly, as in PyTorch.</summary>
    /// <param name="x">Any shape with at least one element.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">There are no elements.</exception>
    public static Tensor Min(this Tensor x) => Extremum.Of(x, largest: false, "min");

    /// <summary>The smallest element along one dimension and where it is: the first of equal ones, or the first NaN. It alone gets the gradient, as in PyTorch.</summary>
    /// <param name="x">Any shape of rank 1 and up.</param>
    /// <param name="dim">The dimension, negative from the end.</param>
    /// <param name="keepDim">Keeps the dimension with size 1.</param>
    /// <returns>The values, and their indices along the dimension in row-major order of the values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension has no elements.</exception>
    public static (Tensor Values, int[] Indices) Min(this Tensor x, int dim, bool keepDim = false) => Extremum.Of(x, dim, keepDim, largest: false, "min");
}
