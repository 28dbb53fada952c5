using System.Runtime.CompilerServices;
using Engine.Kernels.Normalization;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The share of single images in a weight gradient where they have few pixels, or results few channels: dw [o, k] is the product of dy, [pixel, o], and of the
/// pixels' im2col columns, [pixel, k], a few pixels at a time. The lanes go along a row of weights as the user has them, so that sums may end in dw itself: nothing is
/// packed, turned back or added up again. With a lone input channel they may go along the output channels instead.</summary>
/// <remarks>An item is some vectors of k, of a group, in one part of all output rows. It first turns what its rows see into planes of channels, with the padding
/// around them (<see cref="ChannelPlanes"/>), from which a column is made of runs. Where a column has room left, one more number in it is always 1: its sum is the bias gradient.</remarks>
internal unsafe struct Conv2dWeightColumns : IWorkBody
{
    /// <summary>Lanes of the widest vectors: columns are filled up to whole ones. And vectors in the widest tiles.</summary>
    private const int Lanes = 16, TileVectors = 4;

    /// <summary>Pixels whose columns are made at a time: a chain, which <see cref="TapGemm"/> does not cut. Fewer where columns are long: they stay in an L1.</summary>
    private const int MostPixels = 96, FewestPixels = 16, ColumnFloats = 8_192;

    /// <summary>Vector multiply-adds in an item, some 0.3 us; and items at most, enough for a few threads.</summary>
    private const int PieceSize = 800, MostItems = 8;

    /// <summary>Multiply-adds of vectors in what is worth another thread's coming, without columns: some 0.8 us.</summary>
    private const int LonePieceSize = 6_000;

    /// <summary>Pixels of a part, whose sums go through memory once more.</summary>
    private const int PartPixels = 96;

    private readonly Conv2dGeometry _g;
    private readonly float* _x, _dy;
    private readonly int _parts, _pieces, _row;
    private readonly bool _isTurned, _isLone;
    private float* _sums, _bias;
    private long _pitch;

    private Conv2dWeightColumns(in Conv2dGeometry g, float* x, float* dy, bool isLone)
    {
        _isLone = isLone;
        _g = g;
        _x = x;
        _dy = dy;
        _row = Filled(Features(g));
        _isTurned = IsTurned(g) || isLone; // the same bits either way
        int rows = BatchLanes.Singles(g.Batch) * g.OutHeight;
        int items = (int)Math.Clamp((long)rows * g.OutWidth * Products(g) / PieceSize, 1, MostItems);
        _pieces = _isTurned ? 1 : Math.Clamp(_row / (TileVectors * Lanes), 1, items);
        int most = Math.Min(rows * g.OutWidth / PartPixels, Math.Min(items / _pieces, rows));
        for (_parts = 1; 2 * _parts <= most;) _parts *= 2;
    }

    private readonly bool IsDirect => _parts == 1 && _row == Features(_g) && !_isTurned;

    /// <summary>Whether columns hold a 1: before the taps where they are rows, else at the end, out of reach of what is copied.</summary>
    private readonly bool HasOnes => _isTurned || _row > Features(_g) + ChannelPlanes.Spill(_g.Kernel.Width);

    /// <summary>Whether single images of such a convolution go this way: where it takes less time, in cycles of two multiply-adds of 16 lanes, than
    /// <see cref="Conv2dWeightKernel"/> with its sums [tap][c][o], which are turned in the end.</summary>
    public static bool Suits(in Conv2dGeometry g)
    {
        if (BatchLanes.Singles(g.Batch) == 0 || g.Groups > 1 || g.Dilation.Width > 1) return false;
        long pixels = (long)BatchLanes.Singles(g.Batch) * g.OutHeight * g.OutWidth, inputs = (long)BatchLanes.Singles(g.Batch) * g.InHeight * g.InWidth * g.InChannels;
        long runs = (long)g.InChannels * g.Kernel.Height * ((g.Kernel.Width + 7) / 8);
        long here = pixels * (Products(g) / 2 + RunCycles * runs) + inputs, there = pixels * Features(g) * Filled(g.OutChannels) / Lanes / 2 + SumCycles * g.WeightShape.Count;
        if (Math.Max(g.InChannels, g.Kernel.Width) * Filled(g.OutChannels) / Lanes < Latency) there *= 2; // tiles too small for the latency of sums
        return here < there || IsTurned(g);
    }

    /// <summary>Multiply-adds under way at once.</summary>
    private const int Latency = 8;

    /// <summary>Cycles that it takes to copy a run of a column, and to bring a sum to its weight the other way.</summary>
    private const int RunCycles = 2, SumCycles = 2;

