using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>How a <see cref="TapGemm"/>'s sums begin.</summary>
internal enum SumStart
{
    /// <summary>At zero.</summary>
    Zero,

    /// <summary>At Init[row]: a bias where rows are output channels.</summary>
    RowBias,

    /// <summary>At Init[lane]: a bias where lanes are output channels.</summary>
    LaneBias,

    /// <summary>At what C holds: gradients, and sums cut into several calls.</summary>
    Accumulate,

    /// <summary>At zero; what C holds is added to the finished sum. Short sums added up have smaller errors than a long chain. The sum must fit one block.</summary>
    AddAtEnd,
}

/// <summary>The one multiply-add kernel under convolution (all three passes), Linear and matmul:
/// C[row, lane] = start + sum over taps t, then k, of A[TapsA[t] + row*ARow + k*AStep] * B[TapsB[t] + k*BStep + lane].</summary>
/// <remarks>A convolution is a matrix product whose sum dimension is a list of taps, each a run of rows that already lie in memory: im2col without columns.
/// Every element of C is its own chain of fused multiply-adds in the order of taps and k, whatever the vector width, tile or number of threads:
/// that is what makes results equal to the bit on any machine. Cutting the sum into several calls (<see cref="SumStart.Accumulate"/>) keeps the chain.</remarks>
internal unsafe partial struct TapGemm
{
    /// <summary>Base of the operand that is broadcast.</summary>
    public float* A;

    /// <summary>Base of the operand read in vectors.</summary>
    public float* B;

    /// <summary>Base of the result.</summary>
    public float* C;

    /// <summary>Bias, for <see cref="SumStart.RowBias"/> and <see cref="SumStart.LaneBias"/>.</summary>
    public float* Init;

    /// <summary>Offsets of each tap in A and B, in floats.</summary>
    public long* TapsA, TapsB;

    /// <summary>Number of taps; 0 leaves every sum at its start.</summary>
    public int Taps;

    /// <summary>Length of each tap's run, at least 1.</summary>
    public int Depth;

    /// <summary>Strides in floats.</summary>
    public long ARow, AStep, BStep, CRow;

    /// <summary>Where A is packed in panels (<see cref="TapPanels"/>), the length of its rows, all taps and k together; TapsA then counts k, and ARow and AStep do
    /// not matter. 0: A lies as the strides say.</summary>
    public long PanelDepth;

    /// <summary>Offset in k into a panel, where a sum is cut into several calls.</summary>
    public long PanelStart;

    /// <summary>Whether a finished sum below zero becomes zero (max(sum, 0), NaN stays NaN).</summary>
    public bool Relu;

    /// <summary>How sums begin.</summary>
    public SumStart Begin;

    /// <summary>How often all rows come again, <see cref="ARepeat"/> further in A and <see cref="CRepeat"/> in C, with the same taps and B; 0 is once. Not with panels.</summary>
    public int Repeats;

    /// <summary>Strides of the repeats.</summary>
    public long ARepeat, CRepeat;

    private Pairs _pairs;

    /// <summary>Bytes of B used before the next rows of A come: they stay in a 32 KB L1 beside a tile's A. Counted by whole rows (a tile 16 lanes wide uses
    /// only every fourth line of a row of 64, and with them only a quarter of the cache's sets). docs/decisions.md has the measurements.</summary>
    private const int SumBlockBytes = 24 * 1024;

    /// <summary>The most rows of B in a block, 384 for rows of one tile's lanes; and the fewest, where rows are so long that they cannot stay.</summary>
    private const int MostSumRows = 384, FewestSumRows = 96;

    /// <summary>Computes rows 0..rows-1 and lanes 0..lanes-1, the sum cut into blocks that stay in L1; cutting keeps each chain as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TapGemm g, int rows, int lanes)
    {
        Debug.Assert(rows >= 0 && lanes >= 0 && (g.Taps == 0 || g.Depth >= 1));
        long sum = (long)g.Taps * g.Depth;
        if (sum <= FewestSumRows || (rows <= TapPanels.MaxRows && g.Repeats <= 1) || sum <= Block(g.BStep)) // rows of one tile use B once
        {
            RunBlock(g, rows, lanes);
            return;
        }
        int block = Block(g.BStep);
        Debug.Assert(g.Begin != SumStart.AddAtEnd);
        TapGemm part = g;
        part.Relu = false;
        if (g.Depth > block)
            for (int tap = 0; tap < g.Taps; tap++)
                for (int k = 0; k < g.Depth; k += part.Depth, part.Begin = SumStart.Accumulate)
                {
                    part.Depth = Math.Min(block, g.Depth - k);
                    part.Taps = 1;
                    part.TapsA = g.TapsA + tap;
                    part.TapsB = g.TapsB + tap;
                    if (g.PanelDepth == 0) part.A = g.A + k * g.AStep;
                    else part.PanelStart = g.PanelStart + k;
                    part.B = g.B + k * g.BStep;
                    part.Relu = g.Relu && tap == g.Taps - 1 && k + part.Depth == g.Depth;
                    RunBlock(part, rows, lanes);
                }
        else
            for (int tap = 0, taps = block / g.Depth; tap < g.Taps; tap += taps, part.Begin = SumStart.Accumulate)
            {
                part.Taps = Math.Min(taps, g.Taps - tap);
                part.TapsA = g.TapsA + tap;
                part.TapsB = g.TapsB + tap;
                part.Relu = g.Relu && tap + part.Taps == g.Taps;
                RunBlock(part, rows, lanes);
            }
    }

    /// <summary>Rows of B in a block of the sum.</summary>
    private static int Block(long bStep) => (int)Math.Clamp(SumBlockBytes / sizeof(float) / Math.Max(1, bStep), FewestSumRows, MostSumRows);

