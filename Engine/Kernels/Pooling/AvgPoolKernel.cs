using System.Runtime.CompilerServices;

namespace Engine.Kernels.Pooling;

/// <summary>Average pooling over <see cref="BatchLanes"/> activations.</summary>
internal static unsafe class AvgPoolKernel
{
    /// <summary>y = sum of each window, in row-major order of its places, over divisors[i * OutWidth + j].</summary>
    public static void Forward(in Pool2dGeometry g, ReadOnlySpan<float> x, ReadOnlySpan<float> divisors, Span<float> y)
    {
        fixed (float* px = x, py = y, pDivisors = divisors)
            PoolFold.Run(new Mean { X = px, Y = py, Divisors = pDivisors }, g, backward: false);
    }

    /// <summary>dx = for each element the sum of dy times 1 / divisor over the windows that see it, in their order.</summary>
    public static void Backward(in Pool2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<float> divisors, Span<float> dx)
    {
        using Scratch factors = Scratch.Rent(divisors.Length);
        for (int i = 0; i < divisors.Length; i++) factors.Pointer[i] = 1 / divisors[i];
        fixed (float* pdy = dy, pdx = dx)
            PoolFold.Run(new Shares { Dy = pdy, Dx = pdx, Factors = factors.Pointer }, g, backward: true);
    }

    private struct Mean : IPoolFold
    {
        public float* X, Y, Divisors;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Start<TV, TS>(out PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> => state = new() { Value = TS.Create(0) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Weight<TV, TS>(long pixel, int number) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Create(1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(long at, TV weight, ref PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> =>
            state.Value = TS.Add(state.Value, TS.Load(X + at));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TV, TS>(long to, long pixel, in PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Store(TS.Divide(state.Value, TS.Create(Divisors[pixel])), Y + to);
    }

    private struct Shares : IPoolFold
    {
        public float* Dy, Dx, Factors;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Start<TV, TS>(out PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> => state = new() { Value = TS.Create(0) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Weight<TV, TS>(long pixel, int number) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Create(Factors[pixel]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(long at, TV weight, ref PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> =>
            state.Value = TS.Fma(TS.Load(Dy + at), weight, state.Value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TV, TS>(long to, long pixel, in PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Store(state.Value, Dx + to);
    }
}
