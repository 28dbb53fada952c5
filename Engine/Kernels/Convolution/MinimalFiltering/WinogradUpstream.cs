using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>Tiles of an output gradient on their way to the points of <see cref="Winograd"/>, turned: images are the rows and channels the lanes.</summary>
internal unsafe struct WinogradUpstream : ISimdWork
{
    /// <summary>Channels and images that are turned together: a cache line each way.</summary>
    private const int Side = 16, Area = Side * Side;

    /// <summary>Floats of the windows: a tile's pixels turned, and their columns at the points.</summary>
    public const int WindowMemory = (1 + Winograd.Window) * Winograd.Tile * Area;

    public WinogradGroup Group;
    public float* Dy;

    /// <summary>Channels.</summary>
    public int First, Outputs;

    /// <summary>[point][tile][image][channel]; a window in L1.</summary>
    public float* Values, Window;

    /// <summary>Floats from one image to the next, whole vectors.</summary>
    public static int Row(int outputs) => (outputs + Side - 1) / Side * Side;

    /// <summary>Floats from one point to the next: not a multiple of what a cache's sets repeat after.</summary>
    public static long Step(int outputs) => (long)WinogradPass.Columns * Row(outputs) + 64;

    /// <summary>Brings what is turned first of a pixel, one of <see cref="Winograd.Tile"/> squared, close to the processor, before it is needed.</summary>
    public readonly void Ahead(int pixel)
    {
        if (pixel >= Winograd.Tile * Winograd.Tile) return;
        int tiles = Winograd.Tiles(Group.Pass.ResultWidth), channels = Group.Pass.ResultChannels, width = Group.Block.Width, height = Group.Pass.ResultHeight, across = Group.Pass.ResultWidth;
        float* dy = Dy + Group.Block.Start((long)height * across * channels) + (long)First * width + Group.FirstLane;
        int row = Group.FirstTile / tiles * Winograd.Tile + pixel / Winograd.Tile, column = Group.FirstTile % tiles * Winograd.Tile + pixel % Winograd.Tile;
        if (row < height && column < across) Caches.Ahead(dy + ((long)row * across + column) * channels * width, Math.Min(Side, Outputs), width, Side);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int across = Winograd.Tiles(Group.Pass.ResultWidth), row = Row(Outputs);
        for (int t = 0; t < Group.Tiles; t++)
        {
            int top = (Group.FirstTile + t) / across * Winograd.Tile, left = (Group.FirstTile + t) % across * Winograd.Tile;
            for (int o = 0; o < Outputs; o += Side)
                for (int n = 0; n < Group.Lanes; n += Side) ToPoints<TV, TS>(top, left, o, n, Values + (long)(t * Group.Lanes + n) * row + o);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToPoints<TV, TS>(int top, int left, int o, int n, float* values) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Group.Pass.ResultChannels, width = Group.Block.Width, height = Group.Pass.ResultHeight, across = Group.Pass.ResultWidth, count = Math.Min(Side, Outputs - o), row = Row(Outputs);
        float* dy = Dy + Group.Block.Start((long)height * across * channels) + (long)(First + o) * width + Group.FirstLane + n, turned = Window, columns = turned + Winograd.Tile * Area;
        bool large = Group.Pass.IsLarge;
        for (int j = 0; j < Winograd.Tile; j++)
        {
            for (int i = 0; i < Winograd.Tile; i++)
                if (top + i < height && left + j < across)
                {
                    // what comes next: its lines lie apart, and the processor would wait for each
                    float* pixel = dy + ((long)(top + i) * across + left + j) * channels * width;
                    if (large && n + Side < Group.Lanes) Caches.Ahead(pixel + Side, count, width, Side);
                    else if (large && o + Side < Outputs) Caches.Ahead(pixel + (long)Side * width - n, Math.Min(Side, Outputs - o - Side), width, Side);
                    Transposition.Run(pixel, width, turned + i * Area, Side, count, Side);
                }
                else new Span<float>(turned + i * Area, Area).Clear();
            WinogradLines.TileToPoints<TV, TS>(turned, Area, columns + j * Area, Winograd.Tile * Area, 1, 0, 0, Area);
        }
        long step = Step(Outputs);
        for (int r = 0; r < Winograd.Window; r++)
            WinogradLines.TileToPoints<TV, TS>(columns + r * Winograd.Tile * Area, Area, values + r * Winograd.Window * step, step, Side, Side, row, Side);
    }
}
