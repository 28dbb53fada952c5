using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The register tile of <see cref="LoneWeights"/> for 25 taps: a vector of output channels.</summary>
internal static unsafe class LoneTwentyFive
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile25x1<TV, TS>(in LoneWeights t, int first, int count, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        long channels = t.Channels, step = t.Step, down = t.Down;
        float* c = t.Chain + lane, dy = t.Dy + first * channels + lane;
        TV s0 = default;
        TV c000 = default, c010 = default, c020 = default, c030 = default, c040 = default;
        TV c100 = default, c110 = default, c120 = default, c130 = default, c140 = default;
        TV c200 = default, c210 = default, c220 = default, c230 = default, c240 = default;
        TV c300 = default, c310 = default, c320 = default, c330 = default, c340 = default;
        TV c400 = default, c410 = default, c420 = default, c430 = default, c440 = default;
        if (!t.Begins)
        {
            s0 = TS.Load(c);
            c000 = TS.Load(c + channels);
            c010 = TS.Load(c + 2 * channels);
            c020 = TS.Load(c + 3 * channels);
            c030 = TS.Load(c + 4 * channels);
            c040 = TS.Load(c + 5 * channels);
            c100 = TS.Load(c + 6 * channels);
            c110 = TS.Load(c + 7 * channels);
            c120 = TS.Load(c + 8 * channels);
            c130 = TS.Load(c + 9 * channels);
            c140 = TS.Load(c + 10 * channels);
            c200 = TS.Load(c + 11 * channels);
            c210 = TS.Load(c + 12 * channels);
            c220 = TS.Load(c + 13 * channels);
            c230 = TS.Load(c + 14 * channels);
            c240 = TS.Load(c + 15 * channels);
            c300 = TS.Load(c + 16 * channels);
            c310 = TS.Load(c + 17 * channels);
            c320 = TS.Load(c + 18 * channels);
            c330 = TS.Load(c + 19 * channels);
            c340 = TS.Load(c + 20 * channels);
            c400 = TS.Load(c + 21 * channels);
            c410 = TS.Load(c + 22 * channels);
            c420 = TS.Load(c + 23 * channels);
            c430 = TS.Load(c + 24 * channels);
            c440 = TS.Load(c + 25 * channels);
        }
        int line = first / t.Width, column = first - line * t.Width;
        for (int left = count, more; left > 0; left -= more, line++, column = 0)
        {
            more = Math.Min(left, t.Width - column);
            float* x0 = t.Plane + line * t.Row + column * step, x1 = x0 + down, x2 = x1 + down, x3 = x2 + down, x4 = x3 + down;
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
                x = TS.Create(x0[3]);
                c030 = TS.Fma(x, d0, c030);
                x = TS.Create(x0[4]);
                c040 = TS.Fma(x, d0, c040);
                x = TS.Create(x1[0]);
                c100 = TS.Fma(x, d0, c100);
                x = TS.Create(x1[1]);
                c110 = TS.Fma(x, d0, c110);
                x = TS.Create(x1[2]);
                c120 = TS.Fma(x, d0, c120);
                x = TS.Create(x1[3]);
                c130 = TS.Fma(x, d0, c130);
                x = TS.Create(x1[4]);
                c140 = TS.Fma(x, d0, c140);
                x = TS.Create(x2[0]);
                c200 = TS.Fma(x, d0, c200);
                x = TS.Create(x2[1]);
                c210 = TS.Fma(x, d0, c210);
                x = TS.Create(x2[2]);
                c220 = TS.Fma(x, d0, c220);
                x = TS.Create(x2[3]);
                c230 = TS.Fma(x, d0, c230);
                x = TS.Create(x2[4]);
                c240 = TS.Fma(x, d0, c240);
                x = TS.Create(x3[0]);
                c300 = TS.Fma(x, d0, c300);
                x = TS.Create(x3[1]);
                c310 = TS.Fma(x, d0, c310);
                x = TS.Create(x3[2]);
                c320 = TS.Fma(x, d0, c320);
                x = TS.Create(x3[3]);
                c330 = TS.Fma(x, d0, c330);
                x = TS.Create(x3[4]);
                c340 = TS.Fma(x, d0, c340);
                x = TS.Create(x4[0]);
                c400 = TS.Fma(x, d0, c400);
                x = TS.Create(x4[1]);
                c410 = TS.Fma(x, d0, c410);
                x = TS.Create(x4[2]);
                c420 = TS.Fma(x, d0, c420);
                x = TS.Create(x4[3]);
                c430 = TS.Fma(x, d0, c430);
                x = TS.Create(x4[4]);
                c440 = TS.Fma(x, d0, c440);
                x0 += step;
                x1 += step;
                x2 += step;
                x3 += step;
                x4 += step;
            }
        }
        bool adds = t.Ends && !t.IsFirst;
        c = (t.Ends ? t.Sums : t.Chain) + lane;
        LoneWeights.Put<TV, TS>(s0, c, adds);
        LoneWeights.Put<TV, TS>(c000, c + channels, adds);
        LoneWeights.Put<TV, TS>(c010, c + 2 * channels, adds);
        LoneWeights.Put<TV, TS>(c020, c + 3 * channels, adds);
        LoneWeights.Put<TV, TS>(c030, c + 4 * channels, adds);
        LoneWeights.Put<TV, TS>(c040, c + 5 * channels, adds);
        LoneWeights.Put<TV, TS>(c100, c + 6 * channels, adds);
        LoneWeights.Put<TV, TS>(c110, c + 7 * channels, adds);
        LoneWeights.Put<TV, TS>(c120, c + 8 * channels, adds);
        LoneWeights.Put<TV, TS>(c130, c + 9 * channels, adds);
        LoneWeights.Put<TV, TS>(c140, c + 10 * channels, adds);
        LoneWeights.Put<TV, TS>(c200, c + 11 * channels, adds);
        LoneWeights.Put<TV, TS>(c210, c + 12 * channels, adds);
        LoneWeights.Put<TV, TS>(c220, c + 13 * channels, adds);
        LoneWeights.Put<TV, TS>(c230, c + 14 * channels, adds);
        LoneWeights.Put<TV, TS>(c240, c + 15 * channels, adds);
        LoneWeights.Put<TV, TS>(c300, c + 16 * channels, adds);
        LoneWeights.Put<TV, TS>(c310, c + 17 * channels, adds);
        LoneWeights.Put<TV, TS>(c320, c + 18 * channels, adds);
        LoneWeights.Put<TV, TS>(c330, c + 19 * channels, adds);
        LoneWeights.Put<TV, TS>(c340, c + 20 * channels, adds);
        LoneWeights.Put<TV, TS>(c400, c + 21 * channels, adds);
        LoneWeights.Put<TV, TS>(c410, c + 22 * channels, adds);
        LoneWeights.Put<TV, TS>(c420, c + 23 * channels, adds);
        LoneWeights.Put<TV, TS>(c430, c + 24 * channels, adds);
        LoneWeights.Put<TV, TS>(c440, c + 25 * channels, adds);
    }
}
