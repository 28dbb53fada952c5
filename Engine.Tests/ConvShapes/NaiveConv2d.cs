namespace Engine.Tests.ConvShapes;

/// <summary>A convolution and its gradients by the definition: loops over row-major whole numbers.</summary>
internal sealed class NaiveConv2d
{
    public NaiveConv2d(Conv2dGeometry g, int[] x, int[] weight, int[] bias, int[] dy)
    {
        int plane = g.OutHeight * g.OutWidth, cg = g.InChannelsPerGroup;
        (Y, Dx, Dw, Db) = (new int[dy.Length], new int[x.Length], new int[weight.Length], new int[bias.Length]);
        for (int iy = 0; iy < dy.Length; iy++) // n, o, i, j
        {
            int n = iy / plane / g.OutChannels, o = iy / plane % g.OutChannels, i = iy % plane / g.OutWidth, j = iy % g.OutWidth, sum = bias[o], upstream = dy[iy];
            Db[o] += upstream;
            for (int c = 0; c < cg; c++)
                for (int u = 0; u < g.Kernel.Height; u++)
                {
                    int h = i * g.Stride.Height - g.Padding.Top + u * g.Dilation.Height;
                    if (h < 0 || h >= g.InHeight) continue;
                    int row = ((n * g.InChannels + o / g.OutChannelsPerGroup * cg + c) * g.InHeight + h) * g.InWidth, tap = ((o * cg + c) * g.Kernel.Height + u) * g.Kernel.Width;
                    for (int v = 0; v < g.Kernel.Width; v++)
                    {
                        int w = j * g.Stride.Width - g.Padding.Left + v * g.Dilation.Width;
                        if (w < 0 || w >= g.InWidth) continue;
                        sum += x[row + w] * weight[tap + v];
                        Dx[row + w] += upstream * weight[tap + v];
                        Dw[tap + v] += upstream * x[row + w];
                    }
                }
            Y[iy] = sum;
        }
    }

    /// <summary>In the order of <see cref="ConvRun.All"/>.</summary>
    public int[][] All => [Y, Dx, Dw, Db];

    public int[] Y { get; }

    public int[] Dx { get; }

    public int[] Dw { get; }

    public int[] Db { get; }
}
