using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The natural logarithm.</summary>
public static class LogOp
{
    /// <summary>log x, element by element: -infinity at 0, NaN below.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Log(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "log";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<Function>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(dy, x);
    }

    private readonly struct Function : IScalarFunction
    {
        public static float Invoke(float x) => (float)Elementary.Log(x);
    }
}
