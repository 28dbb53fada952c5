using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The share of the wide blocks in a weight gradient, by <see cref="Winograd"/>'s way: F(3 x 3, 4 x 4), a window of x filtered with a tile of dy, at the same
/// six points a direction. At each point the sum over images and tiles is a matrix product; the sums alone are taken back.</summary>
/// <remarks>Groups of tiles are cut into parts by shape; in a part each 16 tiles and images are a chain, chains are added in order, and so are parts.</remarks>
internal unsafe struct WinogradGradient
{
    /// <summary>Output channels of an item: a register tile's lanes.</summary>
    private const int Chunk = 64;

    /// <summary>Tiles and images whose products are one chain; chains are added up. One chain of all of them had 4 to 6 times the error of <see cref="TapDot"/>'s sixteen.</summary>
    private const int Chain = BatchLanes.Step;

    /// <summary>Parts at most, and floats of all their sums, which come from memory once more to be added.</summary>
    private const int MostParts = 8, MostSums = 4 << 20;

    private WinogradPass _pass; // how x goes to its points
    private float* _dy, _sums;
    private int _outputs, _groups, _perBlock, _parts, _chunks;

    /// <summary>sums [tap][c][o] = dw.</summary>
    public static void Run(in Conv2dGeometry g, float* x, float* dy, float* sums)
    {
        int wide = BatchLanes.WideBlocks(g.Batch);
        WinogradGradient all = new()
        {
            _pass = new WinogradPass
            {
                Source = x, Batch = g.Batch, SourceHeight = g.InHeight, SourceWidth = g.InWidth, SourceChannels = g.InChannels,
                ResultHeight = g.OutHeight, ResultWidth = g.OutWidth, ResultChannels = g.OutChannels, Top = g.Padding.Top, Left = g.Padding.Left,
            },
            _dy = dy, _outputs = g.OutChannels, _chunks = (g.OutChannels + Chunk - 1) / Chunk,
        };
        all._perBlock = all._pass.Groups(BatchLanes.BlockOf(g.Batch, 0).Width);
        all._groups = (wide - 1) * all._perBlock + all._pass.Groups(BatchLanes.BlockOf(g.Batch, wide - 1).Width);
        long one = WinogradSums.PartSize(g.InChannels, g.OutChannels);
        all._parts = (int)Math.Clamp(MostSums / one, 2, MostParts);
        int run = (all._groups + all._parts - 1) / all._parts;
        all._parts = (all._groups + run - 1) / run;
        using Scratch memory = Scratch.Rent(all._parts * one);
        all._sums = memory.Pointer;
        Body body = new() { All = all };
        Work.For(all._parts * all._chunks, 1, ref body);
        WinogradSums.Run(memory.Pointer, all._parts, g.InChannels, g.OutChannels, sums);
    }

    private struct Body : IWorkBody
    {
        public WinogradGradient All;

        public readonly void Run(int from, int to)
        {
            for (int item = from; item < to; item++) All.Part(item / All._chunks, item % All._chunks * Chunk);
        }
    }

    /// <summary>The sums of one part for some output channels.</summary>
    private readonly void Part(int part, int firstOutput)
    {
        int run = (_groups + _parts - 1) / _parts, from = part * run, to = Math.Min(from + run, _groups), inputs = _pass.SourceChannels, outputs = Math.Min(Chunk, _outputs - firstOutput);
        WinogradUpstream upstream = new() { Dy = _dy, First = firstOutput, Outputs = outputs };
        using Scratch memory = Scratch.Rent(WinogradGroup.WindowMemory + WinogradUpstream.WindowMemory + Winograd.Points * ((long)inputs * WinogradPass.Columns + 64 + WinogradUpstream.Step(outputs)));
        float* window = memory.Pointer, values = window + WinogradGroup.WindowMemory + WinogradUpstream.WindowMemory;
        upstream.Window = window + WinogradGroup.WindowMemory;
        upstream.Values = values + Winograd.Points * ((long)inputs * WinogradPass.Columns + 64);
        long none = 0;
        TapGemm gemm = new() { TapsA = &none, TapsB = &none, Taps = 1, Depth = Chain, AStep = 1, BStep = WinogradUpstream.Row(outputs), CRow = _outputs };
        for (int number = from; number < to; number++)
        {
            WinogradGroup group = _pass.Of(BatchLanes.BlockOf(_pass.Batch, number / _perBlock), number % _perBlock);
            group.Values = values;
            group.Window = window;
            Simd.Dispatch(ref group);
            upstream.Group = group;
            Simd.Dispatch(ref upstream);
            gemm.C = _sums + part * WinogradSums.PartSize(inputs, _outputs) + firstOutput;
            gemm.ARow = group.Columns;
            for (int point = 0; point < Winograd.Points; point++, gemm.C += WinogradWeights.PointStep(inputs, _outputs))
                for (int column = 0; column < group.Columns; column += Chain)
                {
                    gemm.Begin = number == from && column == 0 ? SumStart.Zero : SumStart.AddAtEnd;
                    gemm.A = values + point * group.ValueStep + column;
                    gemm.B = upstream.Values + point * WinogradUpstream.Step(outputs) + column * gemm.BStep;
                    TapGemm.Run(gemm, inputs, outputs);
                }
        }
    }
}
