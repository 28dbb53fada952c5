using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>An element-wise function of one tensor and its derivative, written once for every vector width. One file an op.</summary>
internal interface IUnaryOp
{
    /// <summary>Name for messages.</summary>
    static abstract string Name { get; }

    /// <summary>y = f(x).</summary>
    TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>dx = dy * f'(x), where y = f(x) is at hand.</summary>
    TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Runs and records <see cref="IUnaryOp"/>s.</summary>
internal static class Unary
{
    public static Tensor Apply<TOp>(Tensor x, TOp op) where TOp : struct, IUnaryOp
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = Tensor.Empty(x.Shape, x.Layout);
        Elementwise.Map(new ForwardMap<TOp> { Op = op }, x.Span, y.Span);
        return Node.IsNeeded(x) ? Workspace.Rent<Node<TOp>>().Set(op, x, y.Detach()).Attach(y, x) : y;
    }

    private struct ForwardMap<TOp> : IElementwise where TOp : struct, IUnaryOp
    {
        public TOp Op;

        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => Op.Forward<TV, TS>(a);
    }

    private struct BackwardMap<TOp> : IElementwise where TOp : struct, IUnaryOp
    {
        public TOp Op;

        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => Op.Backward<TV, TS>(a, b, c);
    }

    private sealed class Node<TOp> : Node where TOp : struct, IUnaryOp
    {
        private TOp _op;
        private Saved _x, _y;

        public override string Op => TOp.Name;

        public Node<TOp> Set(TOp op, Tensor x, Tensor y)
        {
            (_op, _x, _y) = (op, x, y);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor savedX = _x.Get(Op), savedY = _y.Get(Op), dx = Tensor.Empty(savedX.Shape, savedX.Layout);
            Elementwise.Map(new BackwardMap<TOp> { Op = _op }, gradient.To(savedX.Layout).Span, savedX.Span, savedY.Span, dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _x = _y = default;
    }
}
