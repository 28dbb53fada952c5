using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What maximum pooling with fixed and with adaptive windows shares.</summary>
internal static class MaxPooling
{
    /// <summary>Pools; the chosen places come along in the layout of the result.</summary>
    public static Tensor Apply(Tensor x, Pool2dGeometry geometry, string op, out Tensor places)
    {
        Tensor y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        places = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        MaxPoolKernel.Forward(geometry, x.To(Layout.BatchLanes).Span, y.Span, places.Span);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(op, geometry, places).Attach(y, x) : y;
    }

    /// <summary>Row-major indices of the chosen pixels within their H x W plane; -1 for a window without any pixel.</summary>
    public static int[] Indices(Tensor places, in Pool2dGeometry geometry)
    {
        ReadOnlySpan<float> place = places.AsSpan();
        int[] indices = new int[place.Length];
        for (int at = 0; at < indices.Length; at++)
        {
            PoolPixels window = new(geometry, at / geometry.OutWidth % geometry.OutHeight, at % geometry.OutWidth);
            indices[at] = window.Count == 0 ? -1 : window.Pixel((int)place[at] / window.Columns, (int)place[at] % window.Columns);
        }
        return indices;
    }

    private sealed class Node : Tensors.Node
    {
        private string _op = "";
        private Pool2dGeometry _geometry;
        private Saved _places;

        public override string Op => _op;

        public Node Set(string op, in Pool2dGeometry geometry, Tensor places)
        {
            (_op, _geometry, _places) = (op, geometry, places);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Empty(_geometry.InputShape, Layout.BatchLanes);
            dx.Span.Clear();
            MaxPoolKernel.Backward(_geometry, gradient.To(Layout.BatchLanes).Span, _places.Get(Op).Span, dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _places = default;
    }
}