    private static int Filled(int count) => (count + Lanes - 1) / Lanes * Lanes;

    private static int Features(in Conv2dGeometry g) => g.InChannelsPerGroup * g.Kernel.Height * g.Kernel.Width;

    /// <summary>Whether output channels are the lanes: a lone input channel's taps may fill them less.</summary>
    private static bool IsTurned(in Conv2dGeometry g) => g.InChannels == 1 && Products(g) < (long)g.OutChannels * Filled(Features(g)) / Lanes;

    /// <summary>Vectors that a pixel multiplies.</summary>
    private static long Products(in Conv2dGeometry g)
    {
        long straight = (long)g.OutChannels * Filled(Features(g)) / Lanes, turned = (Features(g) + 1) * (long)Filled(g.OutChannels) / Lanes;
        return g.InChannels == 1 ? Math.Min(straight, turned) : straight;
    }

    /// <summary>dw += gradient, db += gradient, of all single images.</summary>
    /// <param name="g">The convolution.</param>
    /// <param name="x">Activations of the batch.</param>
    /// <param name="dy">Their gradient.</param>
    /// <param name="dw">[O, C, kH, kW].</param>
    /// <param name="db">[O], or null.</param>
    /// <param name="makesColumns">Whether columns are made in any case, for tests, which compare <see cref="LoneWeights"/> and <see cref="LonePixelWeights"/> with them.</param>
    public static void Run(in Conv2dGeometry g, float* x, float* dy, float* dw, float* db, bool makesColumns = false)
    {
        if (LonePixelWeights.Suits(g) && !makesColumns)
        {
            LonePixelWeights.Run(g, x, dy, dw, db);
            return;
        }
        Conv2dWeightColumns all = new(g, x, dy, LoneWeights.Suits(g) && !makesColumns);
        bool isDirect = all.IsDirect, hasOnes = all.HasOnes;
        int features = Features(g);
        all._pitch = all._isTurned ? (features + 1L) * g.OutChannels : (long)g.OutChannels * all._row;
        using Scratch memory = Scratch.Rent(all._parts * ((isDirect ? 0 : all._pitch) + g.OutChannels)); // [part][o][k] or [part][1, k][o], then [part][o]
        all._sums = isDirect ? dw : memory.Pointer;
        float* bias = memory.Pointer + (isDirect ? 0 : all._parts * all._pitch);
        all._bias = db == null || hasOnes ? null : bias;
        int items = all._parts * all._pieces;
        Work.For(items, all._isLone ? (int)Math.Clamp((long)items * LonePieceSize / LoneWeights.Products(g), 1, items) : 1, ref all);
        if (all._isLone)
        {
            LoneWeights.AddTo(g, memory.Pointer, all._parts, all._pitch, dw, db);
            return;
        }
        if (all._isTurned) WeightSums.AddTo(g, memory.Pointer + g.OutChannels, all._parts, dw, all._pitch, g.OutChannels);
        else if (!isDirect)
        {
            AddBody add = new() { Sums = memory.Pointer, Pitch = all._pitch, Parts = all._parts, Row = all._row, Features = features, Dw = dw };
            Work.For(g.OutChannels, 1 + PieceSize * Lanes / (all._row * all._parts), ref add);
        }
        if (db == null) return;
        long next = hasOnes && !all._isTurned ? all._row : 1, pitch = hasOnes ? all._pitch : g.OutChannels;
        float* first = !hasOnes ? bias : memory.Pointer + (all._isTurned ? 0 : all._row - 1);
        for (int o = 0; o < g.OutChannels; o++, first += next)
        {
            float sum = *first;
            for (int part = 1; part < all._parts && (all._isTurned || !hasOnes); part++) sum += first[part * pitch];
            db[o] += sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        int rows = BatchLanes.Singles(_g.Batch) * _g.OutHeight;
        for (int item = from; item < to; item++)
        {
            int piece = item % _pieces, part = item / _pieces, first = (int)((long)rows * part / _parts), end = (int)((long)rows * (part + 1) / _parts);
            if (_isLone)
            {
                LoneWeights.Sum(_g, _x, _dy, _sums + part * _pitch, MostPixels, first, end);
                continue;
            }
            Sum(part, Start(piece), Start(piece + 1), first, end);
            if (_bias == null || piece != 0) continue;
            ChannelSum<PlainTerm> bias = new()
            {
                Term = new() { X = _dy }, Channels = _g.OutChannels, To = _g.OutChannels, Sums = _bias + part * _g.OutChannels,
                Part = new(((long)BatchLanes.FirstSingle(_g.Batch) * _g.OutHeight + first) * _g.OutWidth * _g.OutChannels, (end - first) * _g.OutWidth, 1),
            };
            Simd.Dispatch(ref bias);
        }
    }

    /// <summary>The first k of a piece: pieces are whole tiles, but for the last.</summary>
    private readonly int Start(int piece) => piece == _pieces ? _row : (int)((long)_row * piece / _pieces) / (TileVectors * Lanes) * (TileVectors * Lanes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sum(int part, int k, int endK, int firstRow, int endRow)
    {
        int taps = _g.Kernel.Height * _g.Kernel.Width, features = Features(_g), firstInput = k / taps, inputs = Math.Min(_g.InChannels, (endK + taps - 1) / taps) - firstInput;
        int shift = _isTurned ? 1 : (Lanes - (k - firstInput * taps) % Lanes) % Lanes; // the piece's first k is at the start of a vector, and of a cache line
        int pitch = Filled(Math.Max(endK - firstInput * taps, inputs * taps) + shift), most = Math.Clamp(ColumnFloats / pitch, FewestPixels, MostPixels), count = 0;
        ChannelPlanes planes = new(_g, inputs) { X = _x + firstInput };
        using Scratch memory = Scratch.Rent(planes.Memory + (long)most * pitch + ChannelPlanes.Slack);
        planes.Planes = memory.Pointer;
        float* columns = memory.Pointer + planes.Memory;
        for (int n = 0; n < most && endK > features; n++)
        {
            Unsafe.InitBlockUnaligned(columns + (n + 1) * pitch - Lanes, 0, Lanes * sizeof(float)); // what fills a column up
            if (_isTurned) columns[n * pitch] = 1;
            else if (HasOnes) columns[(n + 1) * pitch - 1] = 1;
        }
        float* dy = _dy + ((long)BatchLanes.FirstSingle(_g.Batch) * _g.OutHeight + firstRow) * _g.OutWidth * _g.OutChannels;
        long none = 0;
        TapGemm gemm = new() { Begin = IsDirect ? SumStart.AddAtEnd : SumStart.Zero, TapsA = &none, TapsB = &none, Taps = 1, ARow = 1 };
        gemm.A = _isTurned ? columns : dy;
        gemm.B = _isTurned ? dy : columns + shift + k - firstInput * taps;
        gemm.C = _sums + part * _pitch + k;
        (gemm.AStep, gemm.BStep, gemm.CRow) = _isTurned ? (pitch, _g.OutChannels, _g.OutChannels) : (_g.OutChannels, pitch, _row);
        (int height, int lanes) = _isTurned ? (features + 1, _g.OutChannels) : (_g.OutChannels, endK - k);
        for (int row = firstRow, end; row < endRow; row = end)
        {
            end = Math.Min(Math.Min(endRow, row + planes.MostRows), (row / _g.OutHeight + 1) * _g.OutHeight);
            planes.Turn(BatchLanes.FirstSingle(_g.Batch) + row / _g.OutHeight, row % _g.OutHeight, end - row);
            for (int i = 0; i < end - row; i++)
                for (int j = 0, more; j < _g.OutWidth; j += more)
                {
                    more = Math.Min(most - count, _g.OutWidth - j);
                    planes.Columns(i, j, more, columns + (long)count * pitch + shift, pitch);
                    count += more;
                    if (count < most && (j + more < _g.OutWidth || i < end - row - 1 || end < endRow)) continue;
                    gemm.Depth = count;
                    TapGemm.Run(gemm, height, lanes);
                    if (_isTurned) gemm.B += (long)count * _g.OutChannels;
                    else gemm.A += (long)count * _g.OutChannels;
                    gemm.Begin = SumStart.AddAtEnd;
                    count = 0;
                }
        }
    }

    /// <summary>dw += the parts, added in order. An item is a row of weights.</summary>
    private struct AddBody : IWorkBody, ISimdWork
    {
        public float* Sums, Dw;
        public long Pitch;
        public int Parts, Row, Features;
        private int _from, _to;

        public void Run(int from, int to)
        {
            AddBody copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int row = _from; row < _to; row++)
            {
                float* sums = Sums + (long)row * Row, dw = Dw + (long)row * Features;
                for (int k = 0; k < Row && Parts > 1; k += TS.Count)
                {
                    TV sum = TS.Load(sums + k);
                    for (int part = 1; part < Parts; part++) sum = TS.Add(sum, TS.Load(sums + k + part * Pitch));
                    TS.Store(sum, sums + k);
                }
                int at = 0;
                for (; at + TS.Count <= Features; at += TS.Count) TS.Store(TS.Add(TS.Load(dw + at), TS.Load(sums + at)), dw + at);
                for (; at < Features; at++) dw[at] += sums[at];
            }
        }
    }
}
