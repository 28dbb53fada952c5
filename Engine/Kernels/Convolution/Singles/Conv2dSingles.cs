using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The single images of a pass of convolution: channels are the lanes, and pixels that see the same taps the rows of the products.</summary>
internal unsafe struct Conv2dSingles
{
    /// <summary>Lanes of the widest vectors.</summary>
    private const int Lanes = 16;

    /// <summary>The pass, and how it runs where its result has few channels.</summary>
    public Conv2dPixelLanes PixelLanes;
    public bool HasPixelLanes;

    /// <summary>The images, of those of the batch: not where <see cref="HasPixelLanes"/>, nor where <see cref="IsDepthwise"/>.</summary>
    public int FirstImage, Images;

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
        int images = Images, firstImage = FirstImage, sourceChannels = pass.SourceChannels, resultChannels = pass.ResultChannels;
        TapAxis columns = pass.Columns;
        Direction through = new(images, pass.SourceFeatures, pass.ResultFeatures);
        Direction down = new(count, (long)pass.Rows.Move * pass.SourceWidth * sourceChannels, (long)pass.Rows.Phase * columns.Length * resultChannels);
        float* source = pass.Source + firstImage * pass.SourceFeatures, result = pass.Result + firstImage * pass.ResultFeatures + (long)top * columns.Length * resultChannels;
        int pitch = pass.RowPitch, whole = pitch == pass.ResultGroup ? pitch : pass.ResultGroup / Lanes * Lanes;
        using Scratch row = Scratch.Rent(HasPixelLanes ? PixelLanes.RowMemory : 0);
        TapGemm gemm = new() { Begin = pass.Begin(SumStart.LaneBias), TapsA = tapsA, TapsB = tapsB, AStep = 1, BStep = pitch, Relu = pass.Relu };
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
                (gemm.Taps, gemm.Depth) = pass.List(top, from, (long)pass.SourceGroup * pitch, sourceChannels, tapsB, tapsA);
                if (Avx512F.IsSupported && gemm.Taps == 3 && gemm.Depth == 3 && sourceChannels == 1 && pass.Kernel.Width == 3 && along.Count >= LoneChannel.Together && pitch == resultChannels && pitch % (2 * Lanes) == 0)
                {
                    LoneChannel lone = new()
                    {
                        Second = tapsA[1] - tapsA[0], Third = tapsA[2] - tapsA[1], Tap = pitch, Step = along.Source, ResultStep = along.Result, Row = down.Source, ResultRow = down.Result,
                        Count = along.Count, Rows = count, Relu = pass.Relu,
                    };
                    for (int n = 0; n < images; n++)
                        for (int lane = 0; lane < pitch; lane += 2 * Lanes)
                        {
                            lone.Source = source + n * through.Source + tapsA[0];
                            lone.Result = result + (long)from * resultChannels + n * through.Result + lane;
                            lone.Weights = pass.RowWeights + tapsB[0] + lane;
                            lone.Init = pass.Bias == null ? null : pass.Bias + lane;
                            lone.Tile4x2<Vector512<float>, Simd512>();
                        }
                    continue;
                }
                (gemm.ARow, gemm.CRow) = (rows.Source, rows.Result);
                (gemm.Repeats, gemm.ARepeat, gemm.CRepeat) = (middle.Count, middle.Source, middle.Result);
                for (int o = 0; o < outer.Count; o++)
                    for (int group = 0; group < pass.Groups; group++)
                    {
                        gemm.A = source + o * outer.Source + group * pass.SourceGroup;
                        gemm.B = pass.RowWeights + group * pass.GroupWeights;
                        gemm.C = result + (long)from * resultChannels + o * outer.Result + group * pass.ResultGroup;
                        gemm.Init = pass.Bias == null ? null : pass.Bias + group * pass.ResultGroup;
                        if (whole > 0) TapGemm.Run(gemm, rows.Count, whole);
                        if (whole < pitch) Rest(gemm, rows.Count, whole);
                    }
            }
    }

    /// <summary>The last channels, fewer than a vector: computed as many as the rows of weights are long, and those kept that there are.</summary>
    private readonly void Rest(TapGemm gemm, int rows, int first)
    {
        int repeats = Math.Max(1, gemm.Repeats), lanes = (int)gemm.BStep - first, count = PixelLanes.Pass.ResultGroup - first;
        long row = gemm.CRow, repeat = gemm.CRepeat;
        float* result = gemm.C + first;
        using Scratch memory = Scratch.Rent(((long)repeats * rows + 1) * lanes);
        float* sums = memory.Pointer, init = sums + (long)repeats * rows * lanes;
        for (int i = 0; gemm.Init != null && i < lanes; i++) init[i] = i < count ? gemm.Init[first + i] : 0;
        gemm.B += first;
        gemm.C = sums;
        gemm.Init = init;
        (gemm.CRow, gemm.CRepeat) = (lanes, (long)rows * lanes);
        TapGemm.Run(gemm, rows, lanes);
        for (int m = 0; m < repeats; m++)
            for (int r = 0; r < rows; r++, sums += lanes)
                for (int i = 0; i < count; i++) result[m * repeat + r * row + i] = sums[i];
    }

    /// <summary>Neighbours that see the same taps: how many, and how far apart they lie in source and result.</summary>
    private readonly record struct Direction(int Count, long Source, long Result);
}
