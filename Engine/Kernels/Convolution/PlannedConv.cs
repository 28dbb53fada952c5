using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>A convolution whose weights, taps and biases are ready, for blocks of one width: what <see cref="Conv2dKernel"/> finds out at every call is found
/// out once. The sums are its sums, tap by tap and channel by channel; the bias may differ from position to position.</summary>
/// <remarks>In a block of images these are the lanes of <see cref="TapGemm"/> and result channels the rows; in a single image channels are the lanes and
/// positions that see the same taps the rows. Slow twin: <c>Reference.Conv2d</c>.</remarks>
internal sealed unsafe class PlannedConv
{
    /// <summary>Multiply-adds in a piece of work: some 2 to 3 us on one thread, which is what handing it over may cost after a pause.</summary>
    private const long PieceSize = 200_000;

    /// <summary>Pieces at least where the work suffices; result channels are cut for it.</summary>
    private const int Pieces = 12;

    /// <summary>Result channels of a single image that go together: four vectors of 16.</summary>
    private const int LaneChunk = 64;

    private readonly PlannedTaps _taps;
    private readonly PinnedFloats _weights;
    private readonly int _width, _channels, _chunks, _grain;
    private readonly long _depth;
    private readonly bool _relu, _isOneBlock;
    private readonly TapGemm.PlacedTile[][] _tiles = []; // of each chunk of a block, of each run of a single image; empty where sums are cut

    /// <summary>Plans a convolution.</summary>
    /// <param name="g">The convolution of one image, one group.</param>
    /// <param name="width">Images in a block: 1, or a multiple of 16 up to 64.</param>
    /// <param name="weights">From <see cref="Pack"/>.</param>
    /// <param name="sourcePitch">Channels of the source with those that only fill up a vector; those of g where width is not 1.</param>
    /// <param name="resultPitch">The same of the result.</param>
    /// <param name="bias">One a result channel.</param>
    /// <param name="tapShift">What each tap adds to the bias of positions that see it, [O][kH kW]; empty for nothing.</param>
    /// <param name="relu">Whether a result below zero becomes zero.</param>
    public PlannedConv(in Conv2dGeometry g, int width, PinnedFloats weights, int sourcePitch, int resultPitch, ReadOnlySpan<double> bias, ReadOnlySpan<double> tapShift, bool relu)
    {
        _taps = new PlannedTaps(g, width, sourcePitch, resultPitch, weightPitch: width == 1 ? resultPitch : 1, bias, tapShift);
        (_width, _channels, _weights, _relu) = (width, width == 1 ? resultPitch : g.OutChannels, weights, relu);
        _depth = (long)g.Kernel.Height * g.Kernel.Width * g.InChannels;
        _isOneBlock = TapGemm.IsOneBlock(_depth, width == 1 ? _channels : width);
        int runs = Math.Max(1, _taps.Runs.Length), most = width == 1 ? (_channels + LaneChunk - 1) / LaneChunk : TapPanels.Tiles(_channels, TallestRows(g, width));
        long work = g.MultiplyAdds * width;
        _chunks = (int)Math.Clamp(Math.Min((Pieces + runs - 1) / runs, work / (PieceSize * runs)), 1, most);
        if (_isOneBlock && (width > 1 || _chunks == 1)) _tiles = Place(TallestRows(g, width));
        _grain = (int)Math.Clamp(PieceSize * runs * _chunks / Math.Max(1, work), 1, 1 << 20);
    }

    /// <summary>Weights [O, C, kH, kW] in the order in which blocks of such a width are computed: panels of <see cref="TapPanels.Pack"/>, or for single images
    /// [kH kW][C][pitch], zero where the pitch goes beyond the channels.</summary>
    public static PinnedFloats Pack(in Conv2dGeometry g, int width, int resultPitch, PinnedFloats weights)
    {
        int taps = g.Kernel.Height * g.Kernel.Width, inputs = g.InChannels, outputs = g.OutChannels;
        PinnedFloats packed = new((long)taps * inputs * (width == 1 ? resultPitch : outputs));
        int most = TallestRows(g, width);
        for (int c = 0; c < inputs; c++)
            if (width > 1) TapPanels.Pack(weights.Pointer + c * taps, (long)inputs * taps, 1, outputs, taps, packed.Pointer, (long)taps * inputs, c, inputs, most);
            else Transposition.Run(weights.Pointer + c * taps, inputs * taps, packed.Pointer + (long)c * resultPitch, (long)inputs * resultPitch, outputs, taps);
        return packed;
    }

