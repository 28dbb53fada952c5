using System.Globalization;
using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Smooth mean absolute error: quadratic near 0.</summary>
public static class SmoothL1LossOp
{
    /// <summary>d^2 / (2 beta) where |d| &lt; beta and |d| - beta / 2 elsewhere, for d = input - target, then reduced. Both sides get gradients.</summary>
    /// <param name="input">Predictions, any shape.</param>
    /// <param name="target">Values they should have, of the same shape.</param>
    /// <param name="beta">Where the square ends; 0 makes it the L1 loss.</param>
    /// <param name="reduction">What becomes of the items.</param>
    /// <returns>A scalar, or the input's shape for <see cref="LossReduction.None"/>.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the mean of 0 items is asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative or NaN.</exception>
    public static Tensor SmoothL1Loss(this Tensor input, Tensor target, float beta = 1, LossReduction reduction = LossReduction.Mean)
    {
        Losses.CheckSameShape(input, target, Op.Name);
        if (!(beta >= 0))
            throw new ArgumentOutOfRangeException(nameof(beta), $"smooth_l1_loss: beta must not be negative, got {beta.ToString(CultureInfo.InvariantCulture)}.");
        return Losses.Reduce(Unary.Apply(input.Sub(target), new Op { Beta = beta }), reduction, Op.Name);
    }

    private struct Op : IUnaryOp
    {
        public float Beta;

        public static string Name => "smooth_l1_loss";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV size = TS.Abs(x), half = TS.Create(0.5f), beta = TS.Create(Beta);
            return TS.IfGreater(beta, size, TS.Divide(TS.Multiply(half, TS.Multiply(x, x)), beta), TS.Subtract(size, TS.Multiply(half, beta)));
        }

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV sign = TS.IfGreater(x, TS.Create(0), TS.Create(1), TS.IfGreater(TS.Create(0), x, TS.Create(-1), x)); // 0 and NaN stay
            return TS.Multiply(dy, TS.IfGreater(TS.Create(Beta), TS.Abs(x), TS.Divide(x, TS.Create(Beta)), sign));
        }
    }
}
