using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Matrix products of row-major matrices: a <see cref="TapGemm"/> with one tap. Blocks of both operands that fit the
/// caches are packed as they are needed, so that their rows lie together however wide the matrices are, and either way round.</summary>
internal static unsafe class Gemm
{
    /// <summary>Size of a piece of C: so many rows and lanes that packing the blocks of A and B costs little beside using them.</summary>
    private const int RowPiece = 96, LanePiece = 64;

    /// <summary>Rows of B packed at a time: with the rows of A of the same depth, 104 KB, they stay in an L2.</summary>
    private const int DepthPiece = 256;

    /// <summary>Lanes of a tile: a packed row is then read whole.</summary>
    private static int Panel => Avx512F.IsSupported ? 64 : 16;

    /// <summary>c (+)= op(a) * op(b), c [m, n], op(a) [m, k], op(b) [k, n]; a transposed operand is stored the other way round.</summary>
    public static void Multiply(int m, int n, int k, ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, bool transposeB, Span<float> c,
        SumStart begin = SumStart.Zero, ReadOnlySpan<float> bias = default)
    {
        Debug.Assert(a.Length == (long)m * k && b.Length == (long)k * n && c.Length == (long)m * n);
        if (c.IsEmpty) return;
        fixed (float* pa = a, pb = b, pc = c, pBias = bias)
        {
            MultiplyBody body = new()
            {
                Gemm = new TapGemm
                {
                    A = pa, B = pb, C = pc, Init = pBias, Begin = begin, Depth = 1,
                    ARow = transposeA ? 1 : k, AStep = transposeA ? m : 1, BStep = n, CRow = n,
                },
                Rows = m, Lanes = n, Depth = k, TransposeB = transposeB,
            };
            long perPiece = (long)Math.Min(m, RowPiece) * Math.Min(n, LanePiece) * k;
            Work.For(body.Pieces, (int)Math.Clamp(200_000 / Math.Max(1, perPiece), 1, 1 << 20), ref body);
        }
    }

    /// <summary>Length of a packed row of A: not a power of two, so that six rows do not meet in one set of the L1.</summary>
    private const int PackedRow = DepthPiece + 16;

    /// <summary>Brings the piece's block of A together, row by row: in the matrix each row may lie on a page of its own.</summary>
    private static void PackRows(ref TapGemm gemm, int rows, float* packed)
    {
        if (gemm.AStep == 1)
            for (int r = 0; r < rows; r++)
                Buffer.MemoryCopy(gemm.A + r * gemm.ARow, packed + (long)r * PackedRow, PackedRow * sizeof(float), gemm.Depth * sizeof(float));
        else Transposition.Run(gemm.A, gemm.AStep, packed, PackedRow, gemm.Depth, rows);
        gemm.A = packed;
        gemm.ARow = PackedRow;
        gemm.AStep = 1;
    }

    private struct MultiplyBody : IWorkBody
    {
        public TapGemm Gemm;
        public int Rows, Lanes, Depth;
        public bool TransposeB;

        public readonly int Pieces => checked((Rows + RowPiece - 1) / RowPiece * ((Lanes + LanePiece - 1) / LanePiece));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            using Scratch packed = Scratch.Rent(DepthPiece * LanePiece), rowsPacked = Scratch.Rent(RowPiece * PackedRow);
            long tap = 0;
            int rowPieces = (Rows + RowPiece - 1) / RowPiece;
            for (int piece = from; piece < to; piece++)
            {
                int row = piece % rowPieces * RowPiece, lane = piece / rowPieces * LanePiece, rows = Math.Min(RowPiece, Rows - row), lanes = Math.Min(LanePiece, Lanes - lane);
                TapGemm gemm = Gemm;
                gemm.C += row * gemm.CRow + lane;
                gemm.TapsA = gemm.TapsB = &tap;
                gemm.Init += gemm.Begin == SumStart.LaneBias ? lane : row;
                if (Depth == 0) TapGemm.Run(gemm, rows, lanes); // nothing to add: C is where sums begin
                for (int k = 0; k < Depth; k += gemm.Depth, gemm.Begin = SumStart.Accumulate)
                {
                    gemm.Taps = 1;
                    gemm.Depth = Math.Min(DepthPiece, Depth - k);
                    gemm.A = Gemm.A + row * Gemm.ARow + k * Gemm.AStep;
                    gemm.ARow = Gemm.ARow;
                    gemm.AStep = Gemm.AStep;
                    if (lanes >= 32 && rows > 1) PackRows(ref gemm, rows, rowsPacked.Pointer);
                    if (TransposeB || (Lanes > 64 && rows >= 24)) RunPanels(gemm, k, lane, rows, lanes, packed.Pointer);
                    else
                    {
                        gemm.B = Gemm.B + (long)k * Lanes + lane; // narrow as it is, or too few rows would use a copy
                        TapGemm.Run(gemm, rows, lanes);
                    }
                }
            }
        }

        /// <summary>Packs the block of B panel by panel, as wide as a tile, and runs each panel.</summary>
        private readonly void RunPanels(TapGemm gemm, int k, int lane, int rows, int lanes, float* packed)
        {
            float* c = gemm.C, init = gemm.Init;
            gemm.B = packed;
            for (int at = 0; at < lanes; at += Panel)
            {
                int width = Math.Min(Panel, lanes - at);
                if (TransposeB) Transposition.Run(Gemm.B + (long)(lane + at) * Depth + k, Depth, packed, width, width, gemm.Depth);
                else
                    for (int r = 0; r < gemm.Depth; r++)
                        Unsafe.CopyBlockUnaligned(packed + (long)r * width, Gemm.B + (long)(k + r) * Lanes + lane + at, (uint)width * sizeof(float));
                gemm.C = c + at;
                gemm.Init = gemm.Begin == SumStart.LaneBias ? init + at : init;
                gemm.BStep = width;
                TapGemm.Run(gemm, rows, width);
            }
        }
    }
}
