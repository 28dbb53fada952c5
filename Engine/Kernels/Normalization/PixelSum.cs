using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels.Normalization;

/// <summary>Sums over the pixels of single images, [pixel][channel]: four chains a channel, one for every fourth pixel; those that make no four more go to the first.
/// They are added up crosswise.</summary>
/// <remarks>Four pixels are a row of four times as many floats as there are channels, each with its own chain, so that few or odd numbers of channels fill vectors too.</remarks>
internal unsafe struct PixelSum<TTerm> where TTerm : struct, IChannelTerm
{
    private const int Chains = 4;

    /// <summary>Rows that go together: chains are loaded and stored once for so many.</summary>
    private const int Unroll = 4;

    public TTerm Term;
    public ChannelPart Part;
    public int Channels;
    public ChannelNumbers Numbers;

    /// <summary>One a channel, Seconds where there are two sums.</summary>
    public float* Sums, Seconds;

    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int row = Chains * Channels, times = Channels % TS.Count == 0 ? 1 : Chains;
        using Scratch memory = Scratch.Rent(2L * row + (times == 1 ? 0 : TTerm.Numbers * row)); // [sum, second][chain][channel], [number][chain][channel]
        float* chains = memory.Pointer;
        memory.Span[..(2 * row)].Clear();
        ChannelNumbers numbers = Numbers.Repeated(Channels, times, TTerm.Numbers, chains + 2 * row);
        int rows = Part.Pixels / Chains, together = rows - rows % Unroll;
        Rows<TV, TS>(numbers, Channels * times, Part.Start, together, chains);
        long at = Part.Start + (long)together * row, end = Part.Start + (long)Part.Pixels * Channels;
        for (int i = together; i < rows; i++, at += row) Piece<TV, TS>(numbers, Channels * times, at, row, chains);
        for (; at < end; at += Channels) Piece<TV, TS>(Numbers, Channels, at, Channels, chains);
        Cross<TV, TS>(chains, Sums);
        if (TTerm.IsPair) Cross<TV, TS>(chains + row, Seconds);
    }

    /// <summary>Four rows at a time.</summary>
    /// <param name="numbers">What channels bring, for <paramref name="period"/> floats of a row; then they come again.</param>
    /// <param name="period">A multiple of the vectors, or the row.</param>
    /// <param name="at">Where the rows begin.</param>
    /// <param name="rows">How many.</param>
    /// <param name="chains">Added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TV, TS>(ChannelNumbers numbers, int period, long at, int rows, float* chains) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TTerm term = Term;
        long row = (long)Chains * Channels;
        for (; rows > 0; rows -= Unroll, at += Unroll * row)
            for (int first = 0; first < row; first += period)
            {
                int i = 0;
                for (; i + TS.Count <= period; i += TS.Count) Four<TV, TS>(term, at + first + i, row, numbers.From<TV, TS>(i, TTerm.Numbers), chains + first + i);
                for (; i < period; i += Simd128.Count) // a row is a multiple of four floats
                    Four<Vector128<float>, Simd128>(term, at + first + i, row, numbers.From<Vector128<float>, Simd128>(i, TTerm.Numbers), chains + first + i);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<TV, TS>(TTerm term, long at, long row, in ChannelVectors<TV> k, float* chains) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* seconds = chains + row;
        TV sum = TS.Load(chains), second = TTerm.IsPair ? TS.Load(seconds) : sum;
        term.Add<TV, TS>(ref sum, ref second, at, k);
        term.Add<TV, TS>(ref sum, ref second, at + row, k);
        term.Add<TV, TS>(ref sum, ref second, at + 2 * row, k);
        term.Add<TV, TS>(ref sum, ref second, at + 3 * row, k);
        TS.Store(sum, chains);
        if (TTerm.IsPair) TS.Store(second, seconds);
    }

    /// <summary>One row, or less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Piece<TV, TS>(ChannelNumbers numbers, int period, long at, int count, float* chains) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TTerm term = Term;
        long row = (long)Chains * Channels;
        for (int first = 0; first < count; first += period)
        {
            int i = 0;
            for (; i + TS.Count <= period; i += TS.Count) One<TV, TS>(term, at + first + i, row, numbers.From<TV, TS>(i, TTerm.Numbers), chains + first + i);
            for (; i < period; i++) One<float, Simd1>(term, at + first + i, row, numbers.From<float, Simd1>(i, TTerm.Numbers), chains + first + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TV, TS>(TTerm term, long at, long row, in ChannelVectors<TV> k, float* chains) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV sum = TS.Load(chains), second = TTerm.IsPair ? TS.Load(chains + row) : sum;
        term.Add<TV, TS>(ref sum, ref second, at, k);
        TS.Store(sum, chains);
        if (TTerm.IsPair) TS.Store(second, chains + row);
    }

    /// <summary>(first + third) + (second + fourth) chain of each channel.</summary>
    private readonly void Cross<TV, TS>(float* chains, float* sums) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int c = 0, channels = Channels;
        for (; c + TS.Count <= channels; c += TS.Count)
        {
            float* of = chains + c;
            TS.Store(TS.Add(TS.Add(TS.Load(of), TS.Load(of + 2 * channels)), TS.Add(TS.Load(of + channels), TS.Load(of + 3 * channels))), sums + c);
        }
        for (; c < channels; c++) sums[c] = (chains[c] + chains[c + 2 * channels]) + (chains[c + channels] + chains[c + 3 * channels]);
    }
}
