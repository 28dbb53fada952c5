using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Absolute value.</summary>
public static class AbsOp
{
    /// <summary>|x|, element by element; NaN stays NaN. The derivative at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Abs(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "abs";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Abs(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Multiply(dy, TS.IfGreater(x, TS.Create(0), TS.Create(1), TS.IfGreater(TS.Create(0), x, TS.Create(-1), x)));
    }
}
