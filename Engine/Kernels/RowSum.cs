using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Sums of contiguous rows.</summary>
/// <remarks>16 virtual lanes: element i belongs to lane i mod 16, each lane is a chain, and a fixed tree of halves adds the lanes up. So the sum is the same
/// with vectors of 16, 8, 4 or 1.</remarks>
internal static unsafe class RowSum
{
    private const int Lanes = 16;

    /// <summary>The sum of f(x[i]) over a row; f ignores its second and third argument.</summary>
    public static float Of<TF>(TF f, ReadOnlySpan<float> x) where TF : struct, IElementwise
    {
        float* lanes = stackalloc float[Lanes];
        new Span<float>(lanes, Lanes).Clear();
        fixed (float* px = x)
        {
            Sum<TF> sum = new() { F = f, X = px, Length = x.Length, Result = lanes };
            Simd.Dispatch(ref sum);
        }
        for (int half = Lanes / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    /// <summary>The sum of a row.</summary>
    public static float Of(ReadOnlySpan<float> x) => Of(default(Identity), x);

    private struct Identity : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => a;
    }

    private struct Sum<TF> : ISimdWork where TF : struct, IElementwise
    {
        public TF F;
        public float* X, Result;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int i = 0;
            for (; i + Lanes <= Length; i += Lanes)
                for (int v = 0; v < Lanes; v += TS.Count)
                {
                    TV x = TS.Load(X + i + v);
                    TS.Store(TS.Add(TS.Load(Result + v), F.Invoke<TV, TS>(x, x, x)), Result + v);
                }
            for (; i < Length; i++) Result[i % Lanes] += F.Invoke<float, Simd1>(X[i], X[i], X[i]);
        }
    }
}
