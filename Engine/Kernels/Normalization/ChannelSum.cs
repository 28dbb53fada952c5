using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels.Normalization;

/// <summary>What is added up over a channel: one sum, or two at a time.</summary>
internal interface IChannelTerm
{
    /// <summary>Whether there are two sums.</summary>
    static abstract bool IsPair { get; }

    /// <summary>How many numbers a channel brings.</summary>
    static abstract int Numbers { get; }

    /// <summary>Adds the terms of the elements at <paramref name="at"/>.., given the numbers of their channels.</summary>
    void Add<TV, TS>(ref TV sum, ref TV second, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>;

    /// <summary>Lets the caches fetch the elements of a tile at <paramref name="at"/>.., which will be wanted soon.</summary>
    void Fetch<TV, TS>(long at) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Sums over the pixels and images of a <see cref="ChannelPart"/>, channel by channel.</summary>
/// <remarks>In a wide block 64 virtual lanes a channel, one an image: each is a chain over pixels, and a fixed tree of halves adds the lanes up. Of single
/// images see <see cref="PixelSum{TTerm}"/>.</remarks>
internal unsafe struct ChannelSum<TTerm> : ISimdWork where TTerm : struct, IChannelTerm
{
    /// <summary>Channels whose lanes are added up together: as many as make a tile of four vectors in the narrowest blocks.</summary>
    public const int Group = 4;

    /// <summary>How far ahead memory is asked for, in floats: a channel is 256 bytes in each of the part's pixels, which no hardware prefetcher follows.</summary>
    private const int Ahead = 128;

    /// <summary>Vectors of a tile.</summary>
    private const int Unroll = 4;

    private const int Lanes = BatchLanes.FullWidth;

    public TTerm Term;
    public ChannelPart Part;

    /// <summary>Channels of the activation, the first one wanted, and one past the last; of single images all.</summary>
    public int Channels, From, To;

    /// <summary>What each channel brings.</summary>
    public ChannelNumbers Numbers;

    /// <summary>Sums[c] is written for c from <see cref="From"/> on, Seconds[c] where there are two.</summary>
    public float* Sums, Seconds;

    [SkipLocalsInit] // clearing the lanes took a third of the time of the statistics
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        if (Part.Width == 1)
        {
            Debug.Assert(From == 0 && To == Channels);
            new PixelSum<TTerm> { Term = Term, Part = Part, Channels = Channels, Numbers = Numbers, Sums = Sums, Seconds = Seconds }.Run<TV, TS>();
            return;
        }
        float* lanes = stackalloc float[2 * Lanes * Group + 16];
        lanes = (float*)(((nint)lanes + 63) & ~(nint)63);
        for (int c = From, to; c < To; c = to)
        {
            to = Math.Min(c + Group, To);
            if (Part.Width % (Unroll * TS.Count) == 0) Whole<TV, TS>(c, to, lanes);
            else Mixed<TV, TS>(c, to, lanes);
            for (int i = c; i < to; i++) Sums[i] = Tree<TV, TS>(lanes + (i - c) * Part.Width);
            if (TTerm.IsPair)
                for (int i = c; i < to; i++) Seconds[i] = Tree<TV, TS>(lanes + Group * Lanes + (i - c) * Part.Width);
        }
    }

    /// <summary>Lanes of some channels, where tiles are of one channel: [channel][image], and the second sums after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Whole<TV, TS>(int from, int to, float* lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TTerm term = Term;
        int all = Part.Pixels;
        long width = Part.Width, step = Channels * width, first = Part.Start + from * width;
        for (int c = from; c < to; c++)
        {
            ChannelVectors<TV> k = Numbers.Of<TV, TS>(c, TTerm.Numbers);
            for (long end = first + width; first < end; first += Unroll * TS.Count, lanes += Unroll * TS.Count)
            {
                TV a = TS.Create(0), b = a, d = a, e = a, a2 = a, b2 = a, d2 = a, e2 = a;
                long at = first;
                for (int pixels = all; pixels > 0; pixels--, at += step)
                {
                    term.Fetch<TV, TS>(at + Ahead);
                    term.Add<TV, TS>(ref a, ref a2, at, k);
                    term.Add<TV, TS>(ref b, ref b2, at + TS.Count, k);
                    term.Add<TV, TS>(ref d, ref d2, at + 2 * TS.Count, k);
                    term.Add<TV, TS>(ref e, ref e2, at + 3 * TS.Count, k);
                }
                Keep<TV, TS>(lanes, a, b, d, e);
                if (TTerm.IsPair) Keep<TV, TS>(lanes + Group * Lanes, a2, b2, d2, e2);
            }
        }
    }

