using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Rectified linear unit.</summary>
public static class ReluOp
{
    /// <summary>max(x, 0), element by element; NaN stays NaN. The derivative at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Relu(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "relu";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Max(x, TS.Create(0));

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.IfGreater(TS.Create(0), x, TS.Create(0), TS.IfEqual(x, TS.Create(0), TS.Create(0), dy));
    }
}
