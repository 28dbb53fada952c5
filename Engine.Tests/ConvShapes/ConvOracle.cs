namespace Engine.Tests.ConvShapes;

/// <summary>Single elements of a convolution and its gradients by the definition, in double precision, over row-major arrays: as many as one wants to look at,
/// where all of them would take too long.</summary>
internal sealed class ConvOracle(Conv2dGeometry g, float[] x, float[] weight, float[] bias, float[] dy)
{
    /// <summary>The passes, by the parts of a <see cref="ConvRun"/>.</summary>
    public Func<int, double>[] All => [Y, Dx, Dw];

    /// <summary>y[n, o, i, j].</summary>
    public double Y(int index)
    {
        (int n, int o, int i, int j) = Places(index, g.OutChannels, g.OutHeight, g.OutWidth);
        double sum = bias[o];
        for (int c = 0; c < g.InChannelsPerGroup; c++)
            for (int u = 0; u < g.Kernel.Height; u++)
                for (int v = 0; v < g.Kernel.Width; v++) sum += X(n, o, c, i, j, u, v) * weight[Tap(o, c, u, v)];
        return sum;
    }

    /// <summary>dx[n, channel, h, w].</summary>
    public double Dx(int index)
    {
        (int n, int channel, int h, int w) = Places(index, g.InChannels, g.InHeight, g.InWidth);
        int group = channel / g.InChannelsPerGroup;
        double sum = 0;
        for (int u = 0; u < g.Kernel.Height; u++)
            for (int v = 0; v < g.Kernel.Width; v++)
            {
                int i = h + g.Padding.Top - u * g.Dilation.Height, j = w + g.Padding.Left - v * g.Dilation.Width;
                if (i < 0 || j < 0 || i % g.Stride.Height != 0 || j % g.Stride.Width != 0 || i / g.Stride.Height >= g.OutHeight || j / g.Stride.Width >= g.OutWidth) continue;
                for (int o = group * g.OutChannelsPerGroup; o < (group + 1) * g.OutChannelsPerGroup; o++)
                    sum += (double)dy[Output(n, o, i / g.Stride.Height, j / g.Stride.Width)] * weight[Tap(o, channel % g.InChannelsPerGroup, u, v)];
            }
        return sum;
    }

    /// <summary>dw[o, c, u, v].</summary>
    public double Dw(int index)
    {
        (int o, int c, int u, int v) = Places(index, g.InChannelsPerGroup, g.Kernel.Height, g.Kernel.Width);
        double sum = 0;
        for (int n = 0; n < g.Batch; n++)
            for (int i = 0; i < g.OutHeight; i++)
                for (int j = 0; j < g.OutWidth; j++) sum += X(n, o, c, i, j, u, v) * dy[Output(n, o, i, j)];
        return sum;
    }

    private static (int, int, int, int) Places(int index, int b, int c, int d) => (index / (b * c * d), index / (c * d) % b, index / d % c, index % d);

    private int Tap(int o, int c, int u, int v) => ((o * g.InChannelsPerGroup + c) * g.Kernel.Height + u) * g.Kernel.Width + v;

    private int Output(int n, int o, int i, int j) => ((n * g.OutChannels + o) * g.OutHeight + i) * g.OutWidth + j;

    /// <summary>The input that tap (u, v) sees from output (i, j).</summary>
    private double X(int n, int o, int c, int i, int j, int u, int v)
    {
        int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height, w = j * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
        bool isInside = (uint)h < (uint)g.InHeight && (uint)w < (uint)g.InWidth;
        return isInside ? x[((n * g.InChannels + o / g.OutChannelsPerGroup * g.InChannelsPerGroup + c) * g.InHeight + h) * g.InWidth + w] : 0;
    }
}
