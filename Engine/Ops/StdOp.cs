using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Standard deviation over dimensions.</summary>
public static class StdOp
{
    /// <summary>The square root of <see cref="VarOp.Var"/>. Where it is 0 the gradient is 0, as in PyTorch.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Dimensions to reduce, negative ones from the end; empty for all.</param>
    /// <param name="unbiased">Divides by n - 1 (Bessel's correction) instead of n.</param>
    /// <param name="keepDim">Keeps the reduced dimensions with size 1.</param>
    /// <returns>x's shape without the reduced dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension is given twice, or there are too few elements.</exception>
    public static Tensor Std(this Tensor x, ReadOnlySpan<int> dims = default, bool unbiased = true, bool keepDim = false) =>
        VarOp.Apply(x, dims, unbiased, keepDim, root: true);
}
