using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Average pooling to a given size.</summary>
public static class AdaptiveAvgPool2dOp
{
    private const string Name = "adaptive_avg_pool2d";

    /// <summary>The mean of each bin, where bin i of o rows is [floor(i H / o), ceil((i + 1) H / o)). Size 1 is global average pooling.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="outputSize">Rows and columns of the result.</param>
    /// <returns>[N, C, outputSize].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The output's size is below 1.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Tensor AdaptiveAvgPool2d(this Tensor x, Size2 outputSize)
    {
        ArgumentNullException.ThrowIfNull(x);
        Pool2dGeometry geometry = Pool2dGeometry.CreateAdaptive(Name, x.Shape, outputSize);
        return AvgPooling.Apply(x, geometry, AvgPooling.Areas(geometry), Name);
    }
}
