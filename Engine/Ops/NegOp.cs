using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Change of sign.</summary>
public static class NegOp
{
    extension(Tensor)
    {
        /// <summary>-x, element by element.</summary>
        public static Tensor operator -(Tensor x) => x.Neg();
    }

    /// <summary>-x, element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Neg(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "neg";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(dy);
    }
}
