using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

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

    /// <summary>Where A is packed in panels (<see cref="PackRows"/>), the length of its rows, all taps and k together; TapsA then counts k, and ARow and AStep do
    /// not matter. 0: A lies as the strides say.</summary>
    public long PanelDepth;

    /// <summary>Offset in k into a panel, where a sum is cut into several calls.</summary>
    public long PanelStart;

    /// <summary>Whether a finished sum below zero becomes zero (max(sum, 0), NaN stays NaN).</summary>
    public bool Relu;

    /// <summary>How sums begin.</summary>
    public SumStart Begin;

    /// <summary>The tallest tile.</summary>
    public const int MaxRows = 6;

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
        int block = Block(g.BStep);
        if ((long)g.Taps * g.Depth <= block)
        {
            RunBlock(g, rows, lanes);
            return;
        }
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

    /// <summary>Vectors of the widest tile: with 32 registers, or with 16.</summary>
    private static int MostVectors<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV> => TS.Count == 16 ? 4 : 2;

    private static void RunBlock(in TapGemm g, int rows, int lanes)
    {
        int lane = 0;
        if (Avx512F.IsSupported) Lanes<Vector512<float>, Simd512>(g, rows, lanes, ref lane);
        if (Vector256.IsHardwareAccelerated) Lanes<Vector256<float>, Simd256>(g, rows, lanes, ref lane);
        if (Vector128.IsHardwareAccelerated) Lanes<Vector128<float>, Simd128>(g, rows, lanes, ref lane);
        Lanes<float, Simd1>(g, rows, lanes, ref lane);
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
        int vectors = MostVectors<TV, TS>();
        (int tall, int low, int height) = Split(rows);
        for (; vectors > 0; vectors >>= 1)
        {
            int width = vectors * TS.Count;
            if (lane + width > lanes) continue;
            delegate*<in TapGemm, int, int, void> tile = Tile<TV, TS>(height, vectors), lower = low > 0 ? Tile<TV, TS>(height - 1, vectors) : null;
            for (; lane + width <= lanes; lane += width)
            {
                int row = 0;
                for (int i = tall; i > 0; i--, row += height) tile(g, row, lane);
                for (int i = low; i > 0; i--, row += height - 1) lower(g, row, lane);
            }
        }
    }

    /// <summary>Splits rows evenly: 8 rows are 4 + 4, not 6 + 2, since a low tile leaves the multiply-add units waiting.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="most">Rows of the tallest tile.</param>
    /// <returns>The number of tiles of the given height, and of those one row lower, which come after them.</returns>
    public static (int Tall, int Low, int Height) Split(int rows, int most = MaxRows)
    {
        int tiles = (rows + most - 1) / most;
        if (tiles == 0) return default;
        int height = (rows + tiles - 1) / tiles, low = tiles * height - rows;
        return (tiles - low, low, height);
    }

    /// <summary>Number of tiles that rows are split into.</summary>
    public static int Tiles(int rows, int most = MaxRows) => (rows + most - 1) / most;

    /// <summary>Where tile number <paramref name="tile"/> begins; from here to there the rows split into the same tiles by themselves as among all rows.</summary>
    public static int TileStart(int rows, int tile, int most = MaxRows)
    {
        (int tall, _, int height) = Split(rows, most);
        return tile * height - Math.Max(0, tile - tall);
    }

    /// <summary>How a tile goes through A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Walk(int row, int height, out float* first, out long aRow, out long aStep, out long aTap)
    {
        bool isStrided = PanelDepth == 0;
        first = A + (isStrided ? row * ARow : row * PanelDepth + PanelStart * height);
        aRow = isStrided ? ARow : 1;
        aStep = isStrided ? AStep : height;
        aTap = isStrided ? 1 : height;
    }

    /// <summary>Packs rows into panels as high as tiles are: for each tile all k, for each k the tile's rows side by side, so that a tile reads A from end to end.</summary>
    /// <param name="a">Base of the rows.</param>
    /// <param name="row">Distance of rows, in floats.</param>
    /// <param name="step">Distance of neighbours in k.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="depth">Number of k.</param>
    /// <param name="packed">rows * <paramref name="panelDepth"/> floats; k comes to place <paramref name="at"/> + k * <paramref name="spread"/> of its panel.</param>
    /// <param name="panelDepth">Length of a panel's rows.</param>
    /// <param name="at">Where in the panel.</param>
    /// <param name="spread">Distance of neighbouring k in the panel.</param>
    /// <param name="most">Rows of the tallest tile.</param>
    public static void PackRows(float* a, long row, long step, int rows, int depth, float* packed, long panelDepth, long at = 0, long spread = 1, int most = MaxRows)
    {
        (int tall, int low, int height) = Split(rows, most);
        for (int i = 0, r = 0; i < tall + low; i++)
        {
            int high = i < tall ? height : height - 1;
            float* from = a + r * row, to = packed + r * panelDepth + at * high;
            if (step == 1 && spread == 1) Transposition.Dense(from, row, to, high, depth);
            else if (step == 1) Transposition.Run(from, row, to, spread * high, high, depth);
            else
                for (int k = 0; k < depth; k++)
                    for (int h = 0; h < high; h++) to[k * spread * high + h] = from[h * row + k * step];
            r += high;
        }
    }
}
