using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Turns some rows of a matrix whose columns then go to places of their own. Moves numbers, computes none.</summary>
internal static unsafe class Turning
{
    /// <summary>Rows that are turned together: those of a vector of 256 or 512 bits.</summary>
    private const int Block = 8, Chunk = 16;

    /// <summary>[row][column] to [column][row], dense.</summary>
    public static void Columns(float* source, long row, int rows, int columns, float* to)
    {
        for (int r = 0; r < rows;) r += Run(source + r * row, row, rows - r, columns, to + r, rows, columns, 0, rows - r);
    }

    /// <summary>Columns of up to 8 or 16 of the rows that are left, each to its place: a step apart, after so many of them back, one place further. As wide as <paramref name="room"/> allows.</summary>
    /// <returns>Rows it has room for.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run(float* source, long row, int rows, int columns, float* to, long step, int count, long further, int room)
    {
        int column = 0, left = count, together = Avx512F.IsSupported && rows >= Chunk ? Chunk : Block;
        long back = further - step * count;
        if (together == Chunk)
        {
            float* s0 = source, s1 = s0 + row, s2 = s1 + row, s3 = s2 + row;
            for (; column + 4 <= columns; column += 4, s0 += 4, s1 += 4, s2 += 4, s3 += 4)
            {
                // four rows beside each other in a vector, turned in all quarters at once
                Vector512<float> a = Four(s0, row), b = Four(s1, row), c = Four(s2, row), d = Four(s3, row);
                Vector512<float> ab = Avx512F.UnpackLow(a, b), abHigh = Avx512F.UnpackHigh(a, b), cd = Avx512F.UnpackLow(c, d), cdHigh = Avx512F.UnpackHigh(c, d);
                Avx512F.Shuffle(ab, cd, 0x44).Store(to);
                Advance(ref to, ref left, step, back, count);
                Avx512F.Shuffle(ab, cd, 0xEE).Store(to);
                Advance(ref to, ref left, step, back, count);
                Avx512F.Shuffle(abHigh, cdHigh, 0x44).Store(to);
                Advance(ref to, ref left, step, back, count);
                Avx512F.Shuffle(abHigh, cdHigh, 0xEE).Store(to);
                Advance(ref to, ref left, step, back, count);
            }
        }
        else if (Avx.IsSupported && room >= Block)
        {
            rows = Math.Min(rows, Block);
            float* none = stackalloc float[4]; // zeros
            float* s0 = source, s1 = rows > 1 ? source + row : none, s2 = rows > 2 ? source + 2 * row : none, s3 = rows > 3 ? source + 3 * row : none;
            float* s4 = rows > 4 ? source + 4 * row : none, s5 = rows > 5 ? source + 5 * row : none, s6 = rows > 6 ? source + 6 * row : none, s7 = rows > 7 ? source + 7 * row : none;
            long go1 = rows > 1 ? 4 : 0, go2 = rows > 2 ? 4 : 0, go3 = rows > 3 ? 4 : 0, go4 = rows > 4 ? 4 : 0, go5 = rows > 5 ? 4 : 0, go6 = rows > 6 ? 4 : 0, go7 = rows > 7 ? 4 : 0;
            for (; column + 4 <= columns; column += 4)
            {
                // two rows beside each other in a vector, turned in both halves at once
                Vector256<float> a = Pair(s0, s4), b = Pair(s1, s5), c = Pair(s2, s6), d = Pair(s3, s7);
                Vector256<float> ab = Avx.UnpackLow(a, b), abHigh = Avx.UnpackHigh(a, b), cd = Avx.UnpackLow(c, d), cdHigh = Avx.UnpackHigh(c, d);
                Avx.Store(to, Avx.Shuffle(ab, cd, 0x44));
                Advance(ref to, ref left, step, back, count);
                Avx.Store(to, Avx.Shuffle(ab, cd, 0xEE));
                Advance(ref to, ref left, step, back, count);
                Avx.Store(to, Avx.Shuffle(abHigh, cdHigh, 0x44));
                Advance(ref to, ref left, step, back, count);
                Avx.Store(to, Avx.Shuffle(abHigh, cdHigh, 0xEE));
                Advance(ref to, ref left, step, back, count);
                s0 += 4;
                s1 += go1;
                s2 += go2;
                s3 += go3;
                s4 += go4;
                s5 += go5;
                s6 += go6;
                s7 += go7;
            }
        }
        rows = Math.Min(rows, together);
        for (; column < columns; column++)
        {
            for (int r = 0; r < rows; r++) to[r] = source[r * row + column];
            for (int r = rows; r < Math.Min(room, Block); r++) to[r] = 0;
            Advance(ref to, ref left, step, back, count);
        }
        return together;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ref float* to, ref int left, long step, long back, int count)
    {
        to += step;
        if (--left != 0) return;
        to += back;
        left = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Four(float* first, long row)
    {
        float* third = first + 8 * row;
        Vector512<float> rows = Avx512F.InsertVector128(Vector128.Load(first).ToVector256Unsafe().ToVector512Unsafe(), Vector128.Load(first + 4 * row), 1);
        return Avx512F.InsertVector128(Avx512F.InsertVector128(rows, Vector128.Load(third), 2), Vector128.Load(third + 4 * row), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pair(float* upper, float* lower) => Avx.InsertVector128(Vector128.Load(upper).ToVector256Unsafe(), Vector128.Load(lower), 1);
}
