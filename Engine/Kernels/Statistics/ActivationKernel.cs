using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Statistics;

/// <summary>What an activation looks like: mean, spread, share near zero, histogram, in one pass over its memory, which may apply a ReLU on the way.</summary>
/// <remarks>The memory, whose order follows from the shape alone, is cut into parts of <see cref="Part"/> elements. In a part 64 virtual lanes, element i in lane
/// i mod 64, are each a chain of sums and of squares about the part's first element, so that nothing cancels; a fixed tree of halves adds the lanes up, and the
/// parts are added up in double, in order (Chan, Golub and LeVeque 1979). The rest are counts. Bins are found as bytes, which <see cref="BinCounts"/> counts while the cache holds them.</remarks>
internal static unsafe class ActivationKernel
{
    /// <summary>Bins of the histogram, as wide as <see cref="BinWidth"/>, from 0 on; the last one has its upper end.</summary>
    public const int Bins = 40;

    /// <summary>Width of a bin. A power of two, so that no edge is rounded.</summary>
    public const float BinWidth = 0.25f;

    /// <summary>Values up to this one, all negative ones among them, are near zero.</summary>
    public const float NearZero = 0.05f;

    /// <summary>Elements of a part: 60 KB, some 1 to 2 us.</summary>
    public const int Part = 15 * BinCounts.Step;

    private const int Lanes = 64;

    /// <summary>Numbers of a part: sum, squares about the part's own mean, elements near zero.</summary>
    private const int Numbers = 3;

    /// <summary>Looks at every element once.</summary>
    /// <param name="x">The elements, as they lie.</param>
    /// <param name="rectify">Whether each is replaced by its ReLU once it has been looked at.</param>
    /// <param name="bins">Gets <see cref="Bins"/> counts; empty for no histogram.</param>
    /// <returns>The mean, the unbiased standard deviation, and the number of elements of at most <see cref="NearZero"/>. NaN is near nothing, and in no bin.</returns>
    public static (double Mean, double Std, long NearZero) Run(Span<float> x, bool rectify, Span<int> bins)
    {
        int parts = (x.Length + Part - 1) / Part, counts = bins.IsEmpty ? 0 : Bins;
        using Scratch memory = Scratch.Rent(parts * (2L * Numbers + counts));
        double* numbers = (double*)memory.Pointer;
        int* histograms = (int*)(numbers + (long)parts * Numbers);
        fixed (float* px = x)
        {
            Body body = new() { X = px, Length = x.Length, Rectify = rectify, Numbers = numbers, Histograms = counts == 0 ? null : histograms };
            Work.For(parts, 1, ref body);
        }
        bins.Clear();
        double sum = 0, squares = 0, near = 0;
        for (int p = 0; p < parts; p++)
        {
            (sum, near) = (sum + numbers[p * Numbers], near + numbers[p * Numbers + 2]);
            for (int i = 0; i < counts; i++) bins[i] += histograms[p * Bins + i];
        }
        double mean = sum / x.Length;
        for (int p = 0; p < parts; p++)
        {
            int elements = Math.Min(Part, x.Length - p * Part);
            double distance = numbers[p * Numbers] / elements - mean;
            squares += numbers[p * Numbers + 1] + elements * distance * distance;
        }
        return (mean, Math.Sqrt(squares / (x.Length - 1)), (long)near);
    }

    private struct Body : IWorkBody
    {
        public float* X;
        public int Length;
        public bool Rectify;
        public double* Numbers;
        public int* Histograms;

        public readonly void Run(int from, int to)
        {
            using Scratch bytes = Scratch.Rent(Part / sizeof(float));
            for (int p = from; p < to; p++)
            {
                PartWork work = new()
                {
                    X = X + (long)p * Part, Count = Math.Min(Part, Length - p * Part), Rectify = Rectify, Bytes = Histograms == null ? null : (sbyte*)bytes.Pointer,
                    Numbers = Numbers + (long)p * ActivationKernel.Numbers,
                };
                Simd.Dispatch(ref work);
                if (Histograms != null) work.CountBins(Histograms + (long)p * Bins);
            }
        }
    }

    /// <summary>One part.</summary>
    internal struct PartWork : ISimdWork
    {
        public float* X;
        public int Count;
        public bool Rectify;
        public double* Numbers;