    /// <summary>The pitch of a single image's channels whose vectors are full.</summary>
    public static int FullPitch(int channels) => (channels + 7) & ~7;

    /// <summary>Computes a block.</summary>
    public void Run(float* source, float* result)
    {
        Body body = new() { Plan = this, Source = source, Result = result };
        Work.For(_taps.Runs.Length * _chunks, _grain, ref body);
    }

    /// <summary>The tallest tile: more than the usual rows where a sum is not cut.</summary>
    public static int TallestRows(in Conv2dGeometry g, int width) =>
        TapGemm.IsOneBlock((long)g.Kernel.Height * g.Kernel.Width * g.InChannels, width) ? TapGemm.TallestRows(width) : TapPanels.MaxRows;

    private TapGemm.PlacedTile[][] Place(int most)
    {
        if (_width > 1)
            return [.. Enumerable.Range(0, _chunks).Select(chunk => (Start: ChunkStart(chunk, most), End: ChunkStart(chunk + 1, most))).Select(chunk => TapGemm.Place(chunk.End - chunk.Start, _width, most, chunk.Start))];
        Dictionary<int, TapGemm.PlacedTile[]> known = [];
        foreach (int count in _taps.Runs.Select(run => run.Count).Distinct()) known[count] = TapGemm.Place(count, _channels);
        return [.. _taps.Runs.Select(run => known[run.Count])];
    }

    /// <summary>The first channel of a chunk of a block.</summary>
    private int ChunkStart(int chunk, int most) => TapPanels.TileStart(_channels, TapPanels.Tiles(_channels, most) * chunk / _chunks, most);

    private struct Body : IWorkBody
    {
        public PlannedConv Plan;
        public float* Source, Result;

        public readonly void Run(int from, int to)
        {
            if (Plan._width == 1) Plan.Single(Source, Result, from, to);
            else Plan.Wide(Source, Result, from, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Single(float* source, float* result, int from, int to)
    {
        TapGemm gemm = new() { Begin = SumStart.LaneBias, AStep = 1, BStep = _channels, Relu = _relu };
        for (int item = from; item < to; item++)
        {
            ref readonly TapRun run = ref _taps.Runs[item / _chunks];
            int chunk = item % _chunks, groups = (_channels + LaneChunk - 1) / LaneChunk;
            int lane = groups * chunk / _chunks * LaneChunk, lanes = Math.Min(_channels, groups * (chunk + 1) / _chunks * LaneChunk) - lane;
            TapClass* seen = _taps.Classes + run.Class;
            gemm.Taps = seen->Taps;
            gemm.Depth = seen->Depth;
            gemm.TapsA = seen->Sources;
            gemm.TapsB = seen->Weights;
            gemm.Init = seen->Bias + lane;
            gemm.A = source + run.Source;
            gemm.B = _weights.Pointer + lane;
            gemm.C = result + run.Result + lane;
            (gemm.ARow, gemm.CRow) = (run.SourceStep, run.ResultStep);
            if (_tiles.Length > 0) TapGemm.Run(gemm, _tiles[item]);
            else TapGemm.Run(gemm, run.Count, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Wide(float* source, float* result, int from, int to)
    {
        int width = _width;
        TapGemm gemm = new() { Begin = SumStart.RowBias, PanelDepth = _depth, BStep = width, CRow = width, Relu = _relu };
        for (int item = from; item < to; item++)
        {
            ref readonly TapRun run = ref _taps.Runs[item / _chunks];
            int chunk = item % _chunks;
            TapClass* seen = _taps.Classes + run.Class;
            gemm.Taps = seen->Taps;
            gemm.Depth = seen->Depth;
            gemm.TapsA = seen->Weights;
            gemm.TapsB = seen->Sources;
            gemm.A = _weights.Pointer;
            gemm.B = source + run.Source;
            gemm.C = result + run.Result;
            gemm.Init = seen->Bias;
            if (_isOneBlock)
            {
                for (int i = 0; i < run.Count; i++, gemm.B += run.SourceStep, gemm.C += run.ResultStep) TapGemm.Run(gemm, _tiles[chunk]);
                continue;
            }
            int channel = ChunkStart(chunk, TapPanels.MaxRows), channels = ChunkStart(chunk + 1, TapPanels.MaxRows) - channel;
            gemm.A += channel * _depth;
            gemm.C += (long)channel * width;
            gemm.Init += channel;
            for (int i = 0; i < run.Count; i++, gemm.B += run.SourceStep, gemm.C += run.ResultStep) TapGemm.Run(gemm, channels, width);
        }
    }
}
