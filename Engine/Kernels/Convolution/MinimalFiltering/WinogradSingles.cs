using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The single images of a pass by <see cref="Winograd"/>'s way: channels are the lanes of the transforms, tiles the rows of the products at each point.</summary>
/// <remarks>The chains of <see cref="WinogradPass"/>, so an image has the same bits here as in a wide block.</remarks>
internal unsafe struct WinogradSingles : IWorkBody, ISimdWork
{
    /// <summary>Tiles that go together, at most: two tiles of registers high, and their values and products stay in L2 beside the weights.</summary>
    private const int MostTiles = 13;

    /// <summary>The pass; its weights are those of <see cref="WinogradRowWeights"/>.</summary>
    public WinogradPass Pass;

    private int _groups, _from, _to;

    /// <summary>Computes all single images.</summary>
    public static void Run(in WinogradPass pass)
    {
        int groups = (pass.Tiles + MostTiles - 1) / MostTiles;
        WinogradSingles body = new() { Pass = pass, _groups = groups };
        Work.For(groups * BatchLanes.Singles(pass.Batch), 1, ref body);
    }

    public void Run(int from, int to)
    {
        WinogradSingles copy = this with { _from = from, _to = to }; // the body is shared by threads
        Simd.Dispatch(ref copy);
    }

    /// <summary>An item is some tiles of one image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int most = Math.Min(MostTiles, Pass.Tiles), sources = Pass.SourceChannels, results = Pass.ResultChannels;
        long valueStep = (long)most * sources + 64, productStep = (long)most * results + 64; // not a multiple of what a cache's sets repeat after
        using Scratch memory = Scratch.Rent(Winograd.Points * (valueStep + productStep) + WinogradWindow.Length);
        float* values = memory.Pointer, products = values + Winograd.Points * valueStep, window = products + Winograd.Points * productStep;
        int across = Winograd.Tiles(Pass.ResultWidth);
        for (int item = _from; item < _to; item++)
        {
            int image = BatchLanes.FirstSingle(Pass.Batch) + item / _groups, part = item % _groups, first = Pass.Tiles * part / _groups, count = Pass.Tiles * (part + 1) / _groups - first;
            for (int t = 0; t < count; t++)
                ToPoints<TV, TS>(Pass, image, (first + t) / across * Winograd.Tile - Pass.Top, (first + t) % across * Winograd.Tile - Pass.Left, window, values + (long)t * sources, valueStep);
            Multiply(values, valueStep, products, productStep, count);
            for (int t = 0; t < count; t++)
                ToResults<TV, TS>(image, (first + t) / across * Winograd.Tile, (first + t) % across * Winograd.Tile, products + (long)t * results, productStep, window);
        }
    }

    /// <summary>The window whose first pixel is (top, left).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPoints<TV, TS>(in WinogradPass pass, int image, int top, int left, float* memory, float* values, long valueStep) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = pass.SourceChannels;
        WinogradWindow window = new()
        {
            Source = pass.Source + (long)image * pass.SourceHeight * pass.SourceWidth * channels, Height = pass.SourceHeight, Width = pass.SourceWidth, Top = top, Left = left,
            Pixel = channels, Memory = memory, ValueStep = valueStep,
        };
        window.Clear();
        for (int c = 0; c < channels; c += WinogradWindow.Run) window.ToPoints<TV, TS>(c, 0, 1, Math.Min(WinogradWindow.Run, channels - c), values + c, 0, 0);
    }

    /// <summary>At each point: products [tile][result channel] = [tile][source channel] times weights.</summary>
    private readonly void Multiply(float* values, long valueStep, float* products, long productStep, int tiles)
    {
        long none = 0;
        TapGemm gemm = new()
        {
            A = values, B = Pass.Weights, C = products, Begin = SumStart.Zero, TapsA = &none, TapsB = &none, Taps = 1, Depth = Pass.SourceChannels,
            ARow = Pass.SourceChannels, AStep = 1, BStep = Pass.ResultChannels, CRow = Pass.ResultChannels,
        };
        for (int point = 0; point < Winograd.Points; point++)
        {
            TapGemm.Run(gemm, tiles, Pass.ResultChannels);
            gemm.A += valueStep;
            gemm.B += WinogradWeights.PointStep(Pass.SourceChannels, Pass.ResultChannels);
            gemm.C += productStep;
        }
    }

    /// <summary>The tile whose first pixel is (top, left): along the rows of points, then down to the result. What lies beyond the image's edge is not kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ToResults<TV, TS>(int image, int top, int left, float* products, long productStep, float* window) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = Pass.ResultChannels, rows = Pass.ResultHeight - top, across = Math.Min(Winograd.Tile, Pass.ResultWidth - left);
        long row = (long)Pass.ResultWidth * channels;
        float* result = Pass.Result + (long)image * Pass.ResultHeight * row + top * row + (long)left * channels, spare = window + Winograd.Points * WinogradWindow.Run;
        for (int o = 0; o < channels; o += WinogradWindow.Run)
        {
            int run = Math.Min(WinogradWindow.Run, channels - o);
            for (int r = 0; r < Winograd.Window; r++)
                WinogradLines.ToResults<TV, TS>(new(products + r * Winograd.Window * productStep + o, productStep), window + r * Winograd.Tile * WinogradWindow.Run, WinogradWindow.Run, run);
            for (int q = 0; q < across; q++)
            {
                float* first = result + (long)q * channels + o;
                SixPlaces places = new() { P0 = first, P1 = rows > 1 ? first + row : spare, P2 = rows > 2 ? first + 2 * row : spare, P3 = rows > 3 ? first + 3 * row : spare };
                WinogradLines.ToResults<TV, TS>(new(window + q * WinogradWindow.Run, Winograd.Tile * WinogradWindow.Run), places, 0, Pass.Bias == null ? null : Pass.Bias + o, Pass.Relu, run);
            }
        }
    }
}
