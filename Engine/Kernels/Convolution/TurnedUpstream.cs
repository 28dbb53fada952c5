using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution;

/// <summary>dy with output channels in the lanes, [image][lanes], for <see cref="Conv2dWeightProducts"/>; and, as work, its sums for the gradient of the bias, every fourth image
/// in a chain of its own: one alone would wait for itself.</summary>
internal unsafe struct TurnedUpstream : ISimdWork
{
    /// <summary>Sums that go on at once.</summary>
    public const int Chains = 4;

    /// <summary>Turned dy, and its sums, [chain][lanes].</summary>
    public float* From, Sums;

    /// <summary>Images, a multiple of <see cref="Chains"/>, and lanes.</summary>
    public int Count, Lanes;

    /// <summary>dy of a pixel, [o][n], to [n][lanes]. Lanes that are no channels may be written too, zeros.</summary>
    public static void Turn(float* dy, int width, int outputs, float* turned, int lanes)
    {
        for (int o = 0; o < outputs;) o += Turning.Run(dy + o * width, width, outputs - o, width, turned + o, lanes, width, 0, lanes - o);
    }

    /// <summary>Adds the chains.</summary>
    public static void Total(float* sums, int lanes, int outputs, float* total)
    {
        for (int o = 0; o < outputs; o++) total[o] = (sums[o] + sums[o + lanes]) + (sums[o + (2 * lanes)] + sums[o + (3 * lanes)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        for (int lane = 0; lane < Lanes; lane += TS.Count)
        {
            float* sums = Sums + lane, from = From + lane, end = from + ((long)Count * Lanes);
            TV a = TS.Load(sums), b = TS.Load(sums + Lanes), c = TS.Load(sums + (2 * Lanes)), d = TS.Load(sums + (3 * Lanes));
            for (; from < end; from += 4 * Lanes)
            {
                a = TS.Add(a, TS.Load(from));
                b = TS.Add(b, TS.Load(from + Lanes));
                c = TS.Add(c, TS.Load(from + (2 * Lanes)));
                d = TS.Add(d, TS.Load(from + (3 * Lanes)));
            }
            TS.Store(a, sums);
            TS.Store(b, sums + Lanes);
            TS.Store(c, sums + (2 * Lanes));
            TS.Store(d, sums + (3 * Lanes));
        }
    }
}
