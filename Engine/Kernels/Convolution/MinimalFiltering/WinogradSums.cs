using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The end of <see cref="WinogradGradient"/>: parts are added in order and taken from their points back to the nine weights.</summary>
internal static unsafe class WinogradSums
{
    /// <summary>Sums that go together: they lie end to end, and their points stay in L1.</summary>
    private const int Together = 128;

    /// <summary>Parts' sums in a piece of work: some 2 us.</summary>
    private const int PieceSize = 16_000;

    /// <summary>What a tile's value at a point is divided by: the product of the differences to the other finite points. Divided here, where numbers are few.</summary>
    private static readonly double[] Scales =
    [
        1.0 / Winograd.A2B2, 1 / (2.0 * Winograd.A2 * (Winograd.A2 - Winograd.B2)), 1 / (2.0 * Winograd.A2 * (Winograd.A2 - Winograd.B2)),
        1 / (2.0 * Winograd.B2 * (Winograd.B2 - Winograd.A2)), 1 / (2.0 * Winograd.B2 * (Winograd.B2 - Winograd.A2)), 1,
    ];

    /// <summary>Floats of one part: [point][c][o], points <see cref="WinogradWeights.PointStep"/> apart.</summary>
    public static long PartSize(int inputs, int outputs) => WinogradWeights.Length(inputs, outputs);

    /// <summary>sums [tap][c][o] = the parts, added and taken back.</summary>
    public static void Run(float* parts, int count, int inputs, int outputs, float* sums)
    {
        float* scales = stackalloc float[Winograd.Points];
        for (int point = 0; point < Winograd.Points; point++) scales[point] = (float)(Scales[point / Winograd.Window] * Scales[point % Winograd.Window]);
        int items = (inputs * outputs + Together - 1) / Together;
        Body body = new() { Parts = parts, Count = count, Length = inputs * outputs, Step = WinogradWeights.PointStep(inputs, outputs), Sums = sums, Scales = scales };
        Work.For(items, 1 + PieceSize / (Together * Winograd.Points * count), ref body);
    }

    /// <summary>An item is some neighbouring sums.</summary>
    private struct Body : IWorkBody, ISimdWork
    {
        public float* Parts, Sums, Scales;
        public int Count, Length;
        public long Step;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            using Scratch memory = Scratch.Rent(Winograd.Points * Together + Winograd.Window * 3 * Together);
            float* points = memory.Pointer, window = points + Winograd.Points * Together;
            for (int at = _from * Together; at < Math.Min(_to * Together, Length); at += Together)
            {
                int count = Math.Min(Together, Length - at), whole = count / TS.Count * TS.Count, ahead = Math.Min(Together, Length - at - count);
                for (int point = 0; point < Winograd.Points; point++)
                {
                    float* from = Parts + point * Step + at;
                    for (int p = 0; ahead > 0 && p < Count; p++) Caches.Ahead(from + p * Winograd.Points * Step + Together, 1, 0, ahead);
                    Add<TV, TS>(from, points + point * Together, 0, whole, Scales[point]);
                    Add<float, Simd1>(from, points + point * Together, whole, count, Scales[point]);
                }
                Back<TV, TS>(points, window, at, 0, whole);
                Back<float, Simd1>(points, window, at, whole, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Add<TV, TS>(float* from, float* to, int first, int end, float scale) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long part = Winograd.Points * Step;
            TV factor = TS.Create(scale);
            for (int i = first; i < end; i += TS.Count)
            {
                TV sum = TS.Load(from + i);
                for (int p = 1; p < Count; p++) sum = TS.Add(sum, TS.Load(from + p * part + i));
                TS.Store(TS.Multiply(sum, factor), to + i);
            }
        }

        /// <summary>Along the rows of points, then down.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Back<TV, TS>(float* points, float* window, int at, int first, int end) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int i = first; i < end; i += TS.Count)
            {
                for (int r = 0; r < Winograd.Window; r++) WinogradLines.ToWeights<TV, TS>(points + r * Winograd.Window * Together + i, Together, window + r * 3 * Together + i, Together);
                for (int v = 0; v < 3; v++) WinogradLines.ToWeights<TV, TS>(window + v * Together + i, 3 * Together, Sums + at + i + (long)v * Length, 3L * Length);
            }
        }
    }
}
