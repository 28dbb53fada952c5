using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Addition.</summary>
public static class AddOp
{
    extension(Tensor)
    {
        /// <summary>a + b, element by element, with broadcasting.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => a.Add(b);

        /// <summary>a + b, element by element.</summary>
        public static Tensor operator +(Tensor a, float b) => a.Add(Tensor.Scalar(b));

        /// <summary>a + b, element by element.</summary>
        public static Tensor operator +(float a, Tensor b) => Tensor.Scalar(a).Add(b);
    }

    /// <summary>a + b, element by element, with broadcasting.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with a's.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Add(this Tensor a, Tensor b) => Binary.Apply<Op>(a, b);

    private readonly struct Op : IBinaryOp
    {
        public static string Name => "add";

        public static (bool A, bool B) PassesGradient => (true, true);

        public static TV Forward<TV, TS>(TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(a, b);

        public static TV BackwardA<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => dy;

        public static TV BackwardB<TV, TS>(TV dy, TV a, TV b) where TV : unmanaged where TS : struct, ISimd<TV> => dy;
    }
}
