using System.Runtime.InteropServices;
using Engine.Kernels;
using Engine.Kernels.Pooling;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What maximum pooling with fixed and with adaptive windows shares.</summary>
internal static class MaxPooling
{
    /// <summary>Pools.</summary>
    public static Tensor Apply(Tensor x, Pool2dGeometry geometry, string op)
    {
        bool isRecorded = Node.IsNeeded(x);
        Tensor y = Forward(x, geometry, withPlaces: isRecorded, out Tensor? places);
        return isRecorded ? Workspace.Rent<Node>().Set(op, geometry, places!).Attach(y, x) : y;
    }

    /// <summary>Pools, and says where each maximum was.</summary>
    /// <returns>The values, and the row-major indices of the chosen pixels within their H x W plane; -1 for a window without any pixel.</returns>
    public static (Tensor Values, int[] Indices) ApplyWithIndices(Tensor x, Pool2dGeometry geometry, string op)
    {
        Tensor y = Forward(x, geometry, withPlaces: true, out Tensor? places);
        int[] indices = Indices(places!, geometry);
        return (Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(op, geometry, places!).Attach(y, x) : y, indices);
    }

    /// <summary>The kernel; the chosen places come along in the order of the result, several to a float.</summary>
    private static Tensor Forward(Tensor x, in Pool2dGeometry geometry, bool withPlaces, out Tensor? places)
    {
        Tensor y = Tensor.Empty(geometry.OutputShape, Layout.BatchLanes);
        places = withPlaces ? Tensor.Empty([(int)((PlaceBytes(geometry) + sizeof(float) - 1) / sizeof(float))]) : null;
        MaxPoolKernel.Forward(geometry, x.To(Layout.BatchLanes).Span, y.Span, places is null ? default : Bytes(places, geometry));
        return y;
    }

    private static long PlaceBytes(in Pool2dGeometry geometry) => (long)geometry.OutputShape.Count * MaxPoolKernel.PlaceBytes(geometry);

    private static Span<byte> Bytes(Tensor places, in Pool2dGeometry geometry) => MemoryMarshal.AsBytes(places.Span)[..checked((int)PlaceBytes(geometry))];

    private static int[] Indices(Tensor places, in Pool2dGeometry geometry)
    {
        ReadOnlySpan<byte> bytes = Bytes(places, geometry);
        bool inBytes = MaxPoolKernel.PlaceBytes(geometry) == 1;
        int[] indices = new int[geometry.OutputShape.Count];
        int plane = geometry.OutHeight * geometry.OutWidth;
        for (int b = 0, blocks = BatchLanes.Blocks(geometry.Batch); b < blocks; b++)
        {
            ImageBlock block = BatchLanes.BlockOf(geometry.Batch, b);
            int at = (int)block.Start(geometry.Channels * plane);
            for (int p = 0; p < plane; p++)
            {
                PoolPixels window = new(geometry, p / geometry.OutWidth, p % geometry.OutWidth);
                for (int c = 0; c < geometry.Channels; c++)
                    for (int n = block.First; n < block.First + block.Width; n++, at++)
                    {
                        int place = inBytes ? bytes[at] : (int)MemoryMarshal.Cast<byte, float>(bytes)[at];
                        indices[(n * geometry.Channels + c) * plane + p] = window.Count == 0 ? -1 : window.Pixel(place / window.Columns, place % window.Columns);
                    }
            }
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
            MaxPoolKernel.Backward(_geometry, gradient.To(Layout.BatchLanes).Span, Bytes(_places.Get(Op), _geometry), dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _places = default;
    }
}
