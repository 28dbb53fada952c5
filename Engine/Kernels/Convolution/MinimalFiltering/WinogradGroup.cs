using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>What a <see cref="WinogradGroup"/> does next.</summary>
internal enum WinogradStep
{
    ToPoints,
    ToResults,
}

/// <summary>Some tiles of a wide block, side by side in the lanes, on their way to the points of <see cref="Winograd"/> and back.</summary>
internal unsafe struct WinogradGroup : ISimdWork
{
    /// <summary>How many channels of results before they are written their places are brought into a cache: they lie in pieces all over a block.</summary>
    private const int SoonNeeded = 2;

    public WinogradPass Pass;
    public ImageBlock Block;
    public int FirstTile, Tiles, FirstLane, Lanes, FirstResult, Results;
    public WinogradStep Step;

    /// <summary>[point][source channel][tile][lane], [point][result channel][tile][lane]; a window in L1 of <see cref="WinogradWindow.Length"/> floats.</summary>
    public float* Values, Products, Window;

    /// <summary>Lanes of the products.</summary>
    public readonly int Columns => Tiles * Lanes;

    /// <summary>Floats from one point to the next: not a multiple of what a cache's sets repeat after.</summary>
    public readonly long ValueStep => (long)Pass.SourceChannels * Columns + 64;

    public readonly long ProductStep => (long)Results * Columns + 64;

    /// <summary>Brings what is transformed first of a pixel, one of <see cref="Winograd.Points"/>, close to the processor, before it is needed.</summary>
    public readonly void Ahead(int pixel)
    {
        int across = Winograd.Tiles(Pass.ResultWidth), width = Block.Width, row = FirstTile / across * Winograd.Tile - Pass.Top + pixel / Winograd.Window, column = FirstTile % across * Winograd.Tile - Pass.Left + pixel % Winograd.Window;
        float* source = Pass.Source + Block.Start((long)Pass.SourceHeight * Pass.SourceWidth * Pass.SourceChannels) + FirstLane;
        if ((uint)row < (uint)Pass.SourceHeight && (uint)column < (uint)Pass.SourceWidth)
            Caches.Ahead(source + ((long)row * Pass.SourceWidth + column) * Pass.SourceChannels * width, Math.Min(Pass.SourceChannels, WinogradWindow.Run / Lanes), width, Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int across = Winograd.Tiles(Pass.ResultWidth);
        for (int t = 0; t < Tiles; t++)
        {
            int row = (FirstTile + t) / across * Winograd.Tile, column = (FirstTile + t) % across * Winograd.Tile;
            if (Step == WinogradStep.ToPoints) ToPoints<TV, TS>(row - Pass.Top, column - Pass.Left, Values + t * Lanes);
            else ToResults<TV, TS>(row, column, Products + t * Lanes);
        }
    }

    /// <summary>The window whose first pixel is (top, left), of all channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToPoints<TV, TS>(int top, int left, float* values) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Pass.SourceChannels, width = Block.Width, columns = Columns, together = WinogradWindow.Run / Lanes;
        bool large = Pass.IsLarge;
        WinogradWindow window = new()
        {
            Source = Pass.Source + Block.Start((long)Pass.SourceHeight * Pass.SourceWidth * channels) + FirstLane, Height = Pass.SourceHeight, Width = Pass.SourceWidth, Top = top, Left = left,
            Pixel = (long)channels * width, Memory = Window, ValueStep = ValueStep,
        };
        window.Clear();
        for (int c = 0; c < channels; c += together)
        {
            int count = Math.Min(together, channels - c);
            long ahead = large && c + count < channels ? (long)count * width : 0;
            if (Lanes == width && Lanes == columns) window.ToPoints<TV, TS>((long)c * width, 0, 1, count * Lanes, values + (long)c * columns, 0, ahead);
            else window.ToPoints<TV, TS>((long)c * width, width, count, Lanes, values + (long)c * columns, columns, ahead);
        }
    }

    /// <summary>The same of where results will be written.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Ahead(float* first, int rows, long row, int across, long pixel)
    {
        for (int q = 0; q < across; q++, first += pixel) Caches.Ahead(first, rows, row, Lanes);
    }

    /// <summary>The tile whose first pixel is (top, left), of some channels: along the rows of points, then down to the result. What lies beyond the image's edge is not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToResults<TV, TS>(int top, int left, float* products) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int width = Block.Width, results = Results, rows = Pass.ResultHeight - top, across = Math.Min(Winograd.Tile, Pass.ResultWidth - left);
        long pixel = (long)Pass.ResultChannels * width, row = Pass.ResultWidth * pixel, productStep = ProductStep;
        float* result = Pass.Result + Block.Start((long)Pass.ResultHeight * row / width) + top * row + left * pixel + (long)FirstResult * width + FirstLane, window = Window, spare = window + Winograd.Points * WinogradWindow.Run;
        int known = Pass.IsLarge ? results - SoonNeeded : 0;
        for (int o = 0; o < results; o++, products += Columns, result += width)
        {
            for (int r = 0; r < Winograd.Window; r++)
                WinogradLines.ToResults<TV, TS>(new(products + r * Winograd.Window * productStep, productStep), window + r * Winograd.Tile * WinogradWindow.Run, WinogradWindow.Run, Lanes);
            if (o < known) Ahead(result + SoonNeeded * width, Math.Min(rows, Winograd.Tile), row, across, pixel);
            float bias = Pass.Bias == null ? 0 : Pass.Bias[FirstResult + o];
            for (int q = 0; q < across; q++)
            {
                float* first = result + q * pixel;
                SixPlaces places = new() { P0 = first, P1 = rows > 1 ? first + row : spare, P2 = rows > 2 ? first + 2 * row : spare, P3 = rows > 3 ? first + 3 * row : spare };
                WinogradLines.ToResults<TV, TS>(new(window + q * WinogradWindow.Run, Winograd.Tile * WinogradWindow.Run), places, bias, null, Pass.Relu, Lanes);
            }
            if (Pass.Rectified == null) continue;
            ReluGradientPiece piece = new() { Dy = result, Y = Pass.Rectified + (result - Pass.Result), Count = Lanes };
            piece.Run<TV, TS>(Math.Min(rows, Winograd.Tile), row, across, pixel);
        }
    }
}
