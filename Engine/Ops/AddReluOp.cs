using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The end of a residual block: the ReLU of a sum, in one pass.</summary>
internal static class AddReluOp
{
    /// <summary>max(a + b, 0): the same bits as one after the other.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The same shape.</param>
    public static Tensor AddRelu(this Tensor a, Tensor b)
    {
        Tensor y = Tensor.Empty(a.Shape, a.Layout);
        Elementwise.Map(default(Forward), a.Span, b.To(a.Layout).Span, y.Span);
        return Node.IsNeeded(a, b) ? Workspace.Rent<Node>().Set(y.Detach()).Attach(y, a, b) : y;
    }

    private struct Forward : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Max(TS.Add(a, b), TS.Create(0));
    }

    private sealed class Node : Tensors.Node
    {
        private Saved _y;

        public override string Op => "relu";

        public override bool IsRectified => true;

        public Node Set(Tensor y)
        {
            _y = y;
            return this;
        }

        // both inputs have the same gradient, so neither may write to it
        protected override void Backward(Tensor gradient)
        {
            bool ours = GradientIsOurs;
            Tensor dx = GradientIsRectified ? gradient : ReluOp.Gradient(gradient, _y.Get(Op), ref ours);
            bool both = Needs(0) && Needs(1);
            Add(0, dx, ours && !both);
            Add(1, dx, ours && !both);
        }

        protected override void Free() => _y = default;
    }
}
