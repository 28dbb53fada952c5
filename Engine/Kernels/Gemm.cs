using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Matrix products of row-major matrices: a <see cref="TapGemm"/> with one tap, its left operand read in place either way round, its right one packed
/// where it is transposed.</summary>
internal static unsafe class Gemm
{
    /// <summary>c (+)= op(a) * op(b), c [m, n], op(a) [m, k], op(b) [k, n]; a transposed operand is stored the other way round.</summary>
    public static void Multiply(int m, int n, int k, ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, bool transposeB, Span<float> c,
        SumStart begin = SumStart.Zero, ReadOnlySpan<float> bias = default)
    {
        Debug.Assert(a.Length == (long)m * k && b.Length == (long)k * n && c.Length == (long)m * n);
        if (c.IsEmpty) return;
        using Scratch packed = transposeB ? Scratch.Rent((long)k * n) : default;
        fixed (float* pa = a, pb = b, pc = c, pBias = bias)
        {
            if (transposeB) Transposition.Run(pb, k, packed.Pointer, n, n, k);
            MultiplyBody body = new()
            {
                Gemm = new TapGemm
                {
                    A = pa, B = transposeB ? packed.Pointer : pb, C = pc, Init = pBias, Begin = begin, Taps = k == 0 ? 0 : 1, Depth = k,
                    ARow = transposeA ? 1 : k, AStep = transposeA ? m : 1, BStep = n, CRow = n,
                },
                Rows = m, Lanes = n,
            };
            Work.For(body.Pieces, (int)Math.Clamp(200_000 / Math.Max(1, (long)MultiplyBody.RowPiece * MultiplyBody.LanePiece * k), 1, 1 << 20), ref body);
        }
    }

    private struct MultiplyBody : IWorkBody
    {
        /// <summary>Size of a piece of C: two register tiles high, four vectors of AVX-512 wide.</summary>
        public const int RowPiece = 12, LanePiece = 64;

        public TapGemm Gemm;
        public int Rows, Lanes;

        public readonly int Pieces => checked((Rows + RowPiece - 1) / RowPiece * ((Lanes + LanePiece - 1) / LanePiece));

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long tap = 0;
            int rowPieces = (Rows + RowPiece - 1) / RowPiece;
            for (int piece = from; piece < to; piece++)
            {
                int row = piece % rowPieces * RowPiece, lane = piece / rowPieces * LanePiece;
                TapGemm gemm = Gemm;
                gemm.A += row * gemm.ARow;
                gemm.B += lane;
                gemm.C += row * gemm.CRow + lane;
                gemm.TapsA = gemm.TapsB = &tap;
                gemm.Init += gemm.Begin == SumStart.LaneBias ? lane : row;
                TapGemm.Run(gemm, Math.Min(RowPiece, Rows - row), Math.Min(LanePiece, Lanes - lane));
            }
        }
    }
}
