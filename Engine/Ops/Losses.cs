using Engine.Tensors;

namespace Engine.Ops;

/// <summary>What the losses share: checks and the reduction of the items.</summary>
internal static class Losses
{
    /// <exception cref="ArgumentException">Input and target differ in shape.</exception>
    public static void CheckSameShape(Tensor input, Tensor target, string op)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (input.Shape != target.Shape)
            throw new ArgumentException($"{op}: size mismatch (got input: {input.Shape}, target: {target.Shape}); both must have the same shape.", nameof(target));
    }

    /// <summary>All items, their mean or their sum; part of the graph.</summary>
    /// <exception cref="ArgumentException">The mean of no items.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such reduction.</exception>
    public static Tensor Reduce(Tensor items, LossReduction reduction, string op)
    {
        CheckReduction(reduction, items.Count, $"input {items.Shape}", op);
        return reduction switch { LossReduction.None => items, LossReduction.Mean => items.Mean(), _ => items.Sum() };
    }

    /// <exception cref="ArgumentException">The mean of no items.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such reduction.</exception>
    public static void CheckReduction(LossReduction reduction, int items, string input, string op)
    {
        if (reduction is not (LossReduction.None or LossReduction.Mean or LossReduction.Sum))
            throw new ArgumentOutOfRangeException(nameof(reduction), $"{op}: reduction must be None, Mean or Sum, got {reduction}.");
        if (reduction == LossReduction.Mean && items == 0)
            throw new ArgumentException($"{op}: there is no mean loss of 0 items. Received: {input}.", nameof(input));
    }
}
