using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels.Pooling;

/// <summary>Maximum pooling over <see cref="BatchLanes"/> activations.</summary>
internal static unsafe class MaxPoolKernel
{
    /// <summary>Windows of up to so many places are remembered in bytes.</summary>
    private const int ByteLimit = 256;

    /// <summary>Bytes that the place of a maximum takes: 1, or 4 (a float) where a window has more places than a byte can tell apart.</summary>
    public static int PlaceBytes(in Pool2dGeometry g)
    {
        long rows = g.IsAdaptive ? Bin(g.InHeight, g.OutHeight) : Math.Min(g.Kernel.Height, g.InHeight);
        long columns = g.IsAdaptive ? Bin(g.InWidth, g.OutWidth) : Math.Min(g.Kernel.Width, g.InWidth);
        return rows * columns <= ByteLimit ? sizeof(byte) : sizeof(float);

        static int Bin(int size, int bins) => Math.Min(size, size / bins + 2); // one more where size does not divide, one more where the bin begins within a pixel
    }

    /// <summary>y = the largest element of each window and places = which of the window's places inside the image it is, <see cref="PlaceBytes"/> each; no
    /// places are written where the span is empty.</summary>
    /// <remarks>The first of equal elements counts; NaN is larger than everything, and the last NaN counts, as in PyTorch.</remarks>
    public static void Forward(in Pool2dGeometry g, ReadOnlySpan<float> x, Span<float> y, Span<byte> places)
    {
        Debug.Assert(places.IsEmpty || places.Length == (long)y.Length * PlaceBytes(g));
        fixed (float* px = x, py = y)
        fixed (byte* p = places)
        {
            if (places.IsEmpty) PoolFold.Run(new Largest<NoPlaces> { X = px, Y = py }, g, backward: false);
            else if (PlaceBytes(g) == 1) PoolFold.Run(new Largest<BytePlaces> { X = px, Y = py, Places = p }, g, backward: false);
            else PoolFold.Run(new Largest<FloatPlaces> { X = px, Y = py, Places = p }, g, backward: false);
        }
    }

    /// <summary>dx = for each element the sum of dy over the windows that chose it, in their order.</summary>
    public static void Backward(in Pool2dGeometry g, ReadOnlySpan<float> dy, ReadOnlySpan<byte> places, Span<float> dx)
    {
        Debug.Assert(places.Length == (long)dy.Length * PlaceBytes(g));
        fixed (float* pdy = dy, pdx = dx)
        fixed (byte* p = places)
        {
            if (PlaceBytes(g) == 1) PoolFold.Run(new Chosen<BytePlaces> { Dy = pdy, Dx = pdx, Places = p }, g, backward: true);
            else PoolFold.Run(new Chosen<FloatPlaces> { Dy = pdy, Dx = pdx, Places = p }, g, backward: true);
        }
    }

    private struct Largest<TPlaces> : IPoolFold where TPlaces : struct, IPlaces
    {
        public float* X, Y;
        public byte* Places;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Start<TV, TS>(out PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> =>
            state = new() { Value = TS.Create(float.NegativeInfinity), Place = TS.Create(0), NaNPlace = TS.Create(-1) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Weight<TV, TS>(long pixel, int number) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Create(number);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(long at, TV weight, ref PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV x = TS.Load(X + at);
            state.Place = TS.IfGreater(x, state.Value, weight, state.Place);
            state.Value = TS.Larger(x, state.Value);
            state.NaNPlace = TS.IfEqual(x, x, state.NaNPlace, weight);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TV, TS>(long to, long pixel, in PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV none = TS.Create(-1);
            TS.Store(TS.IfEqual(state.NaNPlace, none, state.Value, TS.Create(float.NaN)), Y + to);
            TPlaces.Store<TV, TS>(TS.IfEqual(state.NaNPlace, none, state.Place, state.NaNPlace), Places, to);
        }
    }

    private struct Chosen<TPlaces> : IPoolFold where TPlaces : struct, IPlaces
    {
        public float* Dy, Dx;
        public byte* Places;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Start<TV, TS>(out PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> => state = new() { Value = TS.Create(0) };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Weight<TV, TS>(long pixel, int number) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Create(number);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(long at, TV weight, ref PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> =>
            state.Value = TS.IfEqual(TPlaces.Load<TV, TS>(Places, at), weight, TS.Add(state.Value, TS.Load(Dy + at)), state.Value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store<TV, TS>(long to, long pixel, in PoolState<TV> state) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Store(state.Value, Dx + to);
    }

    /// <summary>How the places of the maxima are kept.</summary>
    private interface IPlaces
    {
        static abstract TV Load<TV, TS>(byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV>;

        static abstract void Store<TV, TS>(TV place, byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV>;
    }

    private readonly struct BytePlaces : IPlaces
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TV Load<TV, TS>(byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV> => TS.LoadBytes(places + at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TV, TS>(TV place, byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV> => TS.StoreBytes(place, places + at);
    }

    private readonly struct FloatPlaces : IPlaces
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TV Load<TV, TS>(byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Load((float*)places + at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TV, TS>(TV place, byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Store(place, (float*)places + at);
    }

    private readonly struct NoPlaces : IPlaces
    {
        public static TV Load<TV, TS>(byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV> => throw new NotSupportedException();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TV, TS>(TV place, byte* places, long at) where TV : unmanaged where TS : struct, ISimd<TV>
        {
        }
    }
}
