using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>A product whose sums are short chains, added up in order: C[row, lane] = start + chain 0 + chain 1 + ..., a chain being the sum over 16 k of
/// A[row * ARow + k * AStep] * B[k * BStep + lane], from zero. The bits of a <see cref="TapGemm"/> a chain with <see cref="SumStart.AddAtEnd"/>.</summary>
/// <remarks>With 32 registers a tile keeps both its chains and what they have come to, so that C is read and written once.</remarks>
internal unsafe partial struct ChainGemm
{
    /// <summary>Steps of a chain.</summary>
    public const int Chain = 16;

    /// <summary>The operands and the result.</summary>
    public float* A, B, C;

    /// <summary>Strides in floats.</summary>
    public long ARow, AStep, BStep, CRow;

    /// <summary>How many steps there are; the last chain may be shorter than the others.</summary>
    public int Depth;

    /// <summary>Whether sums begin at zero, rather than at what C holds.</summary>
    public bool FromZero;

    /// <summary>Computes rows 0..rows-1 and lanes 0..lanes-1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ChainGemm g, int rows, int lanes)
    {
        int whole = Avx512F.IsSupported && g.Depth >= 2 * Chain ? g.Depth / Chain * Chain : 0, lane = 0;
        if (whole > 0)
        {
            for (; lane + 64 <= lanes; lane += 64) Tiles(g, rows, lane, 64, whole);
            for (int width = 32; width >= 16; width >>= 1)
                if (lane + width <= lanes)
                {
                    Tiles(g, rows, lane, width, whole);
                    lane += width;
                }
            if (whole < g.Depth) Single(g, 0, rows, 0, lane, whole);
        }
        Single(g, 0, rows, lane, lanes - lane, 0);
    }

    /// <summary>Lanes of a tile: as many rows as tiles take, and the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles(in ChainGemm g, int rows, int lane, int width, int whole)
    {
        int row = 0;
        if (width == 64)
        {
            int pairs = rows % 3 == 0 ? 0 : rows % 3 == 2 ? 1 : 2;
            for (; row + 2 * pairs + 3 <= rows; row += 3) Tile3x4(g, row, lane);
            for (; row + 2 <= rows; row += 2) Tile2x4(g, row, lane);
        }
        else if (width == 32)
        {
            int fours = rows % 6 is 2 or 3 ? 2 : rows % 6 >= 4 ? 1 : 0;
            for (; row + 4 * fours + 6 <= rows; row += 6) Tile6x2(g, row, lane);
            for (; row + 4 <= rows; row += 4) Tile4x2(g, row, lane);
        }
        else
            for (; row + 8 <= rows; row += 8) Tile8x1(g, row, lane);
        if (row == rows) return;
        ChainGemm rest = g;
        rest.Depth = whole;
        Single(rest, row, rows - row, lane, width, 0);
    }

    /// <summary>What is left over, from step <paramref name="from"/> on: a chain at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Single(in ChainGemm g, int row, int rows, int lane, int lanes, int from)
    {
        if (rows == 0 || lanes == 0) return;
        long none = 0;
        TapGemm gemm = new() { C = g.C + row * g.CRow + lane, Begin = g.FromZero && from == 0 ? SumStart.Zero : SumStart.AddAtEnd, TapsA = &none, TapsB = &none, Taps = 1, ARow = g.ARow, AStep = g.AStep, BStep = g.BStep, CRow = g.CRow };
        for (int k = from; k < g.Depth; k += Chain, gemm.Begin = SumStart.AddAtEnd)
        {
            gemm.A = g.A + row * g.ARow + k * g.AStep;
            gemm.B = g.B + lane + k * g.BStep;
            gemm.Depth = Math.Min(Chain, g.Depth - k);
            TapGemm.Run(gemm, rows, lanes);
        }
    }
}
