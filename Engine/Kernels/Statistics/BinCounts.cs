using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels.Statistics;

/// <summary>How often each small number occurs among bytes: the counting half of a histogram.</summary>
/// <remarks>One increment in memory a byte would take as long as a layer's arithmetic. So bins are counted eight at a time, a bit of a byte each: every lane of a vector
/// says by one bit which bin it falls into, and a tree of full adders adds 16 such vectors up bit by bit (Harley and Seal's population count, taken by position).</remarks>
internal static unsafe class BinCounts
{
    /// <summary>Bytes are counted in multiples of this: 16 vectors of 64. Fill up with bytes that are no bin's.</summary>
    public const int Step = 1_024;

    /// <summary>Vectors that are counted at once at most: so high a lane's byte can count.</summary>
    private const int Vectors = 240;

    /// <summary>Where fewer than one in so many bytes fell into the eight bins before, the rest are counted one by one.</summary>
    private const int Sparse = 16;

    /// <summary>Adds to bins[i] how many of the bytes are i.</summary>
    /// <param name="bytes">From 0 to 127 a bin or none, from -128 to -1 none.</param>
    /// <param name="count">How many, a multiple of <see cref="Step"/>.</param>
    /// <param name="bins">Counts of 0, 1, ...</param>
    /// <param name="length">Number of bins, a multiple of 8, at most 64.</param>
    /// <returns>Whether there is a byte from <paramref name="length"/> on.</returns>
    public static bool Add(sbyte* bytes, int count, int* bins, int length)
    {
        if (ByteLanes512.IsSupported) return Add<Vector512<byte>, ByteLanes512>(bytes, count, bins, length);
        if (ByteLanes256.IsSupported) return Add<Vector256<byte>, ByteLanes256>(bytes, count, bins, length);
        return Plain(bytes, count, bins, length);
    }

