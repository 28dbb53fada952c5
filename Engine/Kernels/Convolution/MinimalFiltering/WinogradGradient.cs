using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The share of the wide blocks in a weight gradient, and where asked for that of single images, by <see cref="Winograd"/>'s way: F(3 x 3, 4 x 4), a window of x
/// filtered with a tile of dy, at the same six points a direction. At each point the sum over images and tiles is a matrix product; the sums alone are taken back.</summary>
/// <remarks>Tiles are cut into parts by shape; in a part each 16 tiles and images are a chain, chains are added in order, and so are parts.</remarks>
internal unsafe struct WinogradGradient
{
    /// <summary>Output channels of an item: a register tile's lanes; half as many of single images, where items are few.</summary>
    private const int Chunk = 64, SinglesChunk = 32;

    /// <summary>Parts at most, chunks counted: each has sums of its own, which are written, read and added.</summary>
    private const int MostItems = 8;

    /// <summary>Tiles and images of a part at least.</summary>
    private const int LeastOfPart = 64, LeastOfSingles = 32;

    /// <summary>Floats that stay in L2 (1 MB).</summary>
    private const int CacheSize = 256 * 1024;

    private WinogradPass _pass; // how x goes to its points
    private float* _dy, _sums;
    private int _outputs, _groups, _perBlock, _parts, _chunks, _singlesParts, _singlesChunks;

    /// <summary>sums [tap][c][o] = dw.</summary>
    public static void Run(in Conv2dGeometry g, float* x, float* dy, float* sums, bool withSingles)
    {
        int wide = BatchLanes.WideBlocks(g.Batch), tiles = Winograd.Tiles(g.OutHeight) * Winograd.Tiles(g.OutWidth);
        WinogradGradient all = new()
        {
            _pass = new WinogradPass
            {
                Source = x, Batch = g.Batch, SourceHeight = g.InHeight, SourceWidth = g.InWidth, SourceChannels = g.InChannels,
                ResultHeight = g.OutHeight, ResultWidth = g.OutWidth, ResultChannels = g.OutChannels, Top = g.Padding.Top, Left = g.Padding.Left,
                GroupLanes = LanesTogether(g.InChannels, Math.Min(Chunk, g.OutChannels)),
            },
            _dy = dy, _outputs = g.OutChannels,
        };
        if (wide > 0)
        {
            all._chunks = (g.OutChannels + Chunk - 1) / Chunk;
            all._perBlock = all._pass.Groups(BatchLanes.BlockOf(g.Batch, 0).Width);
            all._groups = (wide - 1) * all._perBlock + all._pass.Groups(BatchLanes.BlockOf(g.Batch, wide - 1).Width);
            all._parts = Parts((long)tiles * BatchLanes.FirstSingle(g.Batch) / LeastOfPart, all._chunks);
        }
        if (withSingles)
        {
            all._singlesChunks = (g.OutChannels + SinglesChunk - 1) / SinglesChunk;
            all._singlesParts = Parts((long)tiles * BatchLanes.Singles(g.Batch) / LeastOfSingles, all._singlesChunks);
        }
        int parts = all._parts + all._singlesParts;
        using Scratch memory = Scratch.Rent(parts * WinogradSums.PartSize(g.InChannels, g.OutChannels));
        all._sums = memory.Pointer;
        Body body = new() { All = all };
        Work.For(all._parts * all._chunks + all._singlesParts * all._singlesChunks, 1, ref body);
        WinogradSums.Run(memory.Pointer, parts, g.InChannels, g.OutChannels, sums);
    }

    private static int Parts(long most, int chunks) => (int)Math.Clamp(most, 1, Math.Max(1, MostItems / chunks));

    /// <summary>Lanes of a group: half a block's where that lets sums and values of a group stay in L2. Bits do not depend on it.</summary>
    private static int LanesTogether(int inputs, int outputs)
    {
        long sums = (long)Winograd.Points * inputs * outputs, values = (long)Winograd.Points * WinogradPass.Columns * (inputs + outputs);
        return sums <= CacheSize && sums + values > CacheSize ? WinogradPass.Columns / 2 : WinogradPass.Columns;
    }

    private struct Body : IWorkBody
    {
        public WinogradGradient All;

        public readonly void Run(int from, int to)
        {
            int wide = All._parts * All._chunks;
            for (int item = from; item < to; item++)
                if (item < wide) All.Part(item / All._chunks, item % All._chunks * Chunk);
                else All.Singles((item - wide) / All._singlesChunks, (item - wide) % All._singlesChunks * SinglesChunk);
        }
    }

    /// <summary>The sums of one part of the wide blocks for some output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Part(int part, int firstOutput)
    {
        int from = (int)((long)_groups * part / _parts), to = (int)((long)_groups * (part + 1) / _parts), inputs = _pass.SourceChannels, outputs = Math.Min(Chunk, _outputs - firstOutput);
        WinogradUpstream upstream = new() { Dy = _dy, First = firstOutput, Outputs = outputs };
        using Scratch memory = Scratch.Rent(WinogradWindow.Length + WinogradUpstream.WindowMemory + Winograd.Points * ((long)inputs * WinogradPass.Columns + 64 + WinogradUpstream.Step(outputs)));
        float* window = memory.Pointer, values = window + WinogradWindow.Length + WinogradUpstream.WindowMemory;
        upstream.Window = window + WinogradWindow.Length;
        upstream.Values = values + Winograd.Points * ((long)inputs * WinogradPass.Columns + 64);
        ChainGemm gemm = new() { AStep = 1, BStep = WinogradUpstream.Row(outputs), CRow = _outputs };
        WinogradGroup group = Group(from);
        bool large = _pass.IsLarge;
        for (int number = from; number < to; number++)
        {
            group.Values = values;
            group.Window = window;
            Simd.Dispatch(ref group);
            upstream.Group = group;
            Simd.Dispatch(ref upstream);
            (gemm.ARow, gemm.Depth, gemm.FromZero) = (group.Columns, group.Columns, number == from);
            gemm.C = _sums + part * WinogradSums.PartSize(inputs, _outputs) + firstOutput;
            upstream.Group = number + 1 < to ? Group(number + 1) : group;
            for (int point = 0; point < Winograd.Points; point++, gemm.C += WinogradWeights.PointStep(inputs, _outputs))
            {
                gemm.A = values + point * group.ValueStep;
                gemm.B = upstream.Values + point * WinogradUpstream.Step(outputs);
                ChainGemm.Run(gemm, inputs, outputs);
                if (!large) continue;
                upstream.Group.Ahead(point);
                upstream.Ahead(point);
            }
            group = upstream.Group;
        }
    }

    private readonly WinogradGroup Group(int number) => _pass.Of(BatchLanes.BlockOf(_pass.Batch, number / _perBlock), number % _perBlock);

    /// <summary>The sums of one part of the single images for some output channels.</summary>
    private readonly void Singles(int part, int firstOutput)
    {
        int tiles = _pass.Tiles * BatchLanes.Singles(_pass.Batch);
        WinogradSinglesGradient work = new()
        {
            Pass = _pass, Dy = _dy, First = firstOutput, Outputs = Math.Min(SinglesChunk, _outputs - firstOutput),
            FirstTile = (int)((long)tiles * part / _singlesParts), EndTile = (int)((long)tiles * (part + 1) / _singlesParts),
            Sums = _sums + (_parts + part) * WinogradSums.PartSize(_pass.SourceChannels, _outputs) + firstOutput,
        };
        Simd.Dispatch(ref work);
    }
}
