using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Maximum pooling.</summary>
public static class MaxPool2dOp
{
    private const string Name = "max_pool2d";

    /// <summary>The largest element of each window; the padding is -infinity, NaN wins, and the first of equal elements gets the gradient.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window.</param>
    /// <param name="stride">Step between windows; the window's size by default.</param>
    /// <param name="padding">On each side, at most half the window.</param>
    /// <param name="dilation">Step between the places of a window; 1 by default.</param>
    /// <param name="ceilMode">Rounds the number of windows up; windows that would start beyond the image and its left padding are dropped.</param>
    /// <returns>[N, C, OH, OW].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Tensor MaxPool2d(this Tensor x, Size2 kernel, Size2? stride = null, Size2 padding = default, Size2? dilation = null, bool ceilMode = false) =>
        MaxPooling.Apply(x, Geometry(x, kernel, stride, padding, dilation, ceilMode), Name);

    /// <summary><see cref="MaxPool2d"/> together with where each maximum was.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window.</param>
    /// <param name="stride">Step between windows; the window's size by default.</param>
    /// <param name="padding">On each side, at most half the window.</param>
    /// <param name="dilation">Step between the places of a window; 1 by default.</param>
    /// <param name="ceilMode">Rounds the number of windows up.</param>
    /// <returns>The values, and for each of them, in row-major order, the index h * W + w in its plane.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static (Tensor Values, int[] Indices) MaxPool2dWithIndices(this Tensor x, Size2 kernel, Size2? stride = null, Size2 padding = default, Size2? dilation = null, bool ceilMode = false)
    {
        return MaxPooling.ApplyWithIndices(x, Geometry(x, kernel, stride, padding, dilation, ceilMode), Name);
    }

    private static Pool2dGeometry Geometry(Tensor x, Size2 kernel, Size2? stride, Size2 padding, Size2? dilation, bool ceilMode)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Pool2dGeometry.Create(Name, x.Shape, kernel, stride ?? kernel, padding, dilation ?? 1, ceilMode);
    }
}