    /// <summary>The same at a chosen width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Add<TB, TS>(sbyte* bytes, int count, int* bins, int length) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        Debug.Assert(count % Step == 0 && length % 8 == 0);
        TB largest = Largest<TB, TS>(bytes, count);
        int used = 0; // few activations reach the upper bins
        while (used < length && TS.AtLeast(largest, TS.Create((byte)used)) != 0) used += 8;
        for (int at = 0, chunk; at < count; at += chunk)
        {
            chunk = Math.Min(count - at, Vectors * TS.Count);
            for (int first = 0, found = chunk; first < used; first += 8)
                if (found >= chunk / Sparse) found = Eight<TB, TS>(bytes + at, chunk, (byte)first, bins + first);
                else
                {
                    Rest<TB, TS>(bytes + at, chunk, (byte)first, bins, length);
                    break;
                }
        }
        return TS.AtLeast(largest, TS.Create((byte)length)) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TB Largest<TB, TS>(sbyte* bytes, int count) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        TB a = TS.Create(0), b = a, c = a, d = a;
        for (sbyte* end = bytes + count; bytes < end; bytes += 4 * TS.Count)
        {
            a = TS.Larger(a, TS.Load(bytes));
            b = TS.Larger(b, TS.Load(bytes + TS.Count));
            c = TS.Larger(c, TS.Load(bytes + 2 * TS.Count));
            d = TS.Larger(d, TS.Load(bytes + 3 * TS.Count));
        }
        return TS.Larger(TS.Larger(a, b), TS.Larger(c, d));
    }

    /// <summary>The bins from <paramref name="first"/> on, one by one: for a tail that few bytes are in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rest<TB, TS>(sbyte* bytes, int count, byte first, int* bins, int length) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        TB least = TS.Create(first);
        for (int i = 0; i < count; i += TS.Count)
            for (ulong those = TS.AtLeast(TS.Load(bytes + i), least); those != 0; those &= those - 1)
            {
                int bin = bytes[i + BitOperations.TrailingZeroCount(those)];
                if (bin < length) bins[bin]++;
            }
    }

    /// <summary>The slow twin.</summary>
    public static bool Plain(sbyte* bytes, int count, int* bins, int length)
    {
        bool above = false;
        for (int i = 0; i < count; i++)
            if (bytes[i] >= length) above = true;
            else if (bytes[i] >= 0) bins[bytes[i]]++;
        return above;
    }

    /// <summary>The eight bins from <paramref name="first"/> on.</summary>
    /// <returns>How many bytes are in them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Eight<TB, TS>(sbyte* bytes, int count, byte first, int* bins) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        TB from = TS.Create(first), zero = TS.Create(0), ones = zero, twos = zero, fours = zero, eights = zero;
        TB c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
        for (sbyte* end = bytes + count; bytes < end; bytes += 16 * TS.Count)
        {
            TB fourA = Four<TB, TS>(bytes, from, ref ones, ref twos), fourB = Four<TB, TS>(bytes + 4 * TS.Count, from, ref ones, ref twos);
            TB eightA = TS.Carry(fours, fourA, fourB);
            fours = TS.Sum(fours, fourA, fourB);
            fourA = Four<TB, TS>(bytes + 8 * TS.Count, from, ref ones, ref twos);
            fourB = Four<TB, TS>(bytes + 12 * TS.Count, from, ref ones, ref twos);
            TB eightB = TS.Carry(fours, fourA, fourB);
            fours = TS.Sum(fours, fourA, fourB);
            TB sixteens = TS.Carry(eights, eightA, eightB);
            eights = TS.Sum(eights, eightA, eightB);
            c0 = TS.CountBit(c0, sixteens, TS.Create(1));
            c1 = TS.CountBit(c1, sixteens, TS.Create(2));
            c2 = TS.CountBit(c2, sixteens, TS.Create(4));
            c3 = TS.CountBit(c3, sixteens, TS.Create(8));
            c4 = TS.CountBit(c4, sixteens, TS.Create(16));
            c5 = TS.CountBit(c5, sixteens, TS.Create(32));
            c6 = TS.CountBit(c6, sixteens, TS.Create(64));
            c7 = TS.CountBit(c7, sixteens, TS.Create(128));
        }
        int found = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            TB sixteens = bit switch { 0 => c0, 1 => c1, 2 => c2, 3 => c3, 4 => c4, 5 => c5, 6 => c6, _ => c7 };
            int n = Total<TB, TS>(sixteens, eights, fours, twos, ones, (byte)(1 << bit));
            bins[bit] += n;
            found += n;
        }
        return found;
    }

    /// <summary>Four more vectors: what is carried out of the twos.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TB Four<TB, TS>(sbyte* bytes, TB from, ref TB ones, ref TB twos) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        TB a = TS.OneHot(TS.Load(bytes), from), b = TS.OneHot(TS.Load(bytes + TS.Count), from);
        TB twoA = TS.Carry(ones, a, b);
        ones = TS.Sum(ones, a, b);
        a = TS.OneHot(TS.Load(bytes + 2 * TS.Count), from);
        b = TS.OneHot(TS.Load(bytes + 3 * TS.Count), from);
        TB twoB = TS.Carry(ones, a, b);
        ones = TS.Sum(ones, a, b);
        TB four = TS.Carry(twos, twoA, twoB);
        twos = TS.Sum(twos, twoA, twoB);
        return four;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Total<TB, TS>(TB sixteens, TB eights, TB fours, TB twos, TB ones, byte bit) where TB : unmanaged where TS : struct, IByteLanes<TB>
    {
        TB at = TS.Create(bit), n = TS.CountBit(TS.Add(sixteens, sixteens), eights, at);
        n = TS.CountBit(TS.Add(n, n), fours, at);
        n = TS.CountBit(TS.Add(n, n), twos, at);
        n = TS.CountBit(TS.Add(n, n), ones, at);
        return TS.Total(n);
    }
}
