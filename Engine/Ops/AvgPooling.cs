using Engine.Kernels;
using Engine.Kernels.Pooling;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What average pooling with fixed and with adaptive windows shares.</summary>
internal static class AvgPooling
{
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="geometry">The windows.</param>
    /// <param name="divisors">What the sum of window (i, j) is divided by, [OH, OW].</param>
    /// <param name="op">Name of the operation, for messages.</param>
    public static Tensor Apply(Tensor x, Pool2dGeometry geometry, Tensor divisors, string op)
    {
        Tensor y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        AvgPoolKernel.Forward(geometry, x.To(Layout.BatchLanes).Span, divisors.Span, y.Span);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(op, geometry, divisors).Attach(y, x) : y;
    }

    /// <summary>What the sum of window <paramref name="at"/>, row-major, is divided by: a given number, its places with the padding, or those inside the image.</summary>
    public static float Divisor(in Pool2dGeometry geometry, int at, bool countIncludePad, int? divisorOverride = null)
    {
        (int i, int j) = (at / geometry.OutWidth, at % geometry.OutWidth);
        return divisorOverride is { } divisor ? divisor : countIncludePad ? geometry.PaddedArea(i, j) : new PoolPixels(geometry, i, j).Count;
    }

    /// <summary>The number of places of each window that lie inside the image.</summary>
    /// <returns>[OH, OW].</returns>
    public static Tensor Areas(in Pool2dGeometry geometry)
    {
        Tensor areas = Tensor.Empty([geometry.OutHeight, geometry.OutWidth]);
        for (int at = 0; at < areas.Count; at++) areas.Span[at] = Divisor(geometry, at, countIncludePad: false);
        return areas;
    }

    private sealed class Node : Tensors.Node
    {
        private string _op = "";
        private Pool2dGeometry _geometry;
        private Tensor? _divisors;

        public override string Op => _op;

        public Node Set(string op, in Pool2dGeometry geometry, Tensor divisors)
        {
            (_op, _geometry, _divisors) = (op, geometry, divisors);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Empty(_geometry.InputShape, Layout.BatchLanes);
            AvgPoolKernel.Backward(_geometry, gradient.To(Layout.BatchLanes).Span, _divisors!.Span, dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _divisors = null;
    }
}
