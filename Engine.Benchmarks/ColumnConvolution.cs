using System.Numerics.Tensors;

namespace Engine.Benchmarks;

/// <summary>The textbook's convolution, for comparison: every image's im2col matrix is written out, then multiplied row by row. Vectors by System.Numerics.Tensors,
/// images in parallel.</summary>
internal static class ColumnConvolution
{
    /// <summary>y = conv(x, w) + bias; x [N, C, H, W], w [O, C, k, k], y [N, O, OH, OW], all row-major; no dilation, no groups.</summary>
    public static void Forward(Conv2dGeometry g, float[] x, float[] weight, float[] bias, float[] y)
    {
        int pixels = g.OutHeight * g.OutWidth, features = g.InChannels * g.Kernel.Height * g.Kernel.Width;
        Parallel.For(0, g.Batch, new ParallelOptions { MaxDegreeOfParallelism = Compute.Threads }, image =>
        {
            float[] columns = new float[features * pixels];
            Gather(g, x.AsSpan(image * g.InChannels * g.InHeight * g.InWidth), columns);
            for (int o = 0; o < g.OutChannels; o++)
            {
                Span<float> row = y.AsSpan((image * g.OutChannels + o) * pixels, pixels);
                row.Fill(bias[o]);
                for (int f = 0; f < features; f++) TensorPrimitives.FusedMultiplyAdd(columns.AsSpan(f * pixels, pixels), weight[o * features + f], row, row);
            }
        });
    }

    private static void Gather(Conv2dGeometry g, ReadOnlySpan<float> image, Span<float> columns)
    {
        int at = 0;
        for (int c = 0; c < g.InChannels; c++)
            for (int u = 0; u < g.Kernel.Height; u++)
                for (int v = 0; v < g.Kernel.Width; v++)
                    for (int i = 0; i < g.OutHeight; i++)
                        for (int j = 0; j < g.OutWidth; j++)
                        {
                            int h = i * g.Stride.Height - g.Padding.Top + u, w = j * g.Stride.Width - g.Padding.Left + v;
                            columns[at++] = (uint)h < (uint)g.InHeight && (uint)w < (uint)g.InWidth ? image[(c * g.InHeight + h) * g.InWidth + w] : 0;
                        }
    }
}
