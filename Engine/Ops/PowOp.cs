using System.Globalization;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>A power with a constant exponent.</summary>
public static class PowOp
{
    /// <summary>x to the power of <paramref name="exponent"/>, element by element, computed in double precision: NaN for a negative x and a fractional exponent.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="exponent">Any finite number.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is infinite or NaN.</exception>
    public static Tensor Pow(this Tensor x, float exponent)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!float.IsFinite(exponent))
            throw new ArgumentOutOfRangeException(nameof(exponent), $"pow: the exponent must be finite, got {exponent.ToString(CultureInfo.InvariantCulture)}.");
        if (exponent == 2) return x.Square();
        if (exponent == 0.5f) return x.Sqrt();
        if (exponent == -1) return x.Reciprocal();
        Tensor y = Tensor.Empty(x.Shape, x.Layout);
        ReadOnlySpan<float> from = x.Span;
        Span<float> to = y.Span;
        for (int i = 0; i < to.Length; i++) to[i] = (float)Power(from[i], exponent);
        return Node.IsNeeded(x) ? Workspace.Rent<Node>().Set(x, exponent).Attach(y, x) : y;
    }

    /// <summary>Whole exponents up to 64 by multiplication alone, the rest by exp(e log|x|) and the sign.</summary>
    private static double Power(double x, double exponent)
    {
        bool whole = exponent == Math.Floor(exponent);
        if (whole && Math.Abs(exponent) <= 64)
        {
            double product = 1, square = x;
            for (int e = (int)Math.Abs(exponent); e > 0; e >>= 1, square *= square)
                if ((e & 1) != 0) product *= square;
            return exponent < 0 ? 1 / product : product;
        }
        if (x < 0 && !whole) return double.NaN;
        double magnitude = x == 1 ? 1 : Elementary.Exp(exponent * Elementary.Log(Math.Abs(x)));
        return x < 0 && exponent % 2 != 0 ? -magnitude : magnitude;
    }

    private sealed class Node : Tensors.Node
    {
        private Saved _x;
        private float _exponent;

        public override string Op => "pow";

        public Node Set(Tensor x, float exponent)
        {
            (_x, _exponent) = (x, exponent);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _x.Get(Op), dx = Tensor.Empty(saved.Shape, saved.Layout);
            ReadOnlySpan<float> dy = gradient.To(saved.Layout).Span, from = saved.Span;
            Span<float> to = dx.Span;
            for (int i = 0; i < to.Length; i++) to[i] = _exponent == 0 ? 0 : (float)(dy[i] * (_exponent * Power(from[i], (double)_exponent - 1)));
            Add(0, dx);
        }

        protected override void Free() => _x = default;
    }
}
