using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The square.</summary>
public static class SquareOp
{
    /// <summary>x * x, element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Square(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "square";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(x, x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, TS.Add(x, x));
    }
}
