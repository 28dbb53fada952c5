using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What is added up over a channel.</summary>
internal interface IChannelTerm
{
    /// <summary>sum + term(elements at <paramref name="at"/>..), given the numbers of their channels.</summary>
    TV Add<TV, TS>(TV sum, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Sums over the pixels and images of a <see cref="ChannelPart"/>, channel by channel.</summary>
/// <remarks>In a wide block 64 virtual lanes a channel, one an image: each is a chain over pixels, and a fixed tree of halves adds the lanes up. Of single
/// images four chains, one for every fourth pixel, added up crosswise.</remarks>
internal unsafe struct ChannelSum<TTerm> : ISimdWork where TTerm : struct, IChannelTerm
{
    /// <summary>Channels that go together at most: their lanes are 4 KB, and a pixel's rows are read end to end.</summary>
    public const int Group = 16;

    /// <summary>Pixels that go together: lanes are loaded and stored once for so many.</summary>
    private const int Unroll = 4;

    private const int Lanes = BatchLanes.FullWidth;

    public TTerm Term;
    public ChannelPart Part;

    /// <summary>Channels of the activation, the first one wanted, and one past the last.</summary>
    public int Channels, From, To;

    /// <summary>What each channel brings.</summary>
    public ChannelNumbers Numbers;

    /// <summary>Sums[c] is written for c from <see cref="From"/> on.</summary>
    public float* Sums;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        if (Part.Width > 1) Wide<TV, TS>();
        else
        {
            int c = From;
            for (; c + TS.Count <= To; c += TS.Count) Single<TV, TS>(c);
            for (; c < To; c++) Single<float, Simd1>(c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Wide<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* lanes = stackalloc float[Lanes * Group + 16];
        lanes = (float*)(((nint)lanes + 63) & ~(nint)63);
        TTerm term = Term;
        int width = Part.Width;
        long step = (long)Channels * width;
        for (int from = From, to; from < To; from = to)
        {
            to = Math.Min(from + Group, To);
            new Span<float>(lanes, Lanes * Group).Clear();
            int p = 0;
            long pixel = Part.Start + (long)from * width;
            for (; p + Unroll <= Part.Pixels; p += Unroll, pixel += Unroll * step)
            {
                long at = pixel;
                float* lane = lanes;
                for (int c = from; c < to; c++, lane += Lanes - width)
                {
                    ChannelVectors<TV> k = Numbers.Of<TV, TS>(c);
                    for (float* end = lane + width; lane < end; lane += TS.Count, at += TS.Count)
                    {
                        TV sum = term.Add<TV, TS>(TS.Load(lane), at, k);
                        sum = term.Add<TV, TS>(sum, at + step, k);
                        sum = term.Add<TV, TS>(sum, at + 2 * step, k);
                        TS.Store(term.Add<TV, TS>(sum, at + 3 * step, k), lane);
                    }
                }
            }
            for (; p < Part.Pixels; p++, pixel += step)
            {
                long at = pixel;
                float* lane = lanes;
                for (int c = from; c < to; c++, lane += Lanes - width)
                {
                    ChannelVectors<TV> k = Numbers.Of<TV, TS>(c);
                    for (float* end = lane + width; lane < end; lane += TS.Count, at += TS.Count) TS.Store(term.Add<TV, TS>(TS.Load(lane), at, k), lane);
                }
            }
            for (int c = from; c < to; c++) Sums[c] = Tree<TV, TS>(lanes + (c - from) * Lanes);
        }
    }

    private static float Tree<TV, TS>(float* lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int half = Lanes / 2;
        for (; half >= TS.Count; half /= 2)
            for (int i = 0; i < half; i += TS.Count) TS.Store(TS.Add(TS.Load(lanes + i), TS.Load(lanes + i + half)), lanes + i);
        for (; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    /// <summary>The pixels of single images for one vector of channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Single<TV, TS>(int c) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TTerm term = Term;
        ChannelVectors<TV> k = Numbers.From<TV, TS>(c);
        TV a = TS.Create(0), b = a, d = a, e = a;
        long at = Part.Start + c, step = Channels;
        int p = 0;
        for (; p + Unroll <= Part.Pixels; p += Unroll, at += Unroll * step)
        {
            a = term.Add<TV, TS>(a, at, k);
            b = term.Add<TV, TS>(b, at + step, k);
            d = term.Add<TV, TS>(d, at + 2 * step, k);
            e = term.Add<TV, TS>(e, at + 3 * step, k);
        }
        for (; p < Part.Pixels; p++, at += step) a = term.Add<TV, TS>(a, at, k);
        TS.Store(TS.Add(TS.Add(a, d), TS.Add(b, e)), Sums + c);
    }
}

/// <summary>x: for bias gradients and means.</summary>
internal unsafe struct PlainTerm : IChannelTerm
{
    public float* X;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Add<TV, TS>(TV sum, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(sum, TS.Load(X + at));
}
