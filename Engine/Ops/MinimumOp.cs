using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>The smaller of two.</summary>
public static class MinimumOp
{
    /// <summary>The smaller of a and b, element by element, with broadcasting; NaN where either is NaN. Equal elements share the gradient half and half, as in PyTorch.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with a's.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Minimum(this Tensor a, Tensor b) => Binary.Apply<Op>(a, b);

    private readonly struct Op : IBinaryOp
    {
        public static string Name => "minimum";

        public static TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Min(a, b);

        public static TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.IfGreater(a, b, TS.Create(0), TS.IfEqual(a, b, TS.Multiply(dy, TS.Create(0.5f)), dy));

        public static TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.IfGreater(b, a, TS.Create(0), TS.IfEqual(a, b, TS.Multiply(dy, TS.Create(0.5f)), dy));
    }
}
