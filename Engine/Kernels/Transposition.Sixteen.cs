using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Sixteen rows of sixteen: what the images and channels of wide blocks come in.</summary>
internal static unsafe partial class Transposition
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn16x16(float* s, long ss, float* d, long ds)
    {
        Vector512<float> r0 = Vector512.Load(s), r1 = Vector512.Load(s + ss);
        Vector512<float> low0 = Avx512F.UnpackLow(r0, r1), high0 = Avx512F.UnpackHigh(r0, r1);
        Vector512<float> r2 = Vector512.Load(s + 2 * ss), r3 = Vector512.Load(s + 3 * ss);
        Vector512<float> low1 = Avx512F.UnpackLow(r2, r3), high1 = Avx512F.UnpackHigh(r2, r3);
        Vector512<float> r4 = Vector512.Load(s + 4 * ss), r5 = Vector512.Load(s + 5 * ss);
        Vector512<float> low2 = Avx512F.UnpackLow(r4, r5), high2 = Avx512F.UnpackHigh(r4, r5);
        Vector512<float> r6 = Vector512.Load(s + 6 * ss), r7 = Vector512.Load(s + 7 * ss);
        Vector512<float> low3 = Avx512F.UnpackLow(r6, r7), high3 = Avx512F.UnpackHigh(r6, r7);
        Vector512<float> r8 = Vector512.Load(s + 8 * ss), r9 = Vector512.Load(s + 9 * ss);
        Vector512<float> low4 = Avx512F.UnpackLow(r8, r9), high4 = Avx512F.UnpackHigh(r8, r9);
        Vector512<float> r10 = Vector512.Load(s + 10 * ss), r11 = Vector512.Load(s + 11 * ss);
        Vector512<float> low5 = Avx512F.UnpackLow(r10, r11), high5 = Avx512F.UnpackHigh(r10, r11);
        Vector512<float> r12 = Vector512.Load(s + 12 * ss), r13 = Vector512.Load(s + 13 * ss);
        Vector512<float> low6 = Avx512F.UnpackLow(r12, r13), high6 = Avx512F.UnpackHigh(r12, r13);
        Vector512<float> r14 = Vector512.Load(s + 14 * ss), r15 = Vector512.Load(s + 15 * ss);
        Vector512<float> low7 = Avx512F.UnpackLow(r14, r15), high7 = Avx512F.UnpackHigh(r14, r15);
        Quarter(Avx512F.Shuffle(low0, low1, 0x44), Avx512F.Shuffle(low2, low3, 0x44), Avx512F.Shuffle(low4, low5, 0x44), Avx512F.Shuffle(low6, low7, 0x44), d, 4 * ds);
        Quarter(Avx512F.Shuffle(low0, low1, 0xEE), Avx512F.Shuffle(low2, low3, 0xEE), Avx512F.Shuffle(low4, low5, 0xEE), Avx512F.Shuffle(low6, low7, 0xEE), d + ds, 4 * ds);
        Quarter(Avx512F.Shuffle(high0, high1, 0x44), Avx512F.Shuffle(high2, high3, 0x44), Avx512F.Shuffle(high4, high5, 0x44), Avx512F.Shuffle(high6, high7, 0x44), d + 2 * ds, 4 * ds);
        Quarter(Avx512F.Shuffle(high0, high1, 0xEE), Avx512F.Shuffle(high2, high3, 0xEE), Avx512F.Shuffle(high4, high5, 0xEE), Avx512F.Shuffle(high6, high7, 0xEE), d + 3 * ds, 4 * ds);
    }

    /// <summary>Every fourth column: each argument holds, in its quarters, four rows of the columns 0, 4, 8 and 12 further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> e, float* d, long step)
    {
        Vector512<float> evenAb = Avx512F.Shuffle4x128(a, b, 0x88), evenCe = Avx512F.Shuffle4x128(c, e, 0x88), oddAb = Avx512F.Shuffle4x128(a, b, 0xDD), oddCe = Avx512F.Shuffle4x128(c, e, 0xDD);
        Avx512F.Shuffle4x128(evenAb, evenCe, 0x88).Store(d);
        Avx512F.Shuffle4x128(oddAb, oddCe, 0x88).Store(d + step);
        Avx512F.Shuffle4x128(evenAb, evenCe, 0xDD).Store(d + 2 * step);
        Avx512F.Shuffle4x128(oddAb, oddCe, 0xDD).Store(d + 3 * step);
    }
}
