using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Where the largest element is.</summary>
public static class ArgMaxOp
{
    /// <summary>The row-major index of the first largest of all elements, or of the first NaN.</summary>
    /// <param name="x">Any shape with at least one element.</param>
    /// <exception cref="ArgumentException">There are no elements.</exception>
    public static int ArgMax(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Count > 0 ? Extremum.IndexOf(x.AsSpan(), largest: true)
            : throw new ArgumentException($"argmax: there is no maximum of 0 elements. Received: input {x.Shape}.", nameof(x));
    }

    /// <summary>For each row along a dimension the index of its first largest element, or of its first NaN.</summary>
    /// <param name="x">Any shape of rank 1 and up; [N, classes] and dim 1 for predictions.</param>
    /// <param name="dim">The dimension, negative from the end.</param>
    /// <returns>One index for each element of x's shape without the dimension, in row-major order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension has no elements.</exception>
    public static int[] ArgMax(this Tensor x, int dim) => Extremum.Indices(x, dim, largest: true, "argmax", out _, out _);
}
