using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Statistics;

/// <summary>The operations on vectors of bytes that <see cref="BinCounts"/> needs. Counts are whole numbers, so no width can change a result.</summary>
internal unsafe interface IByteLanes<TB> where TB : unmanaged
{
    static abstract int Count { get; }
    static abstract TB Load(sbyte* p);
    static abstract TB Create(byte value);
    static abstract TB Add(TB a, TB b);

    /// <summary>Bit i of a lane that is <paramref name="first"/> + i, for i from 0 to 7; no bit of another.</summary>
    static abstract TB OneHot(TB a, TB first);

    /// <summary>a ^ b ^ c: the sum bit of a full adder.</summary>
    static abstract TB Sum(TB a, TB b, TB c);

    /// <summary>The carry bit of a full adder: what two of three have.</summary>
    static abstract TB Carry(TB a, TB b, TB c);

    /// <summary>count, and one more in lanes that have the bit.</summary>
    static abstract TB CountBit(TB count, TB a, TB bit);

    /// <summary>The larger of two, lane by lane; lanes are signed.</summary>
    static abstract TB Larger(TB a, TB b);

    /// <summary>A bit for each lane that is at least <paramref name="least"/>, which is not negative; lanes are signed.</summary>
    static abstract ulong AtLeast(TB a, TB least);

    /// <summary>All lanes, which are 0 to 255, added up.</summary>
    static abstract int Total(TB a);
}

/// <summary>64 bytes.</summary>
internal readonly unsafe struct ByteLanes512 : IByteLanes<Vector512<byte>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(sbyte* p) => Vector512.Load((byte*)p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Create(byte value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> a, Vector512<byte> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> OneHot(Vector512<byte> a, Vector512<byte> first) => // 0 to 7 become 0x78 to 0x7F, all others have the top bit, for which a shuffle gives 0
        Avx512BW.Shuffle(Vector512.Create(0x8040201008040201UL).AsByte(), Avx512BW.AddSaturate(a - first, Vector512.Create((byte)0x78)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Sum(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Carry(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) => Avx512F.TernaryLogic(a, b, c, 0xE8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> CountBit(Vector512<byte> count, Vector512<byte> a, Vector512<byte> bit) =>
        Vector512.ConditionalSelect(Vector512.Equals(a & bit, bit), count + Vector512<byte>.One, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Larger(Vector512<byte> a, Vector512<byte> b) => Avx512BW.Max(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(Vector512<byte> a, Vector512<byte> least) => Vector512.GreaterThanOrEqual(a.AsSByte(), least.AsSByte()).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector512<byte> a) => Vector512.Sum(Avx512BW.SumAbsoluteDifferences(a, default));
}

/// <summary>32 bytes.</summary>
internal readonly unsafe struct ByteLanes256 : IByteLanes<Vector256<byte>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(sbyte* p) => Vector256.Load((byte*)p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Create(byte value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> a, Vector256<byte> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> OneHot(Vector256<byte> a, Vector256<byte> first) =>
        Avx2.Shuffle(Vector256.Create(0x8040201008040201UL).AsByte(), Avx2.AddSaturate(a - first, Vector256.Create((byte)0x78)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Sum(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Carry(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c) => (a & b) | (c & (a ^ b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> CountBit(Vector256<byte> count, Vector256<byte> a, Vector256<byte> bit) => count - Vector256.Equals(a & bit, bit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Larger(Vector256<byte> a, Vector256<byte> b) => Avx2.Max(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AtLeast(Vector256<byte> a, Vector256<byte> least) => Vector256.GreaterThanOrEqual(a.AsSByte(), least.AsSByte()).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Total(Vector256<byte> a) => Vector256.Sum(Avx2.SumAbsoluteDifferences(a, default));
}
