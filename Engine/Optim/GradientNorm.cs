using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Optim;

/// <summary>The norm of many gradients as of one long vector, in a fixed order.</summary>
internal static class GradientNorm
{
    /// <summary>Elements summed in float before the sum goes on in double: 256 additions in each of 16 lanes, so that long gradients lose nothing.</summary>
    private const int Block = 4_096;

    /// <summary>(sum of |g|^type)^(1/type); the largest |g| where type is infinite.</summary>
    public static double Of(List<Tensor> tensors, double type)
    {
        double total = 0;
        foreach (Tensor tensor in tensors)
        {
            ReadOnlySpan<float> gradient = tensor.GradientToAddTo().Span;
            if (double.IsPositiveInfinity(type)) total = Math.Max(total, Largest(gradient));
            else
                for (int i = 0; i < gradient.Length; i += Block) total += Sum(gradient.Slice(i, Math.Min(Block, gradient.Length - i)), type);
        }
        return type == 2 ? Math.Sqrt(total) : type == 1 || !double.IsFinite(total) || double.IsInfinity(type) ? total : Power.Real(total, 1 / type);
    }

    private static double Sum(ReadOnlySpan<float> block, double type)
    {
        float sum = type == 2 ? RowSum.Of(default(Square), block) : type == 1 ? RowSum.Of(default(Magnitude), block) : 0;
        return sum > 1e-30f && float.IsFinite(sum) ? sum : SlowSum(block, type); // squares of a float leave its range, those of a double do not
    }

    private static double SlowSum(ReadOnlySpan<float> block, double type)
    {
        double sum = 0;
        foreach (float g in block)
        {
            double magnitude = Math.Abs((double)g);
            sum += type == 2 ? magnitude * magnitude : type == 1 ? magnitude : double.IsNaN(magnitude) ? magnitude : Power.Real(magnitude, type);
        }
        return sum;
    }

    private static double Largest(ReadOnlySpan<float> gradient)
    {
        float largest = 0;
        foreach (float g in gradient) largest = MathF.Max(largest, MathF.Abs(g)); // NaN wins
        return largest;
    }

    private struct Square : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Multiply(a, a);
    }

    private struct Magnitude : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Abs(a);
    }
}
