using System.Runtime.CompilerServices;
using Engine.Kernels.Normalization;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The weight gradient of single images whose results have one pixel: what a kernel row sees of an image lies in one piece, so that dy times images as they lie gives
/// sums [o][tap][c] of the taps that see anything, which go to their weights one by one. Columns of a pixel cost more than they are used.</summary>
internal unsafe struct LonePixelWeights : IWorkBody
{
    /// <summary>Images from which on this is faster.</summary>
    private const int LeastImages = 4;

    /// <summary>Output channels of an item, and weights in a piece of work, some 1 us.</summary>
    private const int Channels = 12, PieceSize = 12_000;

    private readonly Conv2dGeometry _g;
    private readonly float* _x, _dy, _dw;
    private readonly int _firstRow, _endRow, _firstColumn, _columns;

    private LonePixelWeights(in Conv2dGeometry g, float* x, float* dy, float* dw)
    {
        _g = g;
        _x = x;
        _dy = dy;
        _dw = dw;
        (_firstRow, _endRow) = Seen(g.Kernel.Height, g.Padding.Top, g.Dilation.Height, g.InHeight);
        (_firstColumn, int endColumn) = Seen(g.Kernel.Width, g.Padding.Left, 1, g.InWidth);
        _columns = Math.Max(0, endColumn - _firstColumn);
    }

    /// <summary>Whether single images of such a convolution, which otherwise go by columns, go this way.</summary>
    public static bool Suits(in Conv2dGeometry g) => g.OutHeight == 1 && g.OutWidth == 1 && BatchLanes.Singles(g.Batch) >= LeastImages && g.Groups == 1 && g.Dilation.Width == 1;

    /// <summary>dw += gradient, db += gradient, of all single images. db may be null.</summary>
    public static void Run(in Conv2dGeometry g, float* x, float* dy, float* dw, float* db)
    {
        int first = BatchLanes.FirstSingle(g.Batch);
        LonePixelWeights all = new(g, x + (long)first * g.InHeight * g.InWidth * g.InChannels, dy + (long)first * g.OutChannels, dw);
        Work.For((g.OutChannels + Channels - 1) / Channels, 1 + PieceSize / (Channels * g.InChannels * g.Kernel.Height * g.Kernel.Width), ref all);
        if (db == null) return;
        using Scratch sums = Scratch.Rent(g.OutChannels);
        ChannelSum<PlainTerm> bias = new() { Term = new() { X = dy }, Channels = g.OutChannels, To = g.OutChannels, Sums = sums.Pointer, Part = new((long)first * g.OutChannels, g.Batch - first, 1) };
        Simd.Dispatch(ref bias);
        for (int o = 0; o < g.OutChannels; o++) db[o] += sums.Pointer[o];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        int channels = _g.InChannels, area = _g.Kernel.Height * _g.Kernel.Width, row = _columns * channels;
        long none = 0;
        using Scratch memory = Scratch.Rent((long)Channels * row);
        TapGemm gemm = new() { C = memory.Pointer, TapsA = &none, TapsB = &none, Taps = 1, Depth = BatchLanes.Singles(_g.Batch), ARow = 1, AStep = _g.OutChannels, BStep = (long)_g.InHeight * _g.InWidth * channels, CRow = row };
        for (int item = from; item < to && row > 0; item++)
        {
            int first = item * Channels, count = Math.Min(Channels, _g.OutChannels - first);
            gemm.A = _dy + first;
            for (int u = _firstRow; u < _endRow; u++)
            {
                int h = u * _g.Dilation.Height - _g.Padding.Top, w = _firstColumn - _g.Padding.Left;
                gemm.B = _x + ((long)h * _g.InWidth + w) * channels;
                TapGemm.Run(gemm, count, row);
                for (int o = 0; o < count; o++)
                    for (int v = 0; v < _columns; v++) Add(memory.Pointer + (long)o * row + v * channels, _dw + (long)(first + o) * channels * area + u * _g.Kernel.Width + _firstColumn + v, area, channels);
            }
        }
    }

    /// <summary>Taps inside the image: the first, and one past the last.</summary>
    private static (int First, int End) Seen(int kernel, int padding, int dilation, int input) => ((padding + dilation - 1) / dilation, Math.Min(kernel, (input + padding + dilation - 1) / dilation));

    /// <summary>Neighbours to places a step apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* from, float* to, long step, int count)
    {
        for (; count >= 4; count -= 4, from += 4, to += 4 * step)
        {
            float a = to[0] + from[0], b = to[step] + from[1], c = to[2 * step] + from[2], d = to[3 * step] + from[3];
            (to[0], to[step], to[2 * step], to[3 * step]) = (a, b, c, d);
        }
        for (; count > 0; count--, from++, to += step) *to += *from;
    }
}
