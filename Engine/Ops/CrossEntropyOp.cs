using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Cross-entropy from logits.</summary>
public static class CrossEntropyOp
{
    /// <summary>-sum over classes of q[c] * log softmax(x)[c], max-shifted, as <c>torch.nn.functional.cross_entropy</c> with class labels:
    /// q = weight * ((1 - smoothing) * onehot + smoothing / C). The mean divides by the sum of the labels' weights.</summary>
    /// <param name="logits">[N, C], [N, C, d1, ...] or [C].</param>
    /// <param name="target">One class number for every item and place, in row-major order of [N, d1, ...].</param>
    /// <param name="weight">Weight of each class, [C]; null for 1.</param>
    /// <param name="ignoreIndex">Items with this label do not count.</param>
    /// <param name="labelSmoothing">Share given to all classes alike, 0 to 1.</param>
    /// <param name="reduction">Mean, sum, or one value an item.</param>
    /// <returns>A scalar, or [N, d1, ...].</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or the mean of nothing is asked for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label or the smoothing is out of range.</exception>
    public static Tensor CrossEntropy(this Tensor logits, ReadOnlySpan<int> target, Tensor? weight = null, int ignoreIndex = -100, float labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        Rows rows = Rows.Of(logits, weight, labelSmoothing);
        if (target.Length != rows.Count)
            throw new ArgumentException($"cross_entropy: size mismatch (got input: {logits.Shape}, target: [{target.Length}]): {rows.Count} labels expected.", nameof(target));
        for (int i = 0; i < target.Length; i++)
            if (target[i] != ignoreIndex && (uint)target[i] >= (uint)rows.Classes)
                throw new ArgumentOutOfRangeException(nameof(target), $"cross_entropy: label {target[i]} at index {i} of the batch; {rows.Classes} classes (0..{rows.Classes - 1}).");
        ReadOnlySpan<float> classWeight = weight is null ? [] : weight.AsSpan();
        double total = 0;
        foreach (int label in target)
            if (label != ignoreIndex) total += classWeight.IsEmpty ? 1 : classWeight[label];
        CrossEntropyKernel.Labels(rows.Logits.Span, target, ignoreIndex, labelSmoothing, classWeight, rows.Losses.Span, rows.Derivative.Span);
        return rows.Reduce(logits, reduction, total);
    }

    /// <summary>The same with a probability for every class: q = weight * ((1 - smoothing) * target + smoothing / C). The mean divides by the number of items.</summary>
    /// <param name="logits">[N, C], [N, C, d1, ...] or [C].</param>
    /// <param name="target">Probabilities, of the logits' shape; no gradient flows into them.</param>
    /// <param name="weight">Weight of each class, [C]; null for 1.</param>
    /// <param name="labelSmoothing">Share given to all classes alike, 0 to 1.</param>
    /// <param name="reduction">Mean, sum, or one value an item.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or the mean of nothing is asked for.</exception>
    public static Tensor CrossEntropy(this Tensor logits, Tensor target, Tensor? weight = null, float labelSmoothing = 0, LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(target);
        Rows rows = Rows.Of(logits, weight, labelSmoothing);
        if (target.Shape != logits.Shape)
            throw new ArgumentException($"cross_entropy: class probabilities must have the input's shape. Received: input {logits.Shape}, target {target.Shape}.", nameof(target));
        ReadOnlySpan<float> classWeight = weight is null ? [] : weight.AsSpan(), probabilities = Rows.ClassesLast(target).Span;
        CrossEntropyKernel.Probabilities(rows.Logits.Span, probabilities, labelSmoothing, classWeight, rows.Losses.Span, rows.Derivative.Span);
        return rows.Reduce(logits, reduction, rows.Count);
    }