    /// <summary>The same where they may be of several.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Mixed<TV, TS>(int from, int to, float* lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TTerm term = Term;
        int all = Part.Pixels, each = Part.Width / TS.Count, v = from * each, vectors = to * each;
        long step = (long)Channels * Part.Width;
        for (; v + Unroll <= vectors; v += Unroll, lanes += Unroll * TS.Count)
        {
            ChannelVectors<TV> k = Numbers.Of<TV, TS>(v / each, TTerm.Numbers), l = Numbers.Of<TV, TS>((v + 1) / each, TTerm.Numbers);
            ChannelVectors<TV> m = Numbers.Of<TV, TS>((v + 2) / each, TTerm.Numbers), n = Numbers.Of<TV, TS>((v + 3) / each, TTerm.Numbers);
            TV a = TS.Create(0), b = a, d = a, e = a, a2 = a, b2 = a, d2 = a, e2 = a;
            long at = Part.Start + v * TS.Count;
            for (int pixels = all; pixels > 0; pixels--, at += step)
            {
                term.Fetch<TV, TS>(at + Ahead);
                term.Add<TV, TS>(ref a, ref a2, at, k);
                term.Add<TV, TS>(ref b, ref b2, at + TS.Count, l);
                term.Add<TV, TS>(ref d, ref d2, at + 2 * TS.Count, m);
                term.Add<TV, TS>(ref e, ref e2, at + 3 * TS.Count, n);
            }
            Keep<TV, TS>(lanes, a, b, d, e);
            if (TTerm.IsPair) Keep<TV, TS>(lanes + Group * Lanes, a2, b2, d2, e2);
        }
        for (; v < vectors; v++, lanes += TS.Count)
        {
            ChannelVectors<TV> k = Numbers.Of<TV, TS>(v / each, TTerm.Numbers);
            TV a = TS.Create(0), a2 = a;
            long at = Part.Start + v * TS.Count;
            for (int pixels = all; pixels > 0; pixels--, at += step) term.Add<TV, TS>(ref a, ref a2, at, k);
            TS.Store(a, lanes);
            if (TTerm.IsPair) TS.Store(a2, lanes + Group * Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<TV, TS>(float* lanes, TV a, TV b, TV d, TV e) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TS.Store(a, lanes);
        TS.Store(b, lanes + TS.Count);
        TS.Store(d, lanes + 2 * TS.Count);
        TS.Store(e, lanes + 3 * TS.Count);
    }

    /// <summary>Adds up the lanes of a channel by halves. Lanes that a narrow block does not have are 0, which changes no sum: none is -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly float Tree<TV, TS>(float* lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        const int Half = Lanes / 2, Quarter = Lanes / 4;
        int width = Part.Width;
        for (int i = 0; i < Quarter; i += TS.Count)
        {
            float* lane = lanes + i;
            TV even = TS.Load(lane);
            if (width > Half) even = TS.Add(even, TS.Load(lane + Half));
            if (width > Quarter)
            {
                TV odd = TS.Load(lane + Quarter);
                if (width > Half + Quarter) odd = TS.Add(odd, TS.Load(lane + Half + Quarter));
                even = TS.Add(even, odd);
            }
            TS.Store(even, lane);
        }
        for (int half = Quarter / 2; half >= TS.Count; half /= 2)
            for (int i = 0; i < half; i += TS.Count) TS.Store(TS.Add(TS.Load(lanes + i), TS.Load(lanes + i + half)), lanes + i);
        return TS.SumOfHalves(TS.Load(lanes));
    }
}

/// <summary>x: for bias gradients and means.</summary>
internal unsafe struct PlainTerm : IChannelTerm
{
    public float* X;

    public static bool IsPair => false;

    public static int Numbers => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Add<TV, TS>(ref TV sum, ref TV second, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> =>
        sum = TS.Add(sum, TS.Load(X + at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Fetch<TV, TS>(long at) where TV : unmanaged where TS : struct, ISimd<TV> => Caches.Soon<TV, TS>(X + at);
}
