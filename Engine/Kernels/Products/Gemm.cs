using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Products;

/// <summary>Matrix products of row-major matrices, either way round: a <see cref="TapGemm"/> with one tap over blocks of both operands that are packed so that a
/// tile reads them from end to end, however wide the matrices are.</summary>
internal static unsafe class Gemm
{
    /// <summary>Rows of A packed together: sixteen tiles, whose A of one depth (144 KB) stays in an L2 beside a panel of B.</summary>
    private const int RowPiece = 96;

    /// <summary>Depth packed at a time: four of <see cref="TapGemm"/>'s blocks.</summary>
    private const int DepthPiece = 384;

    /// <summary>Rows of A and lanes of B packed at a time: 1.8 and 3.1 MB.</summary>
    private const int RowChunk = 12 * RowPiece, LaneChunk = 2048;

    /// <summary>Pieces of work wanted from a chunk; where lanes give fewer, rows are cut as well.</summary>
    private const int Pieces = 8;

    /// <summary>Lanes packed and computed as one item.</summary>
    private const int LanePiece = 64;

    /// <summary>Rows computed as one item where nothing is packed: every item reads all of B.</summary>
    private const int NarrowPiece = 24;

    /// <summary>Fewer rows than this would not use a copy of B often enough to pay for it.</summary>
    private const int FewRows = 12;

    /// <summary>Lanes of a tile.</summary>
    private static int Panel => Avx512F.IsSupported ? 64 : 16;

    /// <summary>c (+)= op(a) * op(b), c [m, n], op(a) [m, k], op(b) [k, n]; a transposed operand is stored the other way round.</summary>
    public static void Multiply(int m, int n, int k, ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, bool transposeB, Span<float> c,
        SumStart begin = SumStart.Zero, ReadOnlySpan<float> bias = default)
    {
        Debug.Assert(a.Length == (long)m * k && b.Length == (long)k * n && c.Length == (long)m * n);
        if (c.IsEmpty) return;
        long tap = 0;
        fixed (float* pa = a, pb = b, pc = c, pBias = bias)
        {
            bool isNarrow = n <= LanePiece && !transposeB; // B is a panel as it lies, and A is used too seldom to be copied
            Body body = new()
            {
                Product = new TapGemm { Init = pBias, Begin = begin, TapsA = &tap, TapsB = &tap, CRow = n },
                A = pa, B = pb, C = pc, Rows = m, Lanes = n, Depth = k, ARow = transposeA ? 1 : k, AStep = transposeA ? m : 1,
                TransposeB = transposeB, PacksA = n >= LanePiece / 2 && m > 6 && (transposeA || !isNarrow), PacksB = !isNarrow && (transposeB || m >= FewRows),
            };
            if (!body.PacksA && !body.PacksB)
            {
                body.Unpacked();
                return;
            }
            using Scratch packedA = Scratch.Rent(body.PacksA ? (long)Math.Min(m, RowChunk) * DepthPiece : 0), packedB = Scratch.Rent(body.PacksB ? (long)Math.Min(n, LaneChunk) * DepthPiece : 0);
            body.PackedA = packedA.Pointer;
            body.PackedB = packedB.Pointer;
            do
            {
                body.DepthCount = Math.Min(DepthPiece, k - body.DepthStart);
                for (int lane = 0; lane < n; lane += LaneChunk)
                    for (int row = 0; row < m; row += RowChunk) body.Chunk(row, lane);
                body.Product.Begin = SumStart.Accumulate;
                body.DepthStart += body.DepthCount;
            }
            while (body.DepthStart < k);
        }
    }

    private enum Phase { PackA, PackB, Compute, PackBAndCompute }

    /// <summary>A chunk of the product at one depth: first packed, then computed.</summary>
    private struct Body : IWorkBody
    {
        public TapGemm Product;
        public float* A, B, C, PackedA, PackedB;
        public int Rows, Lanes, Depth, DepthStart, DepthCount;
        public long ARow, AStep;
        public bool TransposeB, PacksA, PacksB;
        private int _row, _rowCount, _lane, _laneCount, _rowPiece, _rowPieces, _rowGroup, _rowGroups;
        private Phase _phase;

