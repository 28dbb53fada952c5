using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The exponential function.</summary>
public static class ExpOp
{
    /// <summary>e to the x, element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Exp(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "exp";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<Function>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, y);
    }

    private readonly struct Function : IScalarFunction
    {
        public static float Invoke(float x) => (float)Elementary.Exp(x);
    }
}
