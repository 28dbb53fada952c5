using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Negative log likelihood.</summary>
public static class NllLossOp
{
    private const string Name = "nll_loss";

    /// <summary>-weight[label] * input[label] for each item, then reduced; the mean divides by the sum of the weights that were used.</summary>
    /// <param name="input">Log-probabilities: [N, C], [N, C, ...] with one label for each place, or [C].</param>
    /// <param name="target">The labels in row-major order of [N, ...], each 0 to C - 1 or <paramref name="ignoreIndex"/>.</param>
    /// <param name="weight">One factor a class, [C]. A constant.</param>
    /// <param name="ignoreIndex">Items with this label count for nothing.</param>
    /// <param name="reduction">What becomes of the items.</param>
    /// <returns>A scalar, or [N, ...] for <see cref="LossReduction.None"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or the mean of 0 items is asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label out of range.</exception>
    public static Tensor NllLoss(this Tensor input, ReadOnlySpan<int> target, Tensor? weight = null, int ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank == 0) throw new ArgumentException("nll_loss: input must have a dimension of classes: [N, C], [N, C, ...] or [C]. Received: input [].", nameof(input));
        int classDim = input.Rank == 1 ? 0 : 1, classes = input.Shape[classDim];
        Shape items = input.Shape.Without(classDim);
        if (target.Length != items.Count)
            throw new ArgumentException($"nll_loss: size mismatch (got input: {input.Shape}, target: [{target.Length}]); expected {items.Count} labels, one for each place of {items}.", nameof(target));
        if (weight is not null && (weight.RequiresGrad || weight.Shape != new Shape(classes)))
            throw new ArgumentException($"nll_loss: weight must be a constant with one value for each of the {classes} classes. Received: weight {weight.Shape}{(weight.RequiresGrad ? ", which requires a gradient" : "")}.", nameof(weight));
        int counted = CheckLabels(target, classes, ignoreIndex);
        if (!Losses.IsDefined(reduction, counted, Name)) throw Losses.NoItems($"input {input.Shape}, {target.Length} labels, {counted} of them not {ignoreIndex}", Name);

        int plane = input.Rank == 1 ? 1 : input.Plane;
        ReadOnlySpan<float> x = input.AsSpan();
        Tensor losses = Tensor.Empty(items), factors = Tensor.Empty(items);
        for (int i = 0; i < target.Length; i++)
        {
            bool ignored = target[i] == ignoreIndex;
            factors.Span[i] = ignored ? 0 : weight is null ? 1 : weight.AsSpan()[target[i]];
            losses.Span[i] = ignored ? 0 : -factors.Span[i] * x[At(i, target[i], classes, plane)];
        }
        float total = reduction == LossReduction.Mean ? RowSum.Of(factors.Span) : 1;
        Tensor y = reduction == LossReduction.None ? losses : Tensor.Scalar(RowSum.Of(losses.Span) / total);
        return Node.IsNeeded(input) ? Workspace.Rent<Node>().Set(input.Shape, target, factors, ignoreIndex, total).Attach(y, input) : y;
    }

    /// <summary>How many labels count.</summary>
    private static int CheckLabels(ReadOnlySpan<int> target, int classes, int ignoreIndex)
    {
        int counted = 0;
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i] == ignoreIndex) continue;
            if ((uint)target[i] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(target), $"nll_loss: label {target[i]} at index {i} of the batch; {classes} classes (0..{classes - 1}).");
            counted++;
        }
        return counted;
    }

    /// <summary>Where the log-probability of an item's label lies in [N, C, plane].</summary>
    private static int At(int item, int label, int classes, int plane) => (item / plane * classes + label) * plane + item % plane;

    private sealed class Node : Tensors.Node
    {
        private readonly List<int> _target = [];
        private Shape _shape;
        private Saved _factors;
        private int _ignoreIndex;
        private float _total;

        public override string Op => Name;

        public Node Set(Shape shape, ReadOnlySpan<int> target, Tensor factors, int ignoreIndex, float total)
        {
            _target.AddRange(target);
            (_shape, _factors, _ignoreIndex, _total) = (shape, factors, ignoreIndex, total);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor dx = Tensor.Zeros(_shape);
            ReadOnlySpan<float> dy = gradient.AsSpan(), factor = _factors.Get(Op).Span;
            bool one = gradient.Rank == 0; // reduced, or the only item
            int classes = _shape[_shape.Rank == 1 ? 0 : 1], plane = _shape.Rank == 1 ? 1 : dx.Plane;
            for (int i = 0; i < _target.Count; i++)
                if (_target[i] != _ignoreIndex) dx.Span[At(i, _target[i], classes, plane)] = -dy[one ? 0 : i] * factor[i] / _total;
            Add(0, dx);
        }

        protected override void Free()
        {
            _target.Clear();
            _factors = default;
        }
    }
}
