using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Average pooling.</summary>
public static class AvgPool2dOp
{
    private const string Name = "avg_pool2d";

    /// <summary>The mean of each window; the padding is 0.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="kernel">Window.</param>
    /// <param name="stride">Step between windows; the window's size by default.</param>
    /// <param name="padding">On each side, at most half the window.</param>
    /// <param name="ceilMode">Rounds the number of windows up; windows that would start beyond the image and its left padding are dropped.</param>
    /// <param name="countIncludePad">Whether places in the padding count.</param>
    /// <param name="divisorOverride">Divides every sum by this instead of by the number of places.</param>
    /// <returns>[N, C, OH, OW].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    public static Tensor AvgPool2d(this Tensor x, Size2 kernel, Size2? stride = null, Size2 padding = default, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (divisorOverride == 0) throw new ArgumentOutOfRangeException(nameof(divisorOverride), "avg_pool2d: the divisor must not be zero.");
        Pool2dGeometry geometry = Pool2dGeometry.Create(Name, x.Shape, kernel, stride ?? kernel, padding, dilation: 1, ceilMode);
        Tensor divisors = Tensor.Empty([geometry.OutHeight, geometry.OutWidth]);
        for (int at = 0; at < divisors.Count; at++) divisors.Span[at] = AvgPooling.Divisor(geometry, at, countIncludePad, divisorOverride);
        return AvgPooling.Apply(x, geometry, divisors, Name);
    }
}
