using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The single images of a pass of convolution: channels are the lanes, and pixels that see the same taps the rows of the products.</summary>
internal unsafe struct Conv2dSingles
{
    /// <summary>The pass, and how it runs where its result has few channels.</summary>
    public Conv2dPixelLanes PixelLanes;
    public bool HasPixelLanes;

    /// <summary>Whether every channel is by itself.</summary>
    public bool IsDepthwise;

    /// <summary>Rows <paramref name="top"/>, a phase further, ... <paramref name="count"/> of them, which see the same kernel rows, of all single images. The rows of
    /// a product go along a row, down a column or through the images, whichever are the most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Rows(int top, int count, long* tapsA, long* tapsB)
    {
        Conv2dPass pass = PixelLanes.Pass;
        if (IsDepthwise)
        {
            Conv2dDepthwise depthwise = new() { Pass = pass, Top = top, Count = count, TapsA = tapsA, TapsB = tapsB };
            Simd.Dispatch(ref depthwise);
            return;
        }
        int images = BatchLanes.Singles(pass.Batch), firstImage = BatchLanes.FirstSingle(pass.Batch), sourceChannels = pass.SourceChannels, resultChannels = pass.ResultChannels;
        TapAxis columns = pass.Columns;
        Direction through = new(images, pass.SourceFeatures, pass.ResultFeatures);
        Direction down = new(count, (long)pass.Rows.Move * pass.SourceWidth * sourceChannels, (long)pass.Rows.Phase * columns.Length * resultChannels);
        float* source = pass.Source + firstImage * pass.SourceFeatures, result = pass.Result + firstImage * pass.ResultFeatures + (long)top * columns.Length * resultChannels;
        using Scratch row = Scratch.Rent(HasPixelLanes ? PixelLanes.RowMemory : 0);
        TapGemm gemm = new() { Begin = pass.Begin(SumStart.LaneBias), TapsA = tapsA, TapsB = tapsB, AStep = 1, BStep = pass.ResultGroup, Relu = pass.Relu };
        for (int phase = 0; phase < Math.Min(columns.Phase, columns.Length); phase++)
            for (int from = phase, to; from < columns.Length; from = to)
            {
                to = columns.End(from);
                Direction along = new((to - from + columns.Phase - 1) / columns.Phase, (long)columns.Move * sourceChannels, (long)columns.Phase * resultChannels);
                if (HasPixelLanes && PixelLanes.Suits(along.Count))
                {
                    for (int i = 0; i < count; i++) PixelLanes.Row(top + i * pass.Rows.Phase, from, along.Count, tapsA, tapsB, row.Pointer);
                    continue;
                }
                (Direction rows, Direction middle, Direction outer) = along.Count >= down.Count && along.Count >= through.Count ? (along, down, through)
                    : down.Count >= through.Count ? (down, along, through) : (through, along, down);
                (gemm.Taps, gemm.Depth) = pass.List(top, from, (long)pass.SourceGroup * pass.ResultGroup, sourceChannels, tapsB, tapsA);
                (gemm.ARow, gemm.CRow) = (rows.Source, rows.Result);
                for (int o = 0; o < outer.Count; o++)
                    for (int m = 0; m < middle.Count; m++)
                        for (int group = 0; group < pass.Groups; group++)
                        {
                            gemm.A = source + o * outer.Source + m * middle.Source + group * pass.SourceGroup;
                            gemm.B = pass.RowWeights + group * pass.GroupWeights;
                            gemm.C = result + (long)from * resultChannels + o * outer.Result + m * middle.Result + group * pass.ResultGroup;
                            gemm.Init = pass.Bias == null ? null : pass.Bias + group * pass.ResultGroup;
                            TapGemm.Run(gemm, rows.Count, pass.ResultGroup);
                        }
            }
    }

    /// <summary>Neighbours that see the same taps: how many, and how far apart they lie in source and result.</summary>
    private readonly record struct Direction(int Count, long Source, long Result);
}
