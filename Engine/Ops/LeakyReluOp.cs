using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Leaky rectified linear unit.</summary>
public static class LeakyReluOp
{
    /// <summary>x where it is positive, negativeSlope * x elsewhere; NaN stays NaN. The derivative at 0 is negativeSlope, as in PyTorch.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="negativeSlope">Slope left of 0.</param>
    /// <returns>The same shape.</returns>
    public static Tensor LeakyRelu(this Tensor x, float negativeSlope = 0.01f) => Unary.Apply(x, new Op { Slope = negativeSlope });

    private struct Op : IUnaryOp
    {
        public float Slope;

        public static string Name => "leaky_relu";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.IfGreater(x, TS.Create(0), x, TS.Multiply(x, TS.Create(Slope)));

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.IfGreater(x, TS.Create(0), dy, TS.Multiply(dy, TS.Create(Slope)));
    }
}
