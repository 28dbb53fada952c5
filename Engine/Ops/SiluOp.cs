using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Sigmoid linear unit, or swish.</summary>
public static class SiluOp
{
    /// <summary>x * sigmoid(x), element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Silu(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "silu";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<Function>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, TS.Map<Derivative>(x));
    }

    private readonly struct Function : IScalarFunction
    {
        public static float Invoke(float x) => (float)(x / (1 + Elementary.Exp(-x)));
    }

    private readonly struct Derivative : IScalarFunction
    {
        public static float Invoke(float x)
        {
            double s = 1 / (1 + Elementary.Exp(-x));
            return (float)(s * (1 + x * (1 - s)));
        }
    }
}
