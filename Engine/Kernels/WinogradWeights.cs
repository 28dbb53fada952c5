using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Weights of a 3 x 3 convolution at the points of <see cref="Winograd"/>: for each point a matrix [result channel][source channel] in the panels of
/// <see cref="TapGemm"/>. Computed in double and rounded once.</summary>
internal static unsafe class WinogradWeights
{
    /// <summary>Weights in a piece of work: some 2 us.</summary>
    private const int PieceSize = 200;

    private const double A = Winograd.A, B = Winograd.B, A2 = A * A, B2 = B * B;

    /// <summary>What a kernel's value at a point is divided by: the product of the differences to the other finite points.</summary>
    public const double ByZero = 1 / (A2 * B2), ByA = 1 / (2 * A2 * (A2 - B2)), ByB = 1 / (2 * B2 * (B2 - A2));

    /// <summary>Floats from one point's matrix to the next: not a multiple of what a cache's sets repeat after.</summary>
    public static long PointStep(int sources, int results) => (long)sources * results + 16;

    /// <summary>Floats of all matrices.</summary>
    public static long Length(int sources, int results) => Winograd.Points * PointStep(sources, results);

    /// <summary>Weights [O, C, 3, 3] to panels for the forward pass, or with the kernel turned for the input gradient.</summary>
    public static void Pack(in Conv2dGeometry g, float* weight, float* packed, bool toInputs)
    {
        int inputs = g.InChannels, outputs = g.OutChannels;
        Body body = new() { Weight = weight, Packed = packed, Results = toInputs ? inputs : outputs, Sources = toInputs ? outputs : inputs, Turned = toInputs };
        (body.Result, body.Source) = toInputs ? (9L, inputs * 9L) : (inputs * 9L, 9L);
        Work.For(body.Sources, 1 + PieceSize / body.Results, ref body);
    }

    /// <summary>An item is one source channel.</summary>
    private struct Body : IWorkBody
    {
        public float* Weight, Packed;
        public int Results, Sources;
        public long Result, Source;
        public bool Turned;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long step = PointStep(Sources, Results);
            (int tall, int low, int height) = TapPanels.Split(Results);
            double* kernel = stackalloc double[9];
            for (int panel = 0, row = 0; panel < tall + low; panel++)
            {
                int high = panel < tall ? height : height - 1;
                for (int c = from; c < to; c++)
                    for (int h = 0; h < high; h++)
                    {
                        float* w = Weight + (row + h) * Result + c * Source;
                        for (int tap = 0; tap < 9; tap++) kernel[tap] = w[Turned ? 8 - tap : tap];
                        ToPoints(kernel, Packed + (long)row * Sources + (long)c * high + h, step);
                    }
                row += high;
            }
        }

        private static void ToPoints(double* kernel, float* to, long step)
        {
            double* columns = stackalloc double[18], line = stackalloc double[6];
            for (int v = 0; v < 3; v++) Line(kernel[v], kernel[3 + v], kernel[6 + v], columns + v, 3);
            for (int r = 0; r < Winograd.Window; r++)
            {
                Line(columns[3 * r], columns[3 * r + 1], columns[3 * r + 2], line, 1);
                for (int q = 0; q < Winograd.Window; q++, to += step) *to = (float)line[q];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Line(double w0, double w1, double w2, double* to, int step)
        {
            to[0] = w0 * ByZero;
            double even = (w0 + A2 * w2) * ByA, odd = A * ByA * w1;
            to[step] = even + odd;
            to[2 * step] = even - odd;
            even = (w0 + B2 * w2) * ByB;
            odd = B * ByB * w1;
            to[3 * step] = even + odd;
            to[4 * step] = even - odd;
            to[5 * step] = w2;
        }
    }
}
