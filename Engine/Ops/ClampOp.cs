using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Limits to an interval.</summary>
public static class ClampOp
{
    /// <summary>min(max(x, min), max), element by element; NaN stays NaN. At the limits themselves the gradient passes, as in PyTorch.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="min">Lower limit; none by default.</param>
    /// <param name="max">Upper limit; none by default. Where it is below <paramref name="min"/> everything becomes max.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">A limit is NaN.</exception>
    public static Tensor Clamp(this Tensor x, float min = float.NegativeInfinity, float max = float.PositiveInfinity)
    {
        if (float.IsNaN(min) || float.IsNaN(max))
            throw new ArgumentException($"clamp: a limit must not be NaN. Received: min {Text(min)}, max {Text(max)}.", float.IsNaN(min) ? nameof(min) : nameof(max));
        return Unary.Apply(x, new Op { Low = min, High = max });
    }

    private struct Op : IUnaryOp
    {
        public float Low, High;

        public static string Name => "clamp";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Min(TS.Max(x, TS.Create(Low)), TS.Create(High));

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.IfGreater(TS.Create(Low), x, TS.Create(0), TS.IfGreater(x, TS.Create(High), TS.Create(0), dy));
    }

    private static string Text(float x) => x.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
