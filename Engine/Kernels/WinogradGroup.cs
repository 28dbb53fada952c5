using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What a <see cref="WinogradGroup"/> does next.</summary>
internal enum WinogradStep
{
    ToPoints,
    ToResults,
}

/// <summary>Some tiles of a wide block, side by side in the lanes, on their way to the points of <see cref="Winograd"/> and back.</summary>
internal unsafe struct WinogradGroup : ISimdWork
{
    /// <summary>Floats of source channels transformed together: their window, 36 times as much, stays in L1.</summary>
    private const int Run1 = 128;

    public WinogradPass Pass;
    public ImageBlock Block;
    public int FirstTile, Tiles, FirstLane, Lanes;
    public WinogradStep Step;

    /// <summary>[point][source channel][tile][lane], [point][result channel][tile][lane]; a window in L1 of <see cref="WindowMemory"/> floats.</summary>
    public float* Values, Products, Window;

    /// <summary>Lanes of the products.</summary>
    public readonly int Columns => Tiles * Lanes;

    /// <summary>Floats from one point to the next: not a multiple of what a cache's sets repeat after.</summary>
    public readonly long ValueStep => (long)Pass.SourceChannels * Columns + 64;

    public readonly long ProductStep => (long)Pass.ResultChannels * Columns + 64;

    /// <summary>Floats of the window, and of a run more, which stands for pixels outside the image.</summary>
    public const int WindowMemory = (Winograd.Points + 1) * Run1;

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

    /// <summary>The window whose first pixel is (top, left), of all channels: down its columns to a window in L1, then along the rows. Pixels outside the image are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToPoints<TV, TS>(int top, int left, float* values) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Pass.SourceChannels, width = Block.Width, columns = Columns, height = Pass.SourceHeight;
        long pixel = (long)channels * width, valueStep = ValueStep;
        float* source = Pass.Source + Block.Start((long)height * Pass.SourceWidth * channels) + FirstLane, window = Window, spare = window + Winograd.Points * Run1;
        new Span<float>(window, WindowMemory).Clear();
        int together = Lanes == width ? Math.Max(1, Run1 / Lanes) : 1;
        long row = Pass.SourceWidth * pixel;
        for (int c = 0; c < channels; c += together)
        {
            int count = Math.Min(together, channels - c), run = count * Lanes;
            for (int q = 0; q < Winograd.Window; q++)
            {
                if ((uint)(left + q) >= (uint)Pass.SourceWidth) continue; // stays zero
                float* first = source + (left + q) * pixel + (long)c * width;
                SixPlaces pixels = new()
                {
                    P0 = (uint)top < (uint)height ? first + top * row : spare,
                    P1 = (uint)(top + 1) < (uint)height ? first + (top + 1) * row : spare,
                    P2 = (uint)(top + 2) < (uint)height ? first + (top + 2) * row : spare,
                    P3 = (uint)(top + 3) < (uint)height ? first + (top + 3) * row : spare,
                    P4 = (uint)(top + 4) < (uint)height ? first + (top + 4) * row : spare,
                    P5 = (uint)(top + 5) < (uint)height ? first + (top + 5) * row : spare,
                };
                WinogradLines.ToPoints<TV, TS>(pixels, window + q * Run1, Winograd.Window * Run1, run);
            }
            for (int r = 0; r < Winograd.Window; r++)
                if (columns == Lanes) WinogradLines.ToPoints<TV, TS>(new(window + r * Winograd.Window * Run1, Run1), values + r * Winograd.Window * valueStep + (long)c * columns, valueStep, run);
                else
                    for (int i = 0; i < count; i++)
                        WinogradLines.ToPoints<TV, TS>(new(window + r * Winograd.Window * Run1 + i * Lanes, Run1), values + r * Winograd.Window * valueStep + (long)(c + i) * columns, valueStep, Lanes);
        }
    }

    /// <summary>The tile whose first pixel is (top, left), of all channels: along the rows of points, then down to the result. What lies beyond the image's edge is not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToResults<TV, TS>(int top, int left, float* products) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Pass.ResultChannels, width = Block.Width, rows = Pass.ResultHeight - top, across = Math.Min(Winograd.Tile, Pass.ResultWidth - left);
        long pixel = (long)channels * width, row = Pass.ResultWidth * pixel, productStep = ProductStep;
        float* result = Pass.Result + Block.Start((long)Pass.ResultHeight * row / width) + top * row + left * pixel + FirstLane, window = Window, spare = window + Winograd.Points * Run1;
        for (int o = 0; o < channels; o++, products += Columns, result += width)
        {
            for (int r = 0; r < Winograd.Window; r++)
                WinogradLines.ToResults<TV, TS>(new(products + r * Winograd.Window * productStep, productStep), window + r * Winograd.Tile * Run1, Run1, Lanes);
            float bias = Pass.Bias == null ? 0 : Pass.Bias[o];
            for (int q = 0; q < across; q++)
            {
                float* first = result + q * pixel;
                SixPlaces places = new() { P0 = first, P1 = rows > 1 ? first + row : spare, P2 = rows > 2 ? first + 2 * row : spare, P3 = rows > 3 ? first + 3 * row : spare };
                WinogradLines.ToResults<TV, TS>(new(window + q * Run1, Winograd.Tile * Run1), places, bias, null, Pass.Relu, Lanes);
            }
            if (Pass.Rectified == null) continue;
            ReluGradientPiece piece = new() { Dy = result, Y = Pass.Rectified + (result - Pass.Result), Count = Lanes };
            piece.Run<TV, TS>(Math.Min(rows, Winograd.Tile), row, across, pixel);
        }
    }
}