        /// <summary>Gets each element's bin; null for none. Room for <see cref="Part"/>.</summary>
        public sbyte* Bytes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            float* sums = stackalloc float[2 * Lanes], squares = sums + Lanes;
            float shift = float.IsFinite(X[0]) ? X[0] : 0;
            int whole = Count - Count % Lanes, near = 0;
            for (int lane = 0; lane < Lanes; lane += 4 * TS.Count) near += Columns<TV, TS>(lane, whole, shift, sums, squares);
            for (int i = whole; i < Count; i++)
            {
                float value = X[i], d = value - shift;
                sums[i - whole] += d;
                squares[i - whole] = MathF.FusedMultiplyAdd(d, d, squares[i - whole]);
                if (value <= NearZero) near++;
                if (Bytes != null) Bytes[i] = Simd1.FloorByte(value * (1 / BinWidth));
                if (Rectify) X[i] = MathF.Max(value, 0);
            }
            for (int half = Lanes / 2; half > 0; half /= 2)
            {
                int i = 0;
                for (; i + TS.Count <= half; i += TS.Count)
                {
                    TS.Store(TS.Add(TS.Load(sums + i), TS.Load(sums + i + half)), sums + i);
                    TS.Store(TS.Add(TS.Load(squares + i), TS.Load(squares + i + half)), squares + i);
                }
                for (; i < half; i++) (sums[i], squares[i]) = (sums[i] + sums[i + half], squares[i] + squares[i + half]);
            }
            double sum = sums[0], square = squares[0];
            Numbers[0] = sum + (double)Count * shift;
            Numbers[1] = Math.Max(0, square - sum * sum / Count); // about the part's own mean; NaN stays
            Numbers[2] = near;
        }

        /// <summary>Four vectors of lanes, down all rows of 64 elements.</summary>
        /// <returns>How many elements are near zero.</returns>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly int Columns<TV, TS>(int lane, int whole, float shift, float* sums, float* squares) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV k = TS.Create(shift), small = TS.Create(NearZero), scale = TS.Create(1 / BinWidth), zero = TS.Create(0);
            TV s0 = zero, s1 = zero, s2 = zero, s3 = zero, q0 = zero, q1 = zero, q2 = zero, q3 = zero;
            int near = 0;
            sbyte* bytes = Bytes == null ? null : Bytes + lane * (whole / Lanes); // a lane's bytes lie together; their order is nobody's business
            float* x = X + lane, end = X + whole;
            for (; x < end; x += Lanes)
            {
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(x + 1024);
                    Sse.Prefetch0(x + 1040);
                    Sse.Prefetch0(x + 1056);
                    Sse.Prefetch0(x + 1072);
                }
                TV a = TS.Load(x), b = TS.Load(x + TS.Count), c = TS.Load(x + 2 * TS.Count), d = TS.Load(x + 3 * TS.Count);
                near += TS.CountAtMost(a, small) + TS.CountAtMost(b, small) + TS.CountAtMost(c, small) + TS.CountAtMost(d, small);
                if (bytes != null)
                {
                    TS.StoreFloors(TS.Multiply(a, scale), TS.Multiply(b, scale), TS.Multiply(c, scale), TS.Multiply(d, scale), bytes);
                    bytes += 4 * TS.Count;
                }
                if (Rectify)
                {
                    TS.Store(TS.Max(a, zero), x);
                    TS.Store(TS.Max(b, zero), x + TS.Count);
                    TS.Store(TS.Max(c, zero), x + 2 * TS.Count);
                    TS.Store(TS.Max(d, zero), x + 3 * TS.Count);
                }
                (a, b, c, d) = (TS.Subtract(a, k), TS.Subtract(b, k), TS.Subtract(c, k), TS.Subtract(d, k));
                (s0, s1, s2, s3) = (TS.Add(s0, a), TS.Add(s1, b), TS.Add(s2, c), TS.Add(s3, d));
                (q0, q1, q2, q3) = (TS.Fma(a, a, q0), TS.Fma(b, b, q1), TS.Fma(c, c, q2), TS.Fma(d, d, q3));
            }
            sums += lane;
            squares += lane;
            TS.Store(s0, sums);
            TS.Store(s1, sums + TS.Count);
            TS.Store(s2, sums + 2 * TS.Count);
            TS.Store(s3, sums + 3 * TS.Count);
            TS.Store(q0, squares);
            TS.Store(q1, squares + TS.Count);
            TS.Store(q2, squares + 2 * TS.Count);
            TS.Store(q3, squares + 3 * TS.Count);
            return near;
        }

        /// <summary>Counts what fell into each bin.</summary>
        public readonly void CountBins(int* bins)
        {
            new Span<int>(bins, Bins).Clear();
            int padded = (Count + BinCounts.Step - 1) / BinCounts.Step * BinCounts.Step;
            new Span<sbyte>(Bytes + Count, padded - Count).Fill(-1);
            bool above = BinCounts.Add(Bytes, padded, bins, Bins);
            if (above) bins[Bins - 1] += new ReadOnlySpan<float>(X, Count).Count(Bins * BinWidth); // the end of the last bin, which a ReLU has left as it was
        }
    }
}
