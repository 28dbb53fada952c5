using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Mean absolute error.</summary>
public static class L1LossOp
{
    /// <summary>|input - target|, element by element, then reduced. Both sides get gradients.</summary>
    /// <param name="input">Predictions, any shape.</param>
    /// <param name="target">Values they should have, of the same shape.</param>
    /// <param name="reduction">What becomes of the items.</param>
    /// <returns>A scalar, or the input's shape for <see cref="LossReduction.None"/>.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the mean of 0 items is asked for.</exception>
    public static Tensor L1Loss(this Tensor input, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        Losses.CheckSameShape(input, target, "l1_loss");
        return Losses.Reduce(input.Sub(target).Abs(), reduction, "l1_loss");
    }
}
