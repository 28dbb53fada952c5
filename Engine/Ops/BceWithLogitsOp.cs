using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Binary cross-entropy of scores.</summary>
public static class BceWithLogitsOp
{
    private const string Name = "bce_with_logits";

    /// <summary>weight * (posWeight * t * -log(sigmoid(x)) + (1 - t) * -log(1 - sigmoid(x))), from the score itself so that nothing overflows, then reduced.</summary>
    /// <param name="input">Scores x, any shape.</param>
    /// <param name="target">Probabilities t, of the same shape.</param>
    /// <param name="weight">A factor for each item, of a shape that broadcasts to the input's. A constant.</param>
    /// <param name="posWeight">A factor for the positive part, of a shape that broadcasts to the input's. A constant.</param>
    /// <param name="reduction">What becomes of the items.</param>
    /// <returns>A scalar, or the input's shape for <see cref="LossReduction.None"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, a weight requires a gradient, or the mean of 0 items is asked for.</exception>
    public static Tensor BceWithLogits(this Tensor input, Tensor target, Tensor? weight = null, Tensor? posWeight = null, LossReduction reduction = LossReduction.Mean)
    {
        Losses.CheckSameShape(input, target, Name);
        Tensor? positive = Constant(posWeight, input.Shape, nameof(posWeight)), factor = Constant(weight, input.Shape, nameof(weight));
        Tensor x = input.To(Layout.RowMajor).Detach(), t = target.To(Layout.RowMajor).Detach(), y = Tensor.Empty(input.Shape);
        for (int i = 0; i < y.Count; i++)
        {
            double score = x.Span[i], goal = t.Span[i], logWeight = LogWeight(positive, goal, i);
            y.Span[i] = (float)((1 - goal) * score + logWeight * SoftplusOfMinus(score));
        }
        Tensor items = Node.IsNeeded(input, target) ? Workspace.Rent<Node>().Set(x, t, positive).Attach(y, input, target) : y;
        return Losses.Reduce(factor is null ? items : items.Mul(factor), reduction, Name);
    }

    private static Tensor? Constant(Tensor? weight, Shape shape, string name)
    {
        if (weight is null) return null;
        if (weight.RequiresGrad)
            throw new ArgumentException($"{Name}: {name} is a constant and must not require a gradient; pass {name}.Detach(). Received: {name} {weight.Shape}.", name);
        if (Shape.Broadcast(shape, weight.Shape, Name) != shape)
            throw new ArgumentException($"{Name}: {name} must broadcast to the input's shape. Received: input {shape}, {name} {weight.Shape}.", name);
        return Broadcasting.Expand(weight, shape);
    }

    /// <summary>1 + (posWeight - 1) * t: what log(1 + exp(-x)) is multiplied by.</summary>
    private static double LogWeight(Tensor? positive, double goal, int i) => positive is null ? 1 : 1 + ((double)positive.Span[i] - 1) * goal;

    /// <summary>log(1 + exp(-x)).</summary>
    private static double SoftplusOfMinus(double x)
    {
        double e = Elementary.Exp(-Math.Abs(x));
        return Math.Max(-x, 0) + (e < 1e-5 ? e * (1 - e / 2) : Elementary.Log(1 + e)); // 1 + e would lose a small e
    }

    private sealed class Node : Tensors.Node
    {
        private Saved _x, _t;
        private Tensor? _positive;

        public override string Op => Name;

        public Node Set(Tensor x, Tensor t, Tensor? positive)
        {
            (_x, _t, _positive) = (x, t, positive);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor savedX = _x.Get(Op), savedT = _t.Get(Op), dx = Tensor.Empty(savedX.Shape), dt = Tensor.Empty(savedX.Shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            for (int i = 0; i < dy.Length; i++)
            {
                double score = savedX.Span[i], goal = savedT.Span[i];
                dx.Span[i] = (float)(dy[i] * (1 - goal - LogWeight(_positive, goal, i) / (1 + Elementary.Exp(score))));
                if (Needs(1)) dt.Span[i] = (float)(dy[i] * ((LogWeight(_positive, 1, i) - 1) * SoftplusOfMinus(score) - score));
            }
            Add(0, dx);
            if (Needs(1)) Add(1, dt);
        }

        protected override void Free()
        {
            _x = _t = default;
            _positive = null;
        }
    }
}
