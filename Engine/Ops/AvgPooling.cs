using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What average pooling with fixed and with adaptive windows shares.</summary>
internal static class AvgPooling
{
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="geometry">The windows.</param>
    /// <param name="divisors">What the sum of window (i, j) is divided by, at i * OutWidth + j.</param>
    /// <param name="op">Name of the operation, for messages.</param>
    public static Tensor Apply(Tensor x, Pool2dGeometry geometry, float[] divisors, string op)
    {
        Tensor y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        AvgPoolKernel.Forward(geometry, x.To(Layout.BatchLanes).Span, divisors, y.Span);
        return Tensors.Node.IsNeeded(x) ? new Node(op, x, geometry, divisors).Attach(y) : y;
    }

    /// <summary>The number of places of each window that lie inside the image.</summary>
    public static float[] Areas(in Pool2dGeometry geometry)
    {
        float[] areas = new float[geometry.OutHeight * geometry.OutWidth];
        for (int at = 0; at < areas.Length; at++) areas[at] = new PoolPixels(geometry, at / geometry.OutWidth, at % geometry.OutWidth).Count;
        return areas;
    }

    private sealed class Node(string op, Tensor x, Pool2dGeometry geometry, float[] divisors) : Tensors.Node(op, x)
    {
        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Empty(geometry.InputShape, Layout.BatchLanes);
            dx.Span.Clear();
            AvgPoolKernel.Backward(geometry, gradient.To(Layout.BatchLanes).Span, divisors, dx.Span);
            Add(0, dx);
        }

        protected override void Free()
        {
        }
    }
}
