using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>Products of one size, done again and again: their tiles are chosen once.</summary>
internal unsafe partial struct TapGemm
{
    /// <summary>A tile of registers, and where in the product it lies.</summary>
    public struct PlacedTile
    {
        /// <summary>The tile.</summary>
        public delegate*<in TapGemm, int, int, void> Tile;

        /// <summary>Its first row and lane.</summary>
        public int Row, Lane;
    }

    /// <summary>The tiles with which <see cref="Run(in TapGemm, int, int)"/> computes rows and lanes, in its order; taller ones where <paramref name="most"/> rows are allowed.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="most">Rows of the tallest tile.</param>
    /// <param name="first">Where the rows begin in the operands.</param>
    public static PlacedTile[] Place(int rows, int lanes, int most = TapPanels.MaxRows, int first = 0)
    {
        List<PlacedTile> tiles = [];
        int lane = 0;
        if (Avx512F.IsSupported) Place<Vector512<float>, Simd512>(tiles, rows, lanes, most, ref lane);
        if (Vector256.IsHardwareAccelerated) Place<Vector256<float>, Simd256>(tiles, rows, lanes, most, ref lane);
        if (Vector128.IsHardwareAccelerated) Place<Vector128<float>, Simd128>(tiles, rows, lanes, most, ref lane);
        Place<float, Simd1>(tiles, rows, lanes, most, ref lane);
        return [.. tiles.Select(tile => tile with { Row = first + tile.Row })];
    }

    /// <summary>Bytes of B up to which tiles run over the whole sum: what a 48 KB L1 holds beside a tile's A.</summary>
    private const int OneBlockBytes = 40 * 1024;

    /// <summary>Whether a sum of so many steps is one block, so that tiles may run over all of it.</summary>
    public static bool IsOneBlock(long steps, long bStep) => steps <= Block(bStep) || steps * bStep * sizeof(float) <= OneBlockBytes;

    /// <summary>Computes the tiles; the sum must be one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TapGemm g, PlacedTile[] tiles)
    {
        for (int i = 0; i < tiles.Length; i++) tiles[i].Tile(g, tiles[i].Row, tiles[i].Lane);
    }

    /// <summary>Rows of the tallest tile of so many vectors.</summary>
    private static int Tallest<TV, TS>(int vectors) where TV : unmanaged where TS : struct, ISimd<TV> => vectors == 1 ? 2 * TapPanels.MaxRows : vectors == 2 && TS.Count == 16 ? 8 : TapPanels.MaxRows;

    /// <summary>Tiles of <see cref="Place(int, int, PlacedTile*)"/> at most.</summary>
    public static int MostTiles(int rows, int lanes) => TapPanels.Tiles(rows) * lanes;

    /// <summary>The tiles with which <see cref="Run(in TapGemm, int, int)"/> computes rows as they lie and lanes, in its order, without an array.</summary>
    /// <returns>How many.</returns>
    public static int Place(int rows, int lanes, PlacedTile* tiles) => Place(rows, lanes, tiles, panels: 0);

    /// <summary>Tiles of <see cref="PlaceOwn"/> at most, with 16 lanes or a multiple.</summary>
    public static int MostOwn(int rows, int lanes) => TapPanels.Tiles(rows) * lanes / (Avx512F.IsSupported ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1);

    /// <summary>The same for this product, which is computed with these tiles only, and whose A may be in panels; two of them make a tile of few lanes.</summary>
    public int PlaceOwn(int rows, int lanes, PlacedTile* tiles)
    {
        (_, int low, int height) = TapPanels.Split(rows);
        bool pairs = PanelDepth > 0 && low == 0 && rows / height % 2 == 0 && 2 * height <= TallestRows(lanes);
        _pairs = pairs ? Pairs.Panels : Pairs.None;
        return Place(rows, lanes, tiles, PanelDepth == 0 ? 0 : pairs ? 2 : 1);
    }

    /// <param name="rows">Rows.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="panels">Panels that make a tile; 0: there are none.</param>
    private static int Place(int rows, int lanes, PlacedTile* tiles, int panels)
    {
        int lane = 0, count = 0;
        if (Avx512F.IsSupported) Place<Vector512<float>, Simd512>(tiles, ref count, rows, lanes, ref lane, panels);
        if (Vector256.IsHardwareAccelerated) Place<Vector256<float>, Simd256>(tiles, ref count, rows, lanes, ref lane, panels);
        if (Vector128.IsHardwareAccelerated) Place<Vector128<float>, Simd128>(tiles, ref count, rows, lanes, ref lane, panels);
        Place<float, Simd1>(tiles, ref count, rows, lanes, ref lane, panels);
        return count;
    }

    private static void Place<TV, TS>(PlacedTile* tiles, ref int placed, int rows, int lanes, ref int lane, int panels) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        for (int vectors = TS.Count == 16 ? 4 : 2; vectors > 0; vectors >>= 1)
        {
            (int tall, int low, int height) = TapPanels.Split(rows, panels == 0 ? Tallest<TV, TS>(vectors) : TapPanels.MaxRows);
            if (panels == 2) (tall, height) = (tall / 2, 2 * height);
            for (int width = vectors * TS.Count; lane + width <= lanes; lane += width)
                for (int i = 0, row = 0, high; i < tall + low; i++, row += high)
                {
                    high = i < tall ? height : height - 1;
                    tiles[placed++] = new() { Tile = Tile<TV, TS>(high, vectors), Row = row, Lane = lane };
                }
        }
    }

    /// <summary>The tallest tile there may be beside so many lanes.</summary>
    public static int TallestRows(int lanes) => Avx512F.IsSupported && lanes is 16 or 32 ? 8 : TapPanels.MaxRows;

    private static void Place<TV, TS>(List<PlacedTile> tiles, int rows, int lanes, int most, ref int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        (int tall, int low, int height) = TapPanels.Split(rows, most);
        for (int vectors = TS.Count == 16 ? 4 : 2; vectors > 0; vectors >>= 1)
            for (int width = vectors * TS.Count; lane + width <= lanes; lane += width)
                for (int i = 0, row = 0; i < tall + low; i++)
                {
                    int high = i < tall ? height : height - 1;
                    tiles.Add(new() { Tile = Tile<TV, TS>(high, vectors), Row = row, Lane = lane });
                    row += high;
                }
    }
}
