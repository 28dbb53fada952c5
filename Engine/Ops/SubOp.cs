using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Subtraction.</summary>
public static class SubOp
{
    extension(Tensor)
    {
        /// <summary>a - b, element by element, with broadcasting.</summary>
        public static Tensor operator -(Tensor a, Tensor b) => a.Sub(b);

        /// <summary>a - b, element by element.</summary>
        public static Tensor operator -(Tensor a, float b) => a.Sub(Tensor.Scalar(b));

        /// <summary>a - b, element by element.</summary>
        public static Tensor operator -(float a, Tensor b) => Tensor.Scalar(a).Sub(b);
    }

    /// <summary>a - b, element by element, with broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with a's.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Sub(this Tensor a, Tensor b) => Binary.Apply<Op>(a, b);

    private readonly struct Op : IBinaryOp
    {
        public static string Name => "sub";

        public static (bool A, bool B) PassesGradient => (true, false);

        public static TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Subtract(a, b);

        public static TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => dy;

        public static TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(dy);
    }
}