    private static void RunBlock(in TapGemm g, int rows, int lanes)
    {
        int lane = 0;
        if (Avx512F.IsSupported) Lanes<Vector512<float>, Simd512>(g, rows, lanes, ref lane);
        if (Vector256.IsHardwareAccelerated && lane < lanes) Lanes<Vector256<float>, Simd256>(g, rows, lanes, ref lane);
        if (Vector128.IsHardwareAccelerated && lane < lanes) Lanes<Vector128<float>, Simd128>(g, rows, lanes, ref lane);
        if (lane < lanes) Lanes<float, Simd1>(g, rows, lanes, ref lane);
    }

    /// <summary>The same at one width and below, for tests: what does not fill a vector goes to single floats.</summary>
    public static void RunAt<TV, TS>(in TapGemm g, int rows, int lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int lane = 0;
        Lanes<TV, TS>(g, rows, lanes, ref lane);
        Lanes<float, Simd1>(g, rows, lanes, ref lane);
    }

    /// <summary>Goes as far as whole vectors reach. Lanes outside, rows inside: the columns of B that a tile reads stay in L1 for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lanes<TV, TS>(in TapGemm g, int rows, int lanes, ref int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        for (int vectors = TS.Count == 16 ? 4 : 2; vectors > 0 && lane < lanes; vectors >>= 1) // 32 registers, or 16
        {
            int width = vectors * TS.Count, most = Tallest<TV, TS>(vectors);
            for (; lane + width <= lanes; lane += width)
                if (g.PanelDepth > 0) Panels<TV, TS>(g, rows, most, vectors, lane);
                else Repeated<TV, TS>(g, rows, most, vectors, lane);
        }
    }

    /// <summary>Rows in panels; two of the same height make a tile of few lanes.</summary>
    private static void Panels<TV, TS>(in TapGemm g, int rows, int most, int vectors, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        (int tall, int low, int height) = TapPanels.Split(rows);
        int row = 0;
        if (vectors > 2 || 2 * height > most)
        {
            Down<TV, TS>(g, ref row, height, tall, vectors, lane);
            Down<TV, TS>(g, ref row, height - 1, low, vectors, lane);
            return;
        }
        TapGemm pairs = g;
        pairs._pairs = Pairs.Panels;
        Down<TV, TS>(pairs, ref row, 2 * height, tall / 2, vectors, lane);
        Down<TV, TS>(g, ref row, height, tall % 2, vectors, lane);
        Down<TV, TS>(pairs, ref row, 2 * height - 2, low / 2, vectors, lane);
        Down<TV, TS>(g, ref row, height - 1, low % 2, vectors, lane);
    }

    /// <summary>Rows as they lie, as often as they come; two repeats of few rows make a tile of few lanes.</summary>
    private static void Repeated<TV, TS>(in TapGemm g, int rows, int most, int vectors, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        (int tall, int low, int height) = TapPanels.Split(rows, most);
        int row = 0;
        if (g.Repeats <= 1)
        {
            Down<TV, TS>(g, ref row, height, tall, vectors, lane);
            Down<TV, TS>(g, ref row, height - 1, low, vectors, lane);
            return;
        }
        TapGemm next = g;
        int left = g.Repeats, step = vectors <= 2 && 2 * rows <= most && g.Begin != SumStart.RowBias ? 2 : 1;
        if (step == 2) next._pairs = Pairs.Repeats;
        for (; left >= step; left -= step, next.A += step * g.ARepeat, next.C += step * g.CRepeat)
        {
            row = 0;
            Down<TV, TS>(next, ref row, step * height, tall, vectors, lane);
            Down<TV, TS>(next, ref row, height - 1, low, vectors, lane);
        }
        if (left == 0) return;
        next._pairs = Pairs.None;
        row = 0;
        Down<TV, TS>(next, ref row, rows, 1, vectors, lane);
    }

    /// <summary>Tiles of one height, one below the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Down<TV, TS>(in TapGemm g, ref int row, int height, int count, int vectors, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        if (count == 0) return;
        delegate*<in TapGemm, int, int, void> tile = Tile<TV, TS>(height, vectors);
        for (; count > 0; count--, row += height) tile(g, row, lane);
    }

    /// <summary>How a tile goes through A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Walk(int row, int height, out float* first, out long aRow, out long aStep, out long aTap) => Walk(row, height, height, out first, out aRow, out aStep, out aTap, out _);

    /// <summary>The same, and how far below its first row the lower half begins, <paramref name="half"/> rows down in the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Walk(int row, int half, int height, out float* first, out long aRow, out long aStep, out long aTap, out long below)
    {
        if (PanelDepth == 0)
        {
            first = A + row * ARow;
            (aRow, aStep, aTap, below) = (ARow, AStep, 1, _pairs == Pairs.Repeats ? ARepeat : half * ARow);
            return;
        }
        int panel = _pairs == Pairs.Panels ? half : height;
        first = A + row * PanelDepth + PanelStart * panel;
        (aRow, aStep, aTap, below) = (1, panel, panel, _pairs == Pairs.Panels ? half * PanelDepth : half);
    }

    /// <summary>Where the results of the lower half begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly float* Below(float* c, int half) => c + (_pairs == Pairs.Repeats ? CRepeat : half * CRow);

    /// <summary>What the two halves of a tile are.</summary>
    private enum Pairs
    {
        /// <summary>Rows that follow each other.</summary>
        None,

        /// <summary>Two panels of the same height.</summary>
        Panels,

        /// <summary>The same rows of two repeats.</summary>
        Repeats,
    }
}