        /// <summary>Packs and computes a chunk at one depth. An item is a panel of B with all rows: it packs the panel itself and finds it in its core's cache.
        /// Where panels are few, rows are cut as well, and B is packed before.</summary>
        public void Chunk(int row, int lane)
        {
            (_row, _rowCount, _lane, _laneCount) = (row, Math.Min(RowChunk, Rows - row), lane, Math.Min(LaneChunk, Lanes - lane));
            _rowPiece = RowPiece;
            _rowPieces = (_rowCount + RowPiece - 1) / RowPiece;
            int panels = (_laneCount + LanePiece - 1) / LanePiece, groups = Math.Clamp(Pieces / panels, 1, _rowPieces);
            _rowGroup = (_rowPieces + groups - 1) / groups;
            _rowGroups = (_rowPieces + _rowGroup - 1) / _rowGroup;
            long moved = 8L * DepthCount, computed = (long)DepthCount * Math.Min(RowPiece * _rowGroup, _rowCount) * Math.Min(LanePiece, _laneCount); // moving a number takes as long as some eight multiply-adds
            _phase = Phase.PackA;
            if (PacksA) Work.For(_rowPieces, Grain(moved * RowPiece), ref this);
            bool isFresh = PacksB && row == 0;
            _phase = Phase.PackB;
            if (isFresh && _rowGroups > 1) Work.For(panels, Grain(moved * LanePiece), ref this);
            _phase = isFresh && _rowGroups == 1 ? Phase.PackBAndCompute : Phase.Compute;
            Work.For(_rowGroups * panels, Grain(computed), ref this);
        }

        /// <summary>Computes the whole product from the operands as they lie.</summary>
        public void Unpacked()
        {
            (_rowCount, _laneCount, DepthCount) = (Rows, Lanes, Depth);
            _rowPiece = NarrowPiece;
            _rowPieces = _rowGroups = (_rowCount + NarrowPiece - 1) / NarrowPiece;
            _rowGroup = 1;
            _phase = Phase.Compute;
            Work.For(_rowGroups * ((_laneCount + LanePiece - 1) / LanePiece), Grain((long)DepthCount * NarrowPiece * Math.Min(LanePiece, _laneCount)), ref this);
        }

        private static int Grain(long cost) => (int)Math.Clamp(200_000 / Math.Max(1, cost), 1, 1 << 20);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            for (int item = from; item < to; item++)
                if (_phase == Phase.PackA) PackA(item * RowPiece);
                else if (_phase == Phase.PackB) PackB(item * LanePiece);
                else
                {
                    int lane = item / _rowGroups * LanePiece, first = item % _rowGroups * _rowGroup, last = Math.Min(first + _rowGroup, _rowPieces);
                    if (_phase == Phase.PackBAndCompute) PackB(lane);
                    for (int piece = first; piece < last; piece++) Compute(piece * _rowPiece, lane);
                }
        }

        private readonly void PackA(int row) =>
            TapPanels.Pack(A + (_row + row) * ARow + DepthStart * AStep, ARow, AStep, Math.Min(RowPiece, _rowCount - row), DepthCount, PackedA + (long)row * DepthCount, DepthCount);

        private readonly void PackB(int first)
        {
            int panel = Panel, last = Math.Min(first + LanePiece, _laneCount);
            if (TransposeB)
                for (int lane = first; lane < last; lane += panel)
                {
                    int width = Math.Min(panel, last - lane);
                    Transposition.Run(B + (long)(_lane + lane) * Depth + DepthStart, Depth, PackedB + (long)lane * DepthCount, width, width, DepthCount);
                }
            else
                for (int k = 0; k < DepthCount; k++)
                {
                    float* from = B + (long)(DepthStart + k) * Lanes + _lane;
                    for (int lane = first; lane < last; lane += panel)
                    {
                        int width = Math.Min(panel, last - lane);
                        float* to = PackedB + (long)lane * DepthCount + (long)k * width;
                        if (width == LanePiece) Unsafe.CopyBlockUnaligned(to, from + lane, LanePiece * sizeof(float)); // a constant size is copied in line
                        else Unsafe.CopyBlockUnaligned(to, from + lane, (uint)width * sizeof(float));
                    }
                }
        }

        private readonly void Compute(int row, int first)
        {
            int rows = Math.Min(_rowPiece, _rowCount - row), last = Math.Min(first + LanePiece, _laneCount), panel = PacksB ? Panel : last - first;
            TapGemm g = Product;
            g.Taps = DepthCount > 0 ? 1 : 0; // nothing to add: C is where sums begin
            g.Depth = Math.Max(1, DepthCount);
            g.A = PacksA ? PackedA + (long)row * DepthCount : A + (_row + row) * ARow + DepthStart * AStep;
            g.PanelDepth = PacksA ? DepthCount : 0;
            (g.ARow, g.AStep) = (ARow, AStep);
            for (int lane = first; lane < last; lane += panel)
            {
                int width = Math.Min(panel, last - lane);
                g.C = C + (long)(_row + row) * Lanes + _lane + lane;
                g.Init = Product.Init + (g.Begin == SumStart.LaneBias ? _lane + lane : _row + row);
                g.B = PacksB ? PackedB + (long)lane * DepthCount : B + (long)DepthStart * Lanes + _lane + lane;
                g.BStep = PacksB ? width : Lanes;
                TapGemm.Run(g, rows, width);
            }
        }
    }
}
