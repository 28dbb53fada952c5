using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Pixels of channels to planes of channels, and back. Moves numbers, computes none.</summary>
internal static unsafe class PlaneTurn
{
    /// <summary>Floats behind a row of a plane that may be overwritten by anything.</summary>
    public const int Spill = 8;

    /// <summary>A row of <paramref name="pixels"/>, <paramref name="step"/> pixels apart, to a row of each channel's plane, <paramref name="plane"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPlanes(float* source, int channels, int step, int pixels, float* to, long plane)
    {
        long next = (long)step * channels;
        int whole = Avx.IsSupported ? channels / 8 * 8 : 0;
        if (channels == 1 && step == 1)
        {
            Unsafe.CopyBlockUnaligned(to, source, (uint)pixels * sizeof(float));
            return;
        }
        if (pixels == 1)
        {
            float* t = to;
            int c = 0;
            for (; c + 4 <= channels; c += 4, t += 4 * plane) (t[0], t[plane], t[2 * plane], t[3 * plane]) = (source[c], source[c + 1], source[c + 2], source[c + 3]);
            for (; c < channels; c++, t += plane) *t = source[c];
            return;
        }
        for (int first = 0; first < pixels && whole > 0; first += 8)
        {
            int count = Math.Min(8, pixels - first);
            float* s0 = source + first * next, s1 = count > 1 ? s0 + next : s0, s2 = count > 2 ? s0 + 2 * next : s0, s3 = count > 3 ? s0 + 3 * next : s0;
            float* s4 = count > 4 ? s0 + 4 * next : s0, s5 = count > 5 ? s0 + 5 * next : s0, s6 = count > 6 ? s0 + 6 * next : s0, s7 = count > 7 ? s0 + 7 * next : s0;
            float* t = to + first;
            for (int c = 0; c < whole; c += 8, t += 8 * plane)
            {
                Turned(Avx.LoadVector256(s0 + c), Avx.LoadVector256(s1 + c), Avx.LoadVector256(s2 + c), Avx.LoadVector256(s3 + c), Avx.LoadVector256(s4 + c), Avx.LoadVector256(s5 + c), Avx.LoadVector256(s6 + c), Avx.LoadVector256(s7 + c), out Eight v);
                Store(v, t, plane, 8);
            }
        }
        for (int c = whole; c < channels; c++)
            for (int i = 0; i < pixels; i++) to[c * plane + i] = source[i * next + c];
    }

    /// <summary>Every second number of some rows, <paramref name="count"/> of them from <paramref name="odd"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EverySecond(float* source, long row, int rows, int odd, int count, float* to, long pitch)
    {
        for (int r = 0; r < rows; r++, source += row, to += pitch)
        {
            int p = 0;
            if (Avx2.IsSupported && count > 8)
                for (int last = count - 9; ; p = Math.Min(p + 8, last)) // but for the last one, whose neighbour may not be there
                {
                    Vector256<float> a = Avx.LoadVector256(source + odd + 2 * p), b = Avx.LoadVector256(source + odd + 2 * p + 8);
                    Avx.Store(to + p, Avx2.Permute4x64(Avx.Shuffle(a, b, 0x88).AsDouble(), 0xD8).AsSingle());
                    if (p != last) continue;
                    p += 8;
                    break;
                }
            for (; p < count; p++) to[p] = source[odd + 2 * p];
        }
    }

    /// <summary>Eight channels [channel][<see cref="PlaneTaps.Pitch"/>] of up to eight pixels to pixels of eight channels, <paramref name="step"/> apart. Reads eight of each channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FromPlanes(float* sums, float* to, long step, int pixels)
    {
        const int Pitch = PlaneTaps.Pitch;
        if (!Avx.IsSupported)
        {
            for (int p = 0; p < pixels; p++)
                for (int c = 0; c < 8; c++) to[p * step + c] = sums[c * Pitch + p];
            return;
        }
        Turned(Avx.LoadVector256(sums), Avx.LoadVector256(sums + Pitch), Avx.LoadVector256(sums + 2 * Pitch), Avx.LoadVector256(sums + 3 * Pitch), Avx.LoadVector256(sums + 4 * Pitch),
            Avx.LoadVector256(sums + 5 * Pitch), Avx.LoadVector256(sums + 6 * Pitch), Avx.LoadVector256(sums + 7 * Pitch), out Eight v);
        Store(v, to, step, pixels);
    }

    private struct Eight
    {
        public Vector256<float> A, B, C, D, E, F, G, H;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turned(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f, Vector256<float> g, Vector256<float> h, out Eight to)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b), abHigh = Avx.UnpackHigh(a, b), cd = Avx.UnpackLow(c, d), cdHigh = Avx.UnpackHigh(c, d);
        Vector256<float> ef = Avx.UnpackLow(e, f), efHigh = Avx.UnpackHigh(e, f), gh = Avx.UnpackLow(g, h), ghHigh = Avx.UnpackHigh(g, h);
        a = Avx.Shuffle(ab, cd, 0x44);
        b = Avx.Shuffle(ab, cd, 0xEE);
        c = Avx.Shuffle(abHigh, cdHigh, 0x44);
        d = Avx.Shuffle(abHigh, cdHigh, 0xEE);
        e = Avx.Shuffle(ef, gh, 0x44);
        f = Avx.Shuffle(ef, gh, 0xEE);
        g = Avx.Shuffle(efHigh, ghHigh, 0x44);
        h = Avx.Shuffle(efHigh, ghHigh, 0xEE);
        to.A = Avx.Permute2x128(a, e, 0x20);
        to.B = Avx.Permute2x128(b, f, 0x20);
        to.C = Avx.Permute2x128(c, g, 0x20);
        to.D = Avx.Permute2x128(d, h, 0x20);
        to.E = Avx.Permute2x128(a, e, 0x31);
        to.F = Avx.Permute2x128(b, f, 0x31);
        to.G = Avx.Permute2x128(c, g, 0x31);
        to.H = Avx.Permute2x128(d, h, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in Eight v, float* to, long step, int count)
    {
        Avx.Store(to, v.A);
        if (count == 1) return;
        Avx.Store(to + step, v.B);
        if (count == 2) return;
        Avx.Store(to + 2 * step, v.C);
        if (count == 3) return;
        Avx.Store(to + 3 * step, v.D);
        if (count == 4) return;
        Avx.Store(to + 4 * step, v.E);
        if (count == 5) return;
        Avx.Store(to + 5 * step, v.F);
        if (count == 6) return;
        Avx.Store(to + 6 * step, v.G);
        if (count == 7) return;
        Avx.Store(to + 7 * step, v.H);
    }
}
