using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Softsign.</summary>
public static class SoftsignOp
{
    /// <summary>x / (1 + |x|), element by element.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Softsign(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "softsign";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Divide(x, TS.Add(TS.Create(1), TS.Abs(x)));

        // dy / (1 + |x|)^2
        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV d = TS.Add(TS.Create(1), TS.Abs(x));
            return TS.Divide(dy, TS.Multiply(d, d));
        }
    }
}
