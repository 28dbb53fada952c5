using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The square root.</summary>
public static class SqrtOp
{
    /// <summary>The square root, element by element: NaN below 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Sqrt(this Tensor x) => Unary.Apply(x, default(Op));

    private struct Op : IUnaryOp
    {
        public static string Name => "sqrt";

        public readonly TV Forward<TV, TS>(TV x) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Sqrt(x);

        public readonly TV Backward<TV, TS>(TV dy, TV x, TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(dy, TS.Add(y, y));
    }
}
