using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Rectified linear unit.</summary>
public static class ReluOp
{
    /// <summary>max(x, 0), element by element; NaN stays NaN. The derivative at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Relu(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor y = Tensor.Empty(x.Shape, x.Layout);
        Elementwise.Map(default(Forward), x.Span, y.Span);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(y.Detach()).Attach(y, x) : y;
    }

    /// <summary>The gradient of a ReLU's input, given its result y and the gradient dy of it.</summary>
    /// <param name="dy">In any layout.</param>
    /// <param name="y">The result; its layout is that of what is returned.</param>
    /// <param name="ours">Whether dy may be written to; true afterwards.</param>
    internal static Tensor Gradient(Tensor dy, Tensor y, ref bool ours)
    {
        Tensor aligned = dy.To(y.Layout), dx = ours || aligned != dy ? aligned : Tensor.Empty(y.Shape, y.Layout);
        Elementwise.Map(default(ReluGradientMap), aligned.Span, y.Span, dx.Span);
        ours = true;
        return dx;
    }

    private struct Forward : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Max(a, TS.Create(0));
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

        protected override void Backward(Tensor gradient)
        {
            Tensor y = _y.Get(Op);
            bool ours = GradientIsOurs;
            if (!GradientIsRectified) gradient = Gradient(gradient, y, ref ours);
            Add(0, gradient, ours);
        }

        protected override void Free() => _y = default;
    }
}
