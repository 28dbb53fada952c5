using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The sums at the points of <see cref="Winograd"/> over some tiles of single images, for a weight gradient: channels are the lanes of both transforms, as they lie.</summary>
internal unsafe struct WinogradSinglesGradient : ISimdWork
{
    /// <summary>Tiles that go together: whole chains, whose values stay in L2.</summary>
    private const int Together = 4 * ChainGemm.Chain;

    /// <summary>How x goes to its points; its results' sizes are those of dy.</summary>
    public WinogradPass Pass;

    /// <summary>dy; sums [point][c][o] from the first output channel on.</summary>
    public float* Dy, Sums;

    /// <summary>Output channels, whole vectors, at most <see cref="WinogradWindow.Run"/>; tiles, counted through all single images.</summary>
    public int First, Outputs, FirstTile, EndTile;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int inputs = Pass.SourceChannels, most = Math.Min(Together, EndTile - FirstTile);
        long valueStep = (long)most * inputs + 64, upstreamStep = (long)most * Outputs + 64; // not a multiple of what a cache's sets repeat after
        using Scratch memory = Scratch.Rent(Winograd.Points * (valueStep + upstreamStep) + WinogradWindow.Length);
        float* values = memory.Pointer, upstream = values + Winograd.Points * valueStep, window = upstream + Winograd.Points * upstreamStep;
        ChainGemm gemm = new() { ARow = 1, AStep = inputs, BStep = Outputs, CRow = Pass.ResultChannels };
        for (int tile = FirstTile; tile < EndTile; tile += Together)
        {
            gemm.Depth = Math.Min(Together, EndTile - tile);
            for (int t = 0; t < gemm.Depth; t++)
            {
                int image = BatchLanes.FirstSingle(Pass.Batch) + (tile + t) / Pass.Tiles, number = (tile + t) % Pass.Tiles, across = Winograd.Tiles(Pass.ResultWidth);
                int row = number / across * Winograd.Tile, column = number % across * Winograd.Tile;
                WinogradSingles.ToPoints<TV, TS>(Pass, image, row - Pass.Top, column - Pass.Left, window, values + (long)t * inputs, valueStep);
                ToPoints<TV, TS>(image, row, column, window, upstream + (long)t * Outputs, upstreamStep);
            }
            gemm.FromZero = tile == FirstTile;
            for (int point = 0; point < Winograd.Points; point++)
            {
                gemm.A = values + point * valueStep;
                gemm.B = upstream + point * upstreamStep;
                gemm.C = Sums + point * WinogradWeights.PointStep(inputs, Pass.ResultChannels);
                ChainGemm.Run(gemm, inputs, Outputs);
            }
        }
    }

    /// <summary>The tile of dy whose first pixel is (top, left): down its columns, then along the rows. Pixels outside the image are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToPoints<TV, TS>(int image, int top, int left, float* window, float* values, long step) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int rows = Math.Min(Winograd.Tile, Pass.ResultHeight - top), across = Math.Min(Winograd.Tile, Pass.ResultWidth - left);
        long pixel = Pass.ResultChannels, row = Pass.ResultWidth * pixel, run = Outputs;
        float* first = Dy + ((long)image * Pass.ResultHeight + top) * row + left * pixel + First, columns = window + Winograd.Tile * Winograd.Tile * run;
        if (rows < Winograd.Tile || across < Winograd.Tile)
        {
            new Span<float>(window, (int)(Winograd.Tile * Winograd.Tile * run)).Clear();
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < across; j++) new ReadOnlySpan<float>(first + i * row + j * pixel, Outputs).CopyTo(new Span<float>(window + (i * Winograd.Tile + j) * run, Outputs));
            first = window;
            (row, pixel) = (Winograd.Tile * run, run);
        }
        for (int j = 0; j < Winograd.Tile; j++) WinogradLines.TileToPoints<TV, TS>(first + j * pixel, row, columns + j * run, Winograd.Tile * run, 1, 0, 0, Outputs);
        for (int r = 0; r < Winograd.Window; r++) WinogradLines.TileToPoints<TV, TS>(columns + r * Winograd.Tile * run, run, values + r * Winograd.Window * step, step, 1, 0, 0, Outputs);
    }
}
