namespace Engine.Kernels.Products;

/// <summary>How <see cref="TapGemm"/> splits rows into tiles, and its A packed for them.</summary>
internal static unsafe class TapPanels
{
    /// <summary>The tallest panel, and the tallest of the widest tiles.</summary>
    public const int MaxRows = 6;

    /// <summary>Splits rows evenly: 8 rows are 4 + 4, not 6 + 2, since a low tile leaves the multiply-add units waiting.</summary>
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
    public static void Pack(float* a, long row, long step, int rows, int depth, float* packed, long panelDepth, long at = 0, long spread = 1, int most = MaxRows)
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
