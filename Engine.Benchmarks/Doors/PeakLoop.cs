using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Benchmarks.Doors;

/// <summary>Multiply-adds in registers at the widest vectors.</summary>
internal static unsafe class PeakLoop
{
    /// <summary>Accumulators: each waits for itself alone. Two units of latency 4 need 8; 12 fit the 16 registers of AVX2 together with the factors.</summary>
    private const int Chains = 12;

    private const int Turns = 20_000; // some 60 us a piece

    private const int PiecesPerThread = 32;

    /// <summary>Median and best rate over many short runs.</summary>
    public static (double Median, double Best) GigaFlops(int threads, double seconds)
    {
        Compute.Threads = threads;
        int pieces = threads * PiecesPerThread;
        Body body = default;
        List<double> rates = [];
        Work.For(pieces, 1, ref body);
        long start = Stopwatch.GetTimestamp();
        while (rates.Count < 7 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long before = Stopwatch.GetTimestamp();
            Work.For(pieces, 1, ref body);
            rates.Add(2.0 * Chains * Turns * pieces * Lanes() / Stopwatch.GetElapsedTime(before).TotalSeconds / 1e9);
        }
        rates.Sort();
        return (rates[rates.Count / 2], rates[^1]);
    }

    private static int Lanes()
    {
        Loop loop = default;
        Simd.Dispatch(ref loop); // no turns: tells its width
        return loop.Lanes;
    }

    private struct Body : IWorkBody
    {
        public readonly void Run(int from, int to)
        {
            for (int piece = from; piece < to; piece++)
            {
                Loop loop = new() { Turns = Turns };
                Simd.Dispatch(ref loop);
                if (float.IsNaN(loop.Result)) throw new InvalidOperationException("the peak loop computed NaN."); // never: keeps its work from being thrown away
            }
        }
    }

    private struct Loop : ISimdWork
    {
        public int Turns, Lanes;
        public float Result;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV half = TS.Create(0.5f), one = TS.Create(1); // x = x / 2 + 1 stays near 2
            TV a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one, k = one, l = one;
            for (int turn = Turns; turn > 0; turn--)
            {
                a = TS.Fma(a, half, one);
                b = TS.Fma(b, half, one);
                c = TS.Fma(c, half, one);
                d = TS.Fma(d, half, one);
                e = TS.Fma(e, half, one);
                f = TS.Fma(f, half, one);
                g = TS.Fma(g, half, one);
                h = TS.Fma(h, half, one);
                i = TS.Fma(i, half, one);
                j = TS.Fma(j, half, one);
                k = TS.Fma(k, half, one);
                l = TS.Fma(l, half, one);
            }
            a = TS.Add(TS.Add(TS.Add(a, b), TS.Add(c, d)), TS.Add(TS.Add(e, f), TS.Add(g, h)));
            a = TS.Add(a, TS.Add(TS.Add(i, j), TS.Add(k, l)));
            float* lanes = stackalloc float[16];
            TS.Store(a, lanes);
            Result = *lanes;
            Lanes = TS.Count;
        }
    }
}
