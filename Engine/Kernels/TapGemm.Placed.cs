using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

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

    /// <summary>The tiles with which <see cref="Run(in TapGemm, int, int)"/> computes rows and lanes, in its order.</summary>
    public static PlacedTile[] Place(int rows, int lanes)
    {
        List<PlacedTile> tiles = [];
        int lane = 0;
        if (Avx512F.IsSupported) Place<Vector512<float>, Simd512>(tiles, rows, lanes, ref lane);
        if (Vector256.IsHardwareAccelerated) Place<Vector256<float>, Simd256>(tiles, rows, lanes, ref lane);
        if (Vector128.IsHardwareAccelerated) Place<Vector128<float>, Simd128>(tiles, rows, lanes, ref lane);
        Place<float, Simd1>(tiles, rows, lanes, ref lane);
        return [.. tiles];
    }

    /// <summary>Whether a sum of so many steps stays in one block, so that tiles may run over all of it.</summary>
    public static bool IsOneBlock(long steps, long bStep) => steps <= Block(bStep);

    /// <summary>Computes the tiles; the sum must be one block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in TapGemm g, PlacedTile[] tiles)
    {
        for (int i = 0; i < tiles.Length; i++) tiles[i].Tile(g, tiles[i].Row, tiles[i].Lane);
    }

    private static void Place<TV, TS>(List<PlacedTile> tiles, int rows, int lanes, ref int lane) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        (int tall, int low, int height) = Split(rows);
        for (int vectors = MostVectors<TV, TS>(); vectors > 0; vectors >>= 1)
            for (int width = vectors * TS.Count; lane + width <= lanes; lane += width)
                for (int i = 0, row = 0; i < tall + low; row += i < tall ? height : height - 1, i++)
                    tiles.Add(new() { Tile = Tile<TV, TS>(i < tall ? height : height - 1, vectors), Row = row, Lane = lane });
    }
}
