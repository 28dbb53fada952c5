using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Inference;

/// <summary>What a model computes in evaluation, layer by layer, nothing folded, in double precision.</summary>
internal static class DoubleNet
{
    /// <summary>The result and its shape.</summary>
    public static (double[] Values, Shape Shape) Run(Module module, double[] x, Shape shape) => module switch
    {
        Sequential all => all.Aggregate((x, shape), (at, child) => Run(child, at.x, at.shape)),
        Residual residual => Residual(residual, x, shape),
        Conv2d conv => Conv(conv, x, shape),
        Linear linear => Linear(linear, x, shape),
        BatchNorm norm => (Norm(norm, x, shape), shape),
        Relu => (Array.ConvertAll(x, value => Math.Max(value, 0)), shape),
        Flatten flatten => (x, flatten.OutputShape(shape)),
        IPooling pooling => Pool(pooling, x, shape),
        Nets.Halved => (Array.ConvertAll(x, value => value / 2), shape),
        _ => throw new ArgumentException(module.Kind),
    };

    private static (double[], Shape) Residual(Residual residual, double[] x, Shape shape)
    {
        (double[] body, Shape result) = Run(residual.Body, x, shape);
        double[] around = residual.Shortcut is { } shortcut ? Run(shortcut, x, shape).Values : x;
        return ([.. body.Zip(around, (a, b) => residual.HasRelu ? Math.Max(a + b, 0) : a + b)], result);
    }

    private static (double[], Shape) Conv(Conv2d conv, double[] x, Shape shape)
    {
        (Size2 stride, Padding2 padding, Size2 dilation, int groups) = conv.Options;
        Conv2dGeometry g = Conv2dGeometry.Create(shape, conv.Weight.Shape, stride, padding, dilation, groups);
        float[] weight = conv.Weight.ToArray();
        double[] y = new double[g.OutputShape.Count];
        for (int at = 0; at < y.Length; at++)
        {
            int j = at % g.OutWidth, i = at / g.OutWidth % g.OutHeight, o = at / g.OutWidth / g.OutHeight % g.OutChannels, n = at / g.OutWidth / g.OutHeight / g.OutChannels;
            y[at] = conv.Bias is null ? 0 : conv.Bias.Span[o];
            for (int c = 0; c < g.InChannelsPerGroup; c++)
                for (int u = 0; u < g.Kernel.Height; u++)
                    for (int v = 0; v < g.Kernel.Width; v++)
                    {
                        int channel = o / g.OutChannelsPerGroup * g.InChannelsPerGroup + c, h = i * stride.Height - padding.Top + u * dilation.Height, w = j * stride.Width - padding.Left + v * dilation.Width;
                        if ((uint)h < (uint)g.InHeight && (uint)w < (uint)g.InWidth)
                            y[at] += x[((n * g.InChannels + channel) * g.InHeight + h) * g.InWidth + w] * weight[((o * g.InChannelsPerGroup + c) * g.Kernel.Height + u) * g.Kernel.Width + v];
                    }
        }
        return (y, g.OutputShape);
    }

    private static (double[], Shape) Linear(Linear linear, double[] x, Shape shape)
    {
        Shape result = linear.OutputShape(shape);
        float[] weight = linear.Weight.ToArray();
        (int outputs, int inputs) = (linear.Weight.Shape[0], linear.Weight.Shape[1]);
        double[] y = new double[result.Count];
        for (int at = 0; at < y.Length; at++)
        {
            y[at] = linear.Bias is null ? 0 : linear.Bias.Span[at % outputs];
            for (int k = 0; k < inputs; k++) y[at] += x[at / outputs * inputs + k] * weight[at % outputs * inputs + k];
        }
        return (y, result);
    }

    private static double[] Norm(BatchNorm norm, double[] x, Shape shape)
    {
        int channels = shape[1], plane = x.Length / shape[0] / channels;
        double[] y = new double[x.Length];
        for (int c = 0; c < channels; c++)
        {
            int[] places = [.. Enumerable.Range(0, x.Length).Where(at => at / plane % channels == c)];
            double mean = norm.RunningMean?.Span[c] ?? places.Average(at => x[at]), variance = norm.RunningVariance?.Span[c] ?? places.Average(at => (x[at] - mean) * (x[at] - mean));
            foreach (int at in places) y[at] = (x[at] - mean) / Math.Sqrt(variance + norm.Eps) * (norm.Weight?.Span[c] ?? 1) + (norm.Bias?.Span[c] ?? 0);
        }
        return y;
    }

    private static (double[], Shape) Pool(IPooling pooling, double[] x, Shape shape)
    {
        Pool2dGeometry g = pooling.Geometry(shape);
        double[] y = new double[g.OutputShape.Count];
        for (int at = 0; at < y.Length; at++)
        {
            int window = at % (g.OutHeight * g.OutWidth), image = at / (g.OutHeight * g.OutWidth) * g.InHeight * g.InWidth;
            (int top, int bottom) = g.Rows(window / g.OutWidth);
            (int left, int right) = g.Columns(window % g.OutWidth);
            List<double> seen = [];
            for (int h = top; h < bottom; h += g.Dilation.Height)
                for (int w = left; w < right; w += g.Dilation.Width) seen.Add(x[image + h * g.InWidth + w]);
            y[at] = pooling.IsMaximum ? seen.Max() : seen.Sum() / pooling.Divisor(g, window);
        }
        return (y, g.OutputShape);
    }
}
