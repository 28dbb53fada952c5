using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The logistic function.</summary>
public static class SigmoidOp
{
    /// <summary>1 / (1 + exp(-x)), element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Sigmoid(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "sigmoid";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<Function>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, TS.Multiply(y, TS.Subtract(TS.Create(1), y)));
    }

    private readonly struct Function : IScalarFunction
    {
        public static float Invoke(float x) => (float)(1 / (1 + Elementary.Exp(-x)));
    }
}
