using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The end of <see cref="WinogradGradient"/>: parts are added in order and taken from their points back to the nine weights.</summary>
internal static unsafe class WinogradSums
{
    /// <summary>Sums in a piece of work: some 2 us.</summary>
    private const int PieceSize = 500;

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
        Body body = new() { Parts = parts, Count = count, Inputs = inputs, Outputs = outputs, Sums = sums, Scales = scales };
        Work.For(inputs, 1 + PieceSize / outputs, ref body);
    }

    /// <summary>An item is one input channel.</summary>
    private struct Body : IWorkBody, ISimdWork
    {
        public float* Parts, Sums, Scales;
        public int Count, Inputs, Outputs;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int c = _from; c < _to; c++)
            {
                int o = 0;
                for (; o + TS.Count <= Outputs; o += TS.Count) Back<TV, TS>(c * Outputs + o);
                for (; o < Outputs; o++) Back<float, Simd1>(c * Outputs + o);
            }
        }

        /// <summary>One vector of neighbours: along the rows of points, then down.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Back<TV, TS>(int at) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            float* window = stackalloc float[Winograd.Window * 3 * 16], line = stackalloc float[Winograd.Window * 16];
            long step = WinogradWeights.PointStep(Inputs, Outputs), part = PartSize(Inputs, Outputs);
            for (int r = 0; r < Winograd.Window; r++)
            {
                for (int q = 0; q < Winograd.Window; q++)
                {
                    float* from = Parts + (r * Winograd.Window + q) * step + at;
                    TV sum = TS.Load(from);
                    for (int p = 1; p < Count; p++) sum = TS.Add(sum, TS.Load(from + p * part));
                    TS.Store(TS.Multiply(sum, TS.Create(Scales[r * Winograd.Window + q])), line + q * 16);
                }
                WinogradLines.ToWeights<TV, TS>(line, 16, window + r * 3 * 16, 16);
            }
            long tap = (long)Inputs * Outputs;
            for (int v = 0; v < 3; v++) WinogradLines.ToWeights<TV, TS>(window + v * 16, 3 * 16, Sums + at + v * tap, 3 * tap);
        }
    }
}
