using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The reciprocal.</summary>
public static class ReciprocalOp
{
    /// <summary>1 / x, element by element: infinite at 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Reciprocal(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "reciprocal";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(TS.Create(1), x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(TS.Multiply(dy, TS.Multiply(y, y)));
    }
}
