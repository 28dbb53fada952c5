using Engine.Kernels.Convolution;

namespace Engine.Tests.Kernels.Convolution;

/// <summary>A convolution's sums as plain chains of fused multiply-adds over kernel rows, kernel columns and channels, of the taps inside the image: the bits of <see cref="Conv2dKernel"/>.</summary>
internal static class ConvChains
{
    /// <summary>Some of them so small that products vanish, some zeros of either sign.</summary>
    public static float[] Numbers(Rng rng, int count)
    {
        float[] numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
        {
            number = rng.Uniform(-1, 1);
            if (rng.NextInt(6) == 0) number *= 1e-24f;
            if (rng.NextInt(12) == 0) number = rng.NextInt(2) == 0 ? 0 : -0f;
        }
        return numbers;
    }

    /// <summary>[N, O, OH, OW].</summary>
    public static float[] Forward(Conv2dGeometry g, float[] x, float[] weight, float[] bias)
    {
        float[] y = new float[g.OutputShape.Count];
        for (int at = 0; at < y.Length; at++)
        {
            int j = at % g.OutWidth, i = at / g.OutWidth % g.OutHeight, o = at / (g.OutWidth * g.OutHeight) % g.OutChannels, n = at / (g.OutWidth * g.OutHeight * g.OutChannels);
            float sum = bias[o];
            for (int u = 0; u < g.Kernel.Height; u++)
                for (int v = 0; v < g.Kernel.Width; v++)
                    for (int c = 0; c < g.InChannels; c++)
                    {
                        int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height, w = j * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
                        if (h < 0 || h >= g.InHeight || w < 0 || w >= g.InWidth) continue;
                        sum = MathF.FusedMultiplyAdd(weight[((o * g.InChannels + c) * g.Kernel.Height + u) * g.Kernel.Width + v], x[((n * g.InChannels + c) * g.InHeight + h) * g.InWidth + w], sum);
                    }
            y[at] = sum;
        }
        return y;
    }

    /// <summary>[N, C, H, W].</summary>
    public static float[] ToInputs(Conv2dGeometry g, float[] dy, float[] weight)
    {
        float[] dx = new float[g.InputShape.Count];
        for (int at = 0; at < dx.Length; at++)
        {
            int w = at % g.InWidth, h = at / g.InWidth % g.InHeight, c = at / (g.InWidth * g.InHeight) % g.InChannels, n = at / (g.InWidth * g.InHeight * g.InChannels);
            float sum = 0;
            for (int u = 0; u < g.Kernel.Height; u++)
                for (int v = 0; v < g.Kernel.Width; v++)
                {
                    (int i, int restDown) = Math.DivRem(h + g.Padding.Top - u * g.Dilation.Height, g.Stride.Height);
                    (int j, int restAcross) = Math.DivRem(w + g.Padding.Left - v * g.Dilation.Width, g.Stride.Width);
                    if (restDown != 0 || restAcross != 0 || i < 0 || i >= g.OutHeight || j < 0 || j >= g.OutWidth) continue;
                    for (int o = 0; o < g.OutChannels; o++)
                        sum = MathF.FusedMultiplyAdd(weight[((o * g.InChannels + c) * g.Kernel.Height + u) * g.Kernel.Width + v], dy[((n * g.OutChannels + o) * g.OutHeight + i) * g.OutWidth + j], sum);
                }
            dx[at] = sum;
        }
        return dx;
    }
}
