using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Multiplication.</summary>
public static class MulOp
{
    extension(Tensor)
    {
        /// <summary>a * b, element by element, with broadcasting.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => a.Mul(b);

        /// <summary>a * b, element by element.</summary>
        public static Tensor operator *(Tensor a, float b) => a.Mul(Tensor.Scalar(b));

        /// <summary>a * b, element by element.</summary>
        public static Tensor operator *(float a, Tensor b) => Tensor.Scalar(a).Mul(b);
    }

    /// <summary>a * b, element by element, with broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with a's.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Mul(this Tensor a, Tensor b) => Binary.Apply<Op>(a, b);

    private readonly struct Op : IBinaryOp
    {
        public static string Name => "mul";

        public static TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(a, b);

        public static TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, b);

        public static TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(dy, a);
    }
}
