using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Maximum pooling to a given size.</summary>
public static class AdaptiveMaxPool2dOp
{
    private const string Name = "adaptive_max_pool2d";

    /// <summary>The largest element of each bin, where bin i of o rows is [floor(i H / o), ceil((i + 1) H / o)). NaN wins; the first of equal elements gets the gradient.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="outputSize">Rows and columns of the result.</param>
    /// <returns>[N, C, outputSize].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The output's size is below 1.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Tensor AdaptiveMaxPool2d(this Tensor x, Size2 outputSize)
    {
        ArgumentNullException.ThrowIfNull(x);
        return MaxPooling.Apply(x, Pool2dGeometry.CreateAdaptive(Name, x.Shape, outputSize), Name);
    }

    /// <summary><see cref="AdaptiveMaxPool2d"/> together with where each maximum was.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="outputSize">Rows and columns of the result.</param>
    /// <returns>The values, and for each of them, in row-major order, the index h * W + w in its plane.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The output's size is below 1.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static (Tensor Values, int[] Indices) AdaptiveMaxPool2dWithIndices(this Tensor x, Size2 outputSize)
    {
        ArgumentNullException.ThrowIfNull(x);
        return MaxPooling.ApplyWithIndices(x, Pool2dGeometry.CreateAdaptive(Name, x.Shape, outputSize), Name);
    }
}
