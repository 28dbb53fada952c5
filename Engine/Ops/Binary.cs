using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>An element-wise function of two tensors and its derivatives, written once for every vector width. One file an op.</summary>
internal interface IBinaryOp
{
    /// <summary>Name for messages.</summary>
    static abstract string Name { get; }

    /// <summary>f(a, b).</summary>
    static abstract TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>Whether the gradient of a, or of b, is dy itself.</summary>
    static virtual (bool A, bool B) PassesGradient => (false, false);

    /// <summary>dy * df/da.</summary>
    static abstract TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>dy * df/db.</summary>
    static abstract TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Runs and records <see cref="IBinaryOp"/>s, with broadcasting.</summary>
internal static class Binary
{
    public static Tensor Apply<TOp>(Tensor a, Tensor b) where TOp : struct, IBinaryOp
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Shape shape = Shape.Broadcast(a.Shape, b.Shape, TOp.Name);
        (Tensor left, Tensor right) = Align(a, b, shape);
        Tensor y = Tensor.Empty(shape, CommonLayout(a, b));
        Elementwise.Map(default(ForwardMap<TOp>), left.Span, right.Span, y.Span);
        return Node.IsNeeded(a, b) ? Workspace.Rent<Node<TOp>>().Set(a, b).Attach(y, a, b) : y;
    }

    /// <summary>Both operands with the elements of the result, in its order; one that is a single number stays one.</summary>
    private static (Tensor A, Tensor B) Align(Tensor a, Tensor b, Shape shape)
    {
        Layout layout = CommonLayout(a, b);
        return (Operand(a), Operand(b));

        Tensor Operand(Tensor x) => x.Shape == shape ? x.To(layout) : x.Count == 1 ? x : Broadcasting.Expand(x, shape).To(layout);
    }

    private static Layout CommonLayout(Tensor a, Tensor b) => a.Shape == b.Shape || b.Count == 1 ? a.Layout : a.Count == 1 ? b.Layout : Layout.RowMajor;

    private struct ForwardMap<TOp> : IElementwise where TOp : struct, IBinaryOp
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TOp.Forward<TV, TS>(a, b);
    }

    private struct BackwardAMap<TOp> : IElementwise where TOp : struct, IBinaryOp
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TOp.BackwardA<TV, TS>(a, b, c);
    }

    private struct BackwardBMap<TOp> : IElementwise where TOp : struct, IBinaryOp
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TOp.BackwardB<TV, TS>(a, b, c);
    }

    private sealed class Node<TOp> : Node where TOp : struct, IBinaryOp
    {
        private Saved _a, _b;

        public override string Op => TOp.Name;

        public Node<TOp> Set(Tensor a, Tensor b)
        {
            (_a, _b) = (a, b);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor savedA = _a.Get(Op), savedB = _b.Get(Op);
            bool passesA = TOp.PassesGradient.A && savedA.Shape == gradient.Shape, passesB = TOp.PassesGradient.B && savedB.Shape == gradient.Shape;
            if (passesA) Add(0, gradient, ours: false);
            if (passesB) Add(1, gradient, ours: false);
            if ((passesA || !Needs(0)) && (passesB || !Needs(1))) return;
            (Tensor left, Tensor right) = Align(savedA, savedB, gradient.Shape);
            Tensor dy = gradient.To(CommonLayout(savedA, savedB));
            if (Needs(0) && !passesA) Add(0, Gradient(default(BackwardAMap<TOp>), dy, left, right, savedA.Shape));
            if (Needs(1) && !passesB) Add(1, Gradient(default(BackwardBMap<TOp>), dy, left, right, savedB.Shape));
        }

        protected override void Free() => _a = _b = default;

        private static Tensor Gradient<TMap>(TMap map, Tensor dy, Tensor left, Tensor right, Shape shape) where TMap : struct, IElementwise
        {
            Tensor full = Tensor.Empty(dy.Shape, dy.Layout);
            Elementwise.Map(map, dy.Span, left.Span, right.Span, full.Span);
            return Broadcasting.SumTo(full, shape);
        }
    }
}
