namespace Engine.Kernels;

/// <summary>Slow twins: loops anyone believes, over plain row-major arrays, summed in double precision. Only tests call them.</summary>
internal static class Reference
{
    /// <summary>One multiply-add of a convolution: input element, weight element and output element that meet.</summary>
    private delegate void Meeting(int x, int w, int y);

    /// <summary>y = conv(x, w) + bias.</summary>
    public static double[] Conv2d(in Conv2dGeometry g, float[] x, float[] weight, float[]? bias)
    {
        double[] y = new double[g.OutputShape.Count];
        int plane = g.OutHeight * g.OutWidth;
        if (bias is not null)
            for (int i = 0; i < y.Length; i++) y[i] = bias[i / plane % g.OutChannels];
        Visit(g, (ix, iw, iy) => y[iy] += (double)x[ix] * weight[iw]);
        return y;
    }

    /// <summary>Gradient of the input.</summary>
    public static double[] Conv2dBackwardInput(in Conv2dGeometry g, float[] dy, float[] weight)
    {
        double[] dx = new double[g.InputShape.Count];
        Visit(g, (ix, iw, iy) => dx[ix] += (double)dy[iy] * weight[iw]);
        return dx;
    }

    /// <summary>Gradient of the weight.</summary>
    public static double[] Conv2dBackwardWeight(in Conv2dGeometry g, float[] x, float[] dy)
    {
        double[] dw = new double[g.WeightShape.Count];
        Visit(g, (ix, iw, iy) => dw[iw] += (double)dy[iy] * x[ix]);
        return dw;
    }

    /// <summary>[m, k] times [k, n].</summary>
    public static double[] MatMul(int m, int n, int k, float[] a, float[] b)
    {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                for (int l = 0; l < k; l++) c[i * n + j] += (double)a[i * k + l] * b[l * n + j];
        return c;
    }

    private static void Visit(in Conv2dGeometry g, Meeting meet)
    {
        for (int n = 0; n < g.Batch; n++)
            for (int o = 0; o < g.OutChannels; o++)
                for (int i = 0; i < g.OutHeight; i++)
                    for (int j = 0; j < g.OutWidth; j++)
                        for (int c = 0; c < g.InChannelsPerGroup; c++)
                            for (int u = 0; u < g.Kernel.Height; u++)
                                for (int v = 0; v < g.Kernel.Width; v++)
                                {
                                    int channel = o / g.OutChannelsPerGroup * g.InChannelsPerGroup + c;
                                    int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height, w = j * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
                                    if ((uint)h >= (uint)g.InHeight || (uint)w >= (uint)g.InWidth) continue;
                                    meet(((n * g.InChannels + channel) * g.InHeight + h) * g.InWidth + w,
                                        ((o * g.InChannelsPerGroup + c) * g.Kernel.Height + u) * g.Kernel.Width + v,
                                        ((n * g.OutChannels + o) * g.OutHeight + i) * g.OutWidth + j);
                                }
    }
}
