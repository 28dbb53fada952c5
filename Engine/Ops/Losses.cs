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
        if (!IsDefined(reduction, items.Count, op)) throw NoItems($"input {items.Shape}", op);
        return reduction switch { LossReduction.None => items, LossReduction.Mean => items.Mean(), _ => items.Sum() };
    }

    /// <summary>Whether there is a result: a mean needs items.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such reduction.</exception>
    public static bool IsDefined(LossReduction reduction, int items, string op)
    {
        if (reduction is not (LossReduction.None or LossReduction.Mean or LossReduction.Sum))
            throw new ArgumentOutOfRangeException(nameof(reduction), $"{op}: reduction must be None, Mean or Sum, got {reduction}.");
        return reduction != LossReduction.Mean || items > 0;
    }

    /// <summary>What to throw for a mean of no items.</summary>
    public static ArgumentException NoItems(string input, string op) => new($"{op}: there is no mean loss of 0 items. Received: {input}.", nameof(input));
}
