using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

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
        Work.For(TapPanels.Tiles(body.Results), 1 + PieceSize / (body.Sources * TapPanels.MaxRows), ref body);
    }

    /// <summary>An item is one panel: some result channels, which go to the thread that will use them where <see cref="WinogradPass"/> cuts them.</summary>
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
            using Scratch memory = Scratch.Rent(9 * ((long)Sources * TapPanels.MaxRows + WinogradRowWeights.Lanes));
            for (int panel = from; panel < to; panel++)
            {
                int row = TapPanels.TileStart(Results, panel), high = TapPanels.TileStart(Results, panel + 1) - row, count = Sources * high, pitch = count + WinogradRowWeights.Lanes;
                float* first = Weight + row * Result;
                for (int c = 0; c < Sources; c++)
                    for (int h = 0; h < high; h++)
                        for (int tap = 0; tap < 9; tap++) memory.Pointer[tap * pitch + c * high + h] = first[h * Result + c * Source + (Turned ? 8 - tap : tap)];
                for (int tap = 0; tap < 9; tap++) new Span<float>(memory.Pointer + tap * pitch + count, WinogradRowWeights.Lanes).Clear();
                WinogradRowWeights.ToPoints(memory.Pointer, pitch, Packed + (long)row * Sources, step, count);
            }
        }
    }
}
