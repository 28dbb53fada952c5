using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>The other multiply-add kernel, for sums over the lanes themselves (weight gradients, with images in the lanes):
/// C[row, column, lane] += sum over taps t, then vectors k, of A[TapsA[t] + row*ARow + k*16 + lane] * B[TapsB[t] + column*BColumn + k*16 + lane].</summary>
/// <remarks>Nothing has to be turned: both operands are read as they lie. What remains is to add up the 16 lanes of each element of C, which <see cref="Fold"/>
/// does by a fixed tree. Every lane is its own chain of fused multiply-adds in the order of taps and k, at any vector width.</remarks>
internal unsafe partial struct TapDot
{
    /// <summary>Partial sums of an element, on every machine.</summary>
    public const int Lanes = 16;

    /// <summary>The tallest tile.</summary>
    public const int MostRows = 8;

    /// <summary>The widest tile.</summary>
    private const int MostColumns = 3;

    /// <summary>Elements folded at a time: their turned lanes stay in L1.</summary>
    private const int FoldPiece = 64;

    /// <summary>Bases of the operands and of the result, which is [column][row][16].</summary>
    public float* A, B, C;

    /// <summary>Offsets of each tap in A and B, in floats.</summary>
    public long* TapsA, TapsB;

    /// <summary>Number of taps.</summary>
    public int Taps;

    /// <summary>Groups of 16 lanes in a tap, at least 1.</summary>
    public int Vectors;

    /// <summary>Strides in floats.</summary>
    public long ARow, BColumn, CColumn;

    /// <summary>How far beyond A, in floats, lies what the caches are to fetch meanwhile, three vectors for each of A's; 0: A itself, which costs nothing.</summary>
    public long Ahead;

    /// <summary>Adds to rows 0..rows-1 and columns 0..columns-1.</summary>
    public static void Run(in TapDot g, int rows, int columns)
    {
        Debug.Assert(rows >= 1 && columns >= 0 && g.Vectors >= 1);
        if (Avx512F.IsSupported) RunAt<Vector512<float>, Simd512>(g, rows, columns);
        else if (Vector256.IsHardwareAccelerated) RunAt<Vector256<float>, Simd256>(g, rows, columns);
        else if (Vector128.IsHardwareAccelerated) RunAt<Vector128<float>, Simd128>(g, rows, columns);
        else RunAt<float, Simd1>(g, rows, columns);
    }

    /// <summary>The same at one width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunAt<TV, TS>(in TapDot g, int rows, int columns) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int high = TS.Count == 16 ? MostRows : MostRows / 2, down = (rows + high - 1) / high, across = (columns + MostColumns - 1) / MostColumns; // 32 registers, or 16
        for (int i = 0, row = 0, below; i < down; i++, row = below)
        {
            below = rows * (i + 1) / down;
            for (int j = 0, column = 0, right; j < across; j++, column = right)
            {
                right = columns * (j + 1) / across;
                delegate*<in TapDot, int, int, int, void> tile = Tile<TV, TS>(below - row, right - column);
                for (int lane = 0; lane < Lanes; lane += TS.Count) tile(g, row, column, lane);
            }
        }
    }

    /// <summary>result[i] = the sum of the 16 lanes of element i, by the tree (i, i+8), (i, i+4), (i, i+2), (i, i+1).</summary>
    public static void Fold(float* sums, int count, float* result)
    {
        FoldBody body = new() { Sums = sums, Count = count, Result = result };
        Simd.Dispatch(ref body);
    }

    private struct FoldBody : ISimdWork
    {
        public float* Sums, Result;
        public int Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            using Scratch memory = Scratch.Rent(Lanes * FoldPiece);
            float* turned = memory.Pointer;
            for (int first = 0; first < Count; first += FoldPiece)
            {
                int count = Math.Min(FoldPiece, Count - first), i = 0;
                Transposition.Run(Sums + (long)first * Lanes, Lanes, turned, FoldPiece, count, Lanes);
                for (; i + TS.Count <= count; i += TS.Count) Tree<TV, TS>(turned + i, Result + first + i);
                for (; i < count; i++) Tree<float, Simd1>(turned + i, Result + first + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Tree<TV, TS>(float* turned, float* result) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV even = TS.Add(Quarter<TV, TS>(turned, 0), Quarter<TV, TS>(turned, 2)), odd = TS.Add(Quarter<TV, TS>(turned, 1), Quarter<TV, TS>(turned, 3));
            TS.Store(TS.Add(even, odd), result);
        }

        /// <summary>Lanes i, i + 8, i + 4 and i + 12.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TV Quarter<TV, TS>(float* turned, int i) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(
            TS.Add(TS.Load(turned + i * FoldPiece), TS.Load(turned + (i + 8) * FoldPiece)), TS.Add(TS.Load(turned + (i + 4) * FoldPiece), TS.Load(turned + (i + 12) * FoldPiece)));
    }
}