    /// <summary>Logits as rows of classes, with what is computed for each row: its loss, and the derivative of that loss, p * sum(q) - q.</summary>
    private readonly struct Rows
    {
        private Rows(Tensor logits, int classes)
        {
            Logits = logits;
            Classes = classes;
            Count = logits.Count / classes;
            Losses = Tensor.Empty([Count]);
            Derivative = Tensor.Empty([Count, classes]);
        }

        public Tensor Logits { get; }

        public Tensor Losses { get; }

        public Tensor Derivative { get; }

        public int Count { get; }

        public int Classes { get; }

        public static Rows Of(Tensor logits, Tensor? weight, float labelSmoothing)
        {
            ArgumentNullException.ThrowIfNull(logits);
            if (logits.Rank == 0) throw new ArgumentException("cross_entropy: input must have a dimension of classes, got a scalar.", nameof(logits));
            int classes = logits.Shape[logits.Rank == 1 ? 0 : 1];
            if (classes == 0) throw new ArgumentException($"cross_entropy: input has no classes: {logits.Shape}.", nameof(logits));
            if (!(labelSmoothing is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(labelSmoothing), $"cross_entropy: label smoothing must be between 0 and 1, got {labelSmoothing}.");
            if (weight is not null && weight.Shape != new Shape(classes))
                throw new ArgumentException($"cross_entropy: weight must have one value per class, shape [{classes}], got {weight.Shape}.", nameof(weight));
            return new Rows(ClassesLast(logits), classes);
        }

        /// <summary>[N, C, d1, ...] to [N, d1, ..., C], row-major.</summary>
        public static Tensor ClassesLast(Tensor x)
        {
            return Reduction.RowsLast(x, DimSet.Of(x.Rank == 1 ? 0 : 1), out _);
        }

        public Tensor Reduce(Tensor logits, LossReduction reduction, double total)
        {
            if (reduction == LossReduction.Mean && Count == 0)
                throw new ArgumentException($"cross_entropy: the mean loss of 0 items is not defined. Received: input {logits.Shape}.", nameof(logits));
            Tensor y = Losses;
            double divisor = reduction == LossReduction.Mean ? total : 1;
            if (reduction == LossReduction.None) y = Tensor.On(Losses.Storage, logits.Shape.Without(logits.Rank == 1 ? 0 : 1));
            else y = Tensor.Scalar((float)(RowSum.Of(Losses.Span) / divisor));
            return Node.IsNeeded(logits) ? Workspace.Rent<Node>().Set(logits.Shape, Derivative, reduction, divisor).Attach(y, logits) : y;
        }
    }

    private struct Times : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(a, b);
    }

    private sealed class Node : Tensors.Node
    {
        private Shape _shape;
        private Saved _derivative;
        private LossReduction _reduction;
        private double _divisor;

        public override string Op => "cross_entropy";

        public Node Set(Shape shape, Tensor derivative, LossReduction reduction, double divisor)
        {
            (_shape, _derivative, _reduction, _divisor) = (shape, derivative, reduction, divisor);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor rows = _derivative.Get(Op), dx = Tensor.Empty(rows.Shape);
            ReadOnlySpan<float> upstream = gradient.AsSpan();
            int classes = rows.Shape[1];
            if (_reduction != LossReduction.None) Scale(rows.Span, upstream[0], dx.Span);
            else
                for (int i = 0; i < rows.Shape[0]; i++) Scale(rows.Span.Slice(i * classes, classes), upstream[i], dx.Span.Slice(i * classes, classes));
            Add(0, ClassesSecond(dx));
        }

        protected override void Free() => _derivative = default;

        private void Scale(ReadOnlySpan<float> derivative, double upstream, Span<float> dx) => Elementwise.Map(default(Times), derivative, [(float)(upstream / _divisor)], dx);

        /// <summary>Rows of classes back to [N, C, d1, ...].</summary>
        private Tensor ClassesSecond(Tensor rows)
        {
            if (_shape.Rank <= 2) return Tensor.On(rows.Storage, _shape);
            Tensor x = Tensor.Empty(_shape);
            int classes = _shape[1], places = x.Plane;
            Strided.Gather(rows.Span, 0, [_shape[0], classes, places], [(long)places * classes, 1, classes], x.Span);
            return x;
        }
    }
}
