using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Turns a matrix: moves numbers, computes none, so every way of doing it gives the same bits.</summary>
internal static unsafe partial class Transposition
{
    /// <summary>destination[c * destinationStride + r] = source[r * sourceStride + c] for r below rows and c below columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* source, long sourceStride, float* destination, long destinationStride, int rows, int columns)
    {
        int r = 0;
        if (Avx512F.IsSupported && columns >= 16)
            for (; r + 16 <= rows; r += 16)
            {
                int c = 0;
                for (; c + 16 <= columns; c += 16) Turn16x16(source + r * sourceStride + c, sourceStride, destination + c * destinationStride + r, destinationStride);
                for (; c + 8 <= columns; c += 8)
                    for (int half = r; half < r + 16; half += 8) Turn8x8(source + half * sourceStride + c, sourceStride, destination + c * destinationStride + half, destinationStride);
                Plain(source, sourceStride, destination, destinationStride, r, r + 16, c, columns);
            }
        if (Avx.IsSupported)
            for (; r + 8 <= rows; r += 8)
            {
                int c = 0;
                for (; c + 8 <= columns; c += 8) Turn8x8(source + r * sourceStride + c, sourceStride, destination + c * destinationStride + r, destinationStride);
                Plain(source, sourceStride, destination, destinationStride, r, r + 8, c, columns);
            }
        else if (Vector128.IsHardwareAccelerated)
            for (; r + 4 <= rows; r += 4)
            {
                int c = 0;
                for (; c + 4 <= columns; c += 4) Turn4x4(source + r * sourceStride + c, sourceStride, destination + c * destinationStride + r, destinationStride);
                Plain(source, sourceStride, destination, destinationStride, r, r + 4, c, columns);
            }
        Plain(source, sourceStride, destination, destinationStride, r, rows, 0, columns);
    }

    /// <summary>The same for up to 8 rows, their results side by side: destination[c * rows + r]. Each store of 8 runs into the next column's place, which comes after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dense(float* source, long sourceStride, float* destination, int rows, int columns)
    {
        int c = 0;
        if (Avx.IsSupported && rows is > 2 and <= 8)
            for (; c + 11 <= columns; c += 8) // 3 columns more: room for what the last store writes too much
                Turn8x8(source + c, sourceStride, destination + c * rows, rows, rows);
        Plain(source + c, sourceStride, destination + c * rows, rows, 0, rows, 0, columns - c);
    }

    /// <summary>The same as <see cref="Run"/> where up to 5 floats after each column of the result may be overwritten by anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spill(float* source, long sourceStride, float* destination, long destinationStride, int rows, int columns)
    {
        int whole = Avx.IsSupported && rows % 8 > 2 ? columns / 8 * 8 : 0, r = rows / 8 * 8;
        if (whole > 0)
        {
            if (r > 0) Run(source, sourceStride, destination, destinationStride, r, columns);
            for (int c = 0; c < whole; c += 8) Turn8x8(source + r * sourceStride + c, sourceStride, destination + c * destinationStride + r, destinationStride, rows - r);
            Plain(source, sourceStride, destination, destinationStride, r, rows, whole, columns);
        }
        else Run(source, sourceStride, destination, destinationStride, rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plain(float* source, long sourceStride, float* destination, long destinationStride, int r0, int r1, int c0, int c1)
    {
        for (int c = c0; c < c1; c++)
        {
            float* from = source + r0 * sourceStride + c, to = destination + c * destinationStride, end = to + r1;
            for (to += r0; to < end; to++, from += sourceStride) *to = *from;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn8x8(float* s, long ss, float* d, long ds, int rows = 8)
    {
        Vector256<float> a = Avx.LoadVector256(s), b = Avx.LoadVector256(s + ss), c = Avx.LoadVector256(s + 2 * ss), e = default, f = default, g = default, h = default, i = default;
        if (rows > 3) e = Avx.LoadVector256(s + 3 * ss);
        if (rows > 4) f = Avx.LoadVector256(s + 4 * ss);
        if (rows > 5) g = Avx.LoadVector256(s + 5 * ss);
        if (rows > 6) h = Avx.LoadVector256(s + 6 * ss);
        if (rows > 7) i = Avx.LoadVector256(s + 7 * ss);
        Vector256<float> ab = Avx.UnpackLow(a, b), abH = Avx.UnpackHigh(a, b), ce = Avx.UnpackLow(c, e), ceH = Avx.UnpackHigh(c, e);
        Vector256<float> fg = Avx.UnpackLow(f, g), fgH = Avx.UnpackHigh(f, g), hi = Avx.UnpackLow(h, i), hiH = Avx.UnpackHigh(h, i);
        a = Avx.Shuffle(ab, ce, 0x44);
        b = Avx.Shuffle(ab, ce, 0xEE);
        c = Avx.Shuffle(abH, ceH, 0x44);
        e = Avx.Shuffle(abH, ceH, 0xEE);
        f = Avx.Shuffle(fg, hi, 0x44);
        g = Avx.Shuffle(fg, hi, 0xEE);
        h = Avx.Shuffle(fgH, hiH, 0x44);
        i = Avx.Shuffle(fgH, hiH, 0xEE);
        Avx.Store(d, Avx.Permute2x128(a, f, 0x20));
        Avx.Store(d + ds, Avx.Permute2x128(b, g, 0x20));
        Avx.Store(d + 2 * ds, Avx.Permute2x128(c, h, 0x20));
        Avx.Store(d + 3 * ds, Avx.Permute2x128(e, i, 0x20));
        Avx.Store(d + 4 * ds, Avx.Permute2x128(a, f, 0x31));
        Avx.Store(d + 5 * ds, Avx.Permute2x128(b, g, 0x31));
        Avx.Store(d + 6 * ds, Avx.Permute2x128(c, h, 0x31));
        Avx.Store(d + 7 * ds, Avx.Permute2x128(e, i, 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn4x4(float* s, long ss, float* d, long ds)
    {
        Vector128<float> a = Vector128.Load(s), b = Vector128.Load(s + ss), c = Vector128.Load(s + 2 * ss), e = Vector128.Load(s + 3 * ss);
        for (int i = 0; i < 4; i++) Vector128.Create(a[i], b[i], c[i], e[i]).Store(d + i * ds);
    }
}
