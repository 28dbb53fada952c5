using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Gaussian error linear unit.</summary>
public static class GeluOp
{
    private const double RootHalf = 0.70710678118654752440, RootTwoOverPi = 0.79788456080286535588, Cubic = 0.044715;

    /// <summary>x * P(X &lt;= x) of a standard normal X, element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="approximate">The exact function or PyTorch's tanh approximation.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such approximation.</exception>
    public static Tensor Gelu(this Tensor x, GeluApproximation approximate = GeluApproximation.None) => approximate switch
    {
        GeluApproximation.None => Unary.Apply(x, default(Exact)),
        GeluApproximation.Tanh => Unary.Apply(x, default(Approximate)),
        _ => throw new ArgumentOutOfRangeException(nameof(approximate), $"gelu: approximate must be None or Tanh, got {approximate}."),
    };

    private struct Exact : IUnaryOp
    {
        public static string Name => "gelu";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<ExactFunction>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, TS.Map<ExactDerivative>(x));
    }

    private struct Approximate : IUnaryOp
    {
        public static string Name => "gelu";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Map<TanhFunction>(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, TS.Map<TanhDerivative>(x));
    }

    private readonly struct ExactFunction : IScalarFunction
    {
        public static float Invoke(float x) => (float)(0.5 * x * (1 + Elementary.Erf(x * RootHalf)));
    }

    private readonly struct ExactDerivative : IScalarFunction
    {
        // phi(x) = exp(-x^2 / 2) / sqrt(2 pi), and 1 / sqrt(2 pi) = sqrt(2 / pi) / 2
        public static float Invoke(float x) =>
            (float)(0.5 * (1 + Elementary.Erf(x * RootHalf)) + (float.IsInfinity(x) ? 0 : x * 0.5 * RootTwoOverPi * Elementary.Exp(-0.5 * x * x)));
    }

    private readonly struct TanhFunction : IScalarFunction
    {
        public static float Invoke(float x) => (float)(0.5 * x * (1 + Elementary.Tanh(RootTwoOverPi * (x + Cubic * x * x * x))));
    }

    private readonly struct TanhDerivative : IScalarFunction
    {
        public static float Invoke(float x)
        {
            double square = (double)x * x, t = Elementary.Tanh(RootTwoOverPi * (x + Cubic * square * x)), flat = 1 - t * t;
            return (float)(0.5 * (1 + t) + (flat == 0 ? 0 : 0.5 * x * flat * RootTwoOverPi * (1 + 3 * Cubic * square)));
        }
    }
}
