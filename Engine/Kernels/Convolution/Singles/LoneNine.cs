using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The register tiles of <see cref="LoneWeights"/> for nine taps: one or two vectors of output channels.</summary>
internal static unsafe class LoneNine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile9x1<TV, TS>(in LoneWeights t, int first, int count, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        long channels = t.Channels, step = t.Step, down = t.Down;
        float* c = t.Chain + lane, dy = t.Dy + first * channels + lane;
        TV s0 = default;
        TV c000 = default, c010 = default, c020 = default;
        TV c100 = default, c110 = default, c120 = default;
        TV c200 = default, c210 = default, c220 = default;
        if (!t.Begins)
        {
            s0 = TS.Load(c);
            c000 = TS.Load(c + channels);
            c010 = TS.Load(c + 2 * channels);
            c020 = TS.Load(c + 3 * channels);
            c100 = TS.Load(c + 4 * channels);
            c110 = TS.Load(c + 5 * channels);
            c120 = TS.Load(c + 6 * channels);
            c200 = TS.Load(c + 7 * channels);
            c210 = TS.Load(c + 8 * channels);
            c220 = TS.Load(c + 9 * channels);
        }
        int line = first / t.Width, column = first - line * t.Width;
        for (int left = count, more; left > 0; left -= more, line++, column = 0)
        {
            more = Math.Min(left, t.Width - column);
            float* x0 = t.Plane + line * t.Row + column * step, x1 = x0 + down, x2 = x1 + down;
            for (int j = more; j > 0; j--, dy += channels)
            {
                TV d0 = TS.Load(dy), x;
                s0 = TS.Add(s0, d0);
                x = TS.Create(x0[0]);
                c000 = TS.Fma(x, d0, c000);
                x = TS.Create(x0[1]);
                c010 = TS.Fma(x, d0, c010);
                x = TS.Create(x0[2]);
                c020 = TS.Fma(x, d0, c020);
                x = TS.Create(x1[0]);
                c100 = TS.Fma(x, d0, c100);
                x = TS.Create(x1[1]);
                c110 = TS.Fma(x, d0, c110);
                x = TS.Create(x1[2]);
                c120 = TS.Fma(x, d0, c120);
                x = TS.Create(x2[0]);
                c200 = TS.Fma(x, d0, c200);
                x = TS.Create(x2[1]);
                c210 = TS.Fma(x, d0, c210);
                x = TS.Create(x2[2]);
                c220 = TS.Fma(x, d0, c220);
                x0 += step;
                x1 += step;
                x2 += step;
            }
        }
        bool adds = t.Ends && !t.IsFirst;
        c = (t.Ends ? t.Sums : t.Chain) + lane;
        LoneWeights.Put<TV, TS>(s0, c, adds);
        LoneWeights.Put<TV, TS>(c000, c + channels, adds);
        LoneWeights.Put<TV, TS>(c010, c + 2 * channels, adds);
        LoneWeights.Put<TV, TS>(c020, c + 3 * channels, adds);
        LoneWeights.Put<TV, TS>(c100, c + 4 * channels, adds);
        LoneWeights.Put<TV, TS>(c110, c + 5 * channels, adds);
        LoneWeights.Put<TV, TS>(c120, c + 6 * channels, adds);
        LoneWeights.Put<TV, TS>(c200, c + 7 * channels, adds);
        LoneWeights.Put<TV, TS>(c210, c + 8 * channels, adds);
        LoneWeights.Put<TV, TS>(c220, c + 9 * channels, adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile9x2<TV, TS>(in LoneWeights t, int first, int count, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        long channels = t.Channels, step = t.Step, down = t.Down;
        float* c = t.Chain + lane, dy = t.Dy + first * channels + lane;
        TV s0 = default, s1 = default;
        TV c000 = default, c001 = default, c010 = default, c011 = default, c020 = default, c021 = default;
        TV c100 = default, c101 = default, c110 = default, c111 = default, c120 = default, c121 = default;
        TV c200 = default, c201 = default, c210 = default, c211 = default, c220 = default, c221 = default;
        if (!t.Begins)
        {
            s0 = TS.Load(c);
            s1 = TS.Load(c + TS.Count);
            c000 = TS.Load(c + channels);
            c001 = TS.Load(c + channels + TS.Count);
            c010 = TS.Load(c + 2 * channels);
            c011 = TS.Load(c + 2 * channels + TS.Count);
            c020 = TS.Load(c + 3 * channels);
            c021 = TS.Load(c + 3 * channels + TS.Count);
            c100 = TS.Load(c + 4 * channels);
            c101 = TS.Load(c + 4 * channels + TS.Count);
            c110 = TS.Load(c + 5 * channels);
            c111 = TS.Load(c + 5 * channels + TS.Count);
            c120 = TS.Load(c + 6 * channels);
            c121 = TS.Load(c + 6 * channels + TS.Count);
            c200 = TS.Load(c + 7 * channels);
            c201 = TS.Load(c + 7 * channels + TS.Count);
            c210 = TS.Load(c + 8 * channels);
            c211 = TS.Load(c + 8 * channels + TS.Count);
            c220 = TS.Load(c + 9 * channels);
            c221 = TS.Load(c + 9 * channels + TS.Count);
        }
        int line = first / t.Width, column = first - line * t.Width;
        for (int left = count, more; left > 0; left -= more, line++, column = 0)
        {
            more = Math.Min(left, t.Width - column);
            float* x0 = t.Plane + line * t.Row + column * step, x1 = x0 + down, x2 = x1 + down;
            for (int j = more; j > 0; j--, dy += channels)
            {
                TV d0 = TS.Load(dy), d1 = TS.Load(dy + TS.Count), x;
                s0 = TS.Add(s0, d0);
                s1 = TS.Add(s1, d1);
                x = TS.Create(x0[0]);
                c000 = TS.Fma(x, d0, c000);
                c001 = TS.Fma(x, d1, c001);
                x = TS.Create(x0[1]);
                c010 = TS.Fma(x, d0, c010);
                c011 = TS.Fma(x, d1, c011);
                x = TS.Create(x0[2]);
                c020 = TS.Fma(x, d0, c020);
                c021 = TS.Fma(x, d1, c021);
                x = TS.Create(x1[0]);
                c100 = TS.Fma(x, d0, c100);
                c101 = TS.Fma(x, d1, c101);
                x = TS.Create(x1[1]);
                c110 = TS.Fma(x, d0, c110);
                c111 = TS.Fma(x, d1, c111);
                x = TS.Create(x1[2]);
                c120 = TS.Fma(x, d0, c120);
                c121 = TS.Fma(x, d1, c121);
                x = TS.Create(x2[0]);
                c200 = TS.Fma(x, d0, c200);
                c201 = TS.Fma(x, d1, c201);
                x = TS.Create(x2[1]);
                c210 = TS.Fma(x, d0, c210);
                c211 = TS.Fma(x, d1, c211);
                x = TS.Create(x2[2]);
                c220 = TS.Fma(x, d0, c220);
                c221 = TS.Fma(x, d1, c221);
                x0 += step;
                x1 += step;
                x2 += step;
            }
        }
        bool adds = t.Ends && !t.IsFirst;
        c = (t.Ends ? t.Sums : t.Chain) + lane;
        LoneWeights.Put<TV, TS>(s0, c, adds);
        LoneWeights.Put<TV, TS>(s1, c + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c000, c + channels, adds);
        LoneWeights.Put<TV, TS>(c001, c + channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c010, c + 2 * channels, adds);
        LoneWeights.Put<TV, TS>(c011, c + 2 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c020, c + 3 * channels, adds);
        LoneWeights.Put<TV, TS>(c021, c + 3 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c100, c + 4 * channels, adds);
        LoneWeights.Put<TV, TS>(c101, c + 4 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c110, c + 5 * channels, adds);
        LoneWeights.Put<TV, TS>(c111, c + 5 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c120, c + 6 * channels, adds);
        LoneWeights.Put<TV, TS>(c121, c + 6 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c200, c + 7 * channels, adds);
        LoneWeights.Put<TV, TS>(c201, c + 7 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c210, c + 8 * channels, adds);
        LoneWeights.Put<TV, TS>(c211, c + 8 * channels + TS.Count, adds);
        LoneWeights.Put<TV, TS>(c220, c + 9 * channels, adds);
        LoneWeights.Put<TV, TS>(c221, c + 9 * channels + TS.Count, adds);
    }
}
