using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Variance over dimensions.</summary>
public static class VarOp
{
    /// <summary>The variance over some dimensions, or over all, in two passes: the second subtracts the mean first, so nothing cancels.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dims">Dimensions to reduce, negative ones from the end; empty for all.</param>
    /// <param name="unbiased">Divides by n - 1 (Bessel's correction) instead of n.</param>
    /// <param name="keepDim">Keeps the reduced dimensions with size 1.</param>
    /// <returns>x's shape without the reduced dimensions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension is given twice, or there are too few elements.</exception>
    public static Tensor Var(this Tensor x, ReadOnlySpan<int> dims = default, bool unbiased = true, bool keepDim = false) =>
        Apply(x, dims, unbiased, keepDim, root: false);

    /// <summary>The variance, or its root.</summary>
    internal static Tensor Apply(Tensor x, ReadOnlySpan<int> dims, bool unbiased, bool keepDim, bool root)
    {
        ArgumentNullException.ThrowIfNull(x);
        string op = root ? "std" : "var";
        DimSet reduced = Reduction.Mark(x.Shape, dims, op);
        Tensor rows = Reduction.RowsLast(x, reduced, out int length), y = Tensor.Empty(Reduction.ResultShape(x.Shape, reduced, keepDim)), mean = Tensor.Empty(y.Shape);
        int divisor = unbiased ? length - 1 : length;
        if (divisor < 1 && y.Count > 0)
            throw new ArgumentException($"{op}: needs at least {(unbiased ? "2 elements to be unbiased" : "1 element")}, got {length}. Received: input {x.Shape}, dims [{string.Join(", ", dims.ToArray())}].", nameof(x));
        for (int i = 0; i < y.Count; i++)
        {
            ReadOnlySpan<float> row = rows.Span.Slice(i * length, length);
            mean.Span[i] = (float)(RowSum.Of(row) / (double)length);
            double variance = RowSum.Of(new SquaredDeviation { Mean = mean.Span[i] }, row) / (double)divisor;
            y.Span[i] = (float)(root ? Math.Sqrt(variance) : variance);
        }
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(op, (x, mean, root ? y.Detach() : null), reduced, divisor).Attach(y, x) : y;
    }

    private struct SquaredDeviation : IElementwise
    {
        public float Mean;

        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV deviation = TS.Subtract(a, TS.Create(Mean));
            return TS.Multiply(deviation, deviation);
        }
    }

    /// <summary>(x - mean) * factor.</summary>
    private struct ScaledDeviation : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV x, TV mean, TV factor) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Multiply(TS.Subtract(x, mean), factor);
    }

    /// <summary>d var = 2 (x - mean) / divisor; d std = d var / (2 std), and 0 where the deviation is 0, as in PyTorch.</summary>
    private sealed class Node : Tensors.Node
    {
        private string _op = "";
        private Saved _x, _mean, _root;
        private bool _hasRoot;
        private DimSet _reduced;
        private int _divisor;

        public override string Op => _op;

        public Node Set(string op, (Tensor X, Tensor Mean, Tensor? Root) saved, DimSet reduced, int divisor)
        {
            (_op, _x, _mean, _reduced, _divisor) = (op, saved.X, saved.Mean, reduced, divisor);
            _hasRoot = saved.Root is not null;
            if (saved.Root is not null) _root = saved.Root;
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _x.Get(Op), factor = Tensor.Empty(gradient.Shape), dx = Tensor.Empty(saved.Shape);
            ReadOnlySpan<float> dy = gradient.AsSpan();
            for (int i = 0; i < dy.Length; i++)
            {
                double std = _hasRoot ? _root.Get(Op).Span[i] : 0.5;
                factor.Span[i] = std == 0 ? 0 : (float)(dy[i] / (std * _divisor));
            }
            Elementwise.Map(default(ScaledDeviation), saved.AsSpan(), Full(_mean.Get(Op), saved.Shape), Full(factor, saved.Shape), dx.Span);
            Add(0, dx);
        }

        protected override void Free() => _x = _mean = _root = default;

        private ReadOnlySpan<float> Full(Tensor result, Shape shape) => Broadcasting.Expand(Reduction.Reinsert(result, shape, _reduced), shape).Span;
    }
}
