using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Division.</summary>
public static class DivOp
{
    extension(Tensor)
    {
        /// <summary>a / b, element by element, with broadcasting.</summary>
        public static Tensor operator /(Tensor a, Tensor b) => a.Div(b);

        /// <summary>a / b, element by element.</summary>
        public static Tensor operator /(Tensor a, float b) => a.Div(Tensor.Scalar(b));

        /// <summary>a / b, element by element.</summary>
        public static Tensor operator /(float a, Tensor b) => Tensor.Scalar(a).Div(b);
    }

    /// <summary>a / b, element by element, with broadcasting; IEEE infinities and NaN where b is 0.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with a's.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Div(this Tensor a, Tensor b) => Binary.Apply<Op>(a, b);

    private readonly struct Op : IBinaryOp
    {
        public static string Name => "div";

        public static TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(a, b);

        public static TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(dy, b);

        public static TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Negate(TS.Divide(TS.Multiply(dy, TS.Divide(a, b)), b));
    }
}
