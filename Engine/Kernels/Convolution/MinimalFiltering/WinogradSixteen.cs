using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>A group of <see cref="WinogradPass"/> with sixteen channels on both sides, sixteen lanes at a time: 36 points of sixteen channels are 36 KB, which go to their points,
/// are multiplied and taken back in place, without leaving L1. The bits of the other way.</summary>
internal readonly unsafe struct WinogradSixteen
{
    /// <summary>Channels on both sides, lanes that go together, and floats of a point.</summary>
    private const int Channels = 16, Lanes = 16, Point = Channels * Lanes;

    /// <summary>Zeros for rows outside the image: as far as the channels of a full block reach.</summary>
    private const int Spare = Channels * BatchLanes.FullWidth;

    private readonly WinogradGroup _group;
    private readonly WinogradAhead _ahead;
    private readonly float* _points, _zeros, _spare;

    /// <param name="group">The group.</param>
    /// <param name="next">The one after it: what it reads and where it writes is asked for meanwhile.</param>
    /// <param name="memory"><see cref="Memory"/> floats.</param>
    public WinogradSixteen(in WinogradGroup group, in WinogradGroup next, float* memory)
    {
        (_group, _ahead) = (group, new WinogradAhead(next, next));
        _points = memory;
        _zeros = memory + Winograd.Points * Point;
        _spare = _zeros + Spare;
    }

    /// <summary>Floats that a group needs.</summary>
    public static long Memory => Winograd.Points * Point + 2 * Spare;

    /// <summary>Whether a group can go this way: its products take 16 accumulators, and as many registers beside them.</summary>
    public static bool Suits(in WinogradGroup group) => Avx512F.IsSupported && group.Pass.SourceChannels == Channels && group.Pass.ResultChannels == Channels && group.Results == Channels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        int across = Winograd.Tiles(_group.Pass.ResultWidth), parts = _group.Columns / Lanes, step = 0;
        new Span<float>(_zeros, Spare).Clear();
        for (int t = _group.FirstTile; t < _group.FirstTile + _group.Tiles; t++)
            for (int lane = _group.FirstLane; lane < _group.FirstLane + _group.Lanes; lane += Lanes)
            {
                ToPoints(t / across * Winograd.Tile - _group.Pass.Top, t % across * Winograd.Tile - _group.Pass.Left, lane);
                for (int point = 0; point < Winograd.Points; point++, step++)
                {
                    if (step % parts == 0) _ahead.Fetch(step / parts);
                    Tile16x1(_group.Pass.Weights + point * WinogradWeights.PointStep(Channels, Channels), _points + point * Point);
                }
                ToResults(t / across * Winograd.Tile, t % across * Winograd.Tile, lane);
            }
    }

    /// <summary>The window whose first pixel is (top, left): down its columns, then along the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToPoints(int top, int left, int lane)
    {
        int height = _group.Pass.SourceHeight, width = _group.Pass.SourceWidth;
        long pixel = (long)Channels * _group.Block.Width, row = width * pixel;
        float* image = _group.Pass.Source + _group.Block.Start(height * (long)width * Channels) + lane;
        for (int q = 0; q < Winograd.Window; q++)
        {
            bool inside = (uint)(left + q) < (uint)width;
            float* first = image + (left + q) * pixel + top * row;
            SixPlaces pixels = new()
            {
                P0 = inside && (uint)top < (uint)height ? first : _zeros,
                P1 = inside && (uint)(top + 1) < (uint)height ? first + row : _zeros,
                P2 = inside && (uint)(top + 2) < (uint)height ? first + 2 * row : _zeros,
                P3 = inside && (uint)(top + 3) < (uint)height ? first + 3 * row : _zeros,
                P4 = inside && (uint)(top + 4) < (uint)height ? first + 4 * row : _zeros,
                P5 = inside && (uint)(top + 5) < (uint)height ? first + 5 * row : _zeros,
            };
            WinogradLines.ToPoints<Vector512<float>, Simd512>(pixels, _group.Block.Width, _points + q * Point, Winograd.Window * Point, Lanes, Channels, Lanes);
        }
        for (int r = 0; r < Winograd.Window; r++)
        {
            float* points = _points + r * Winograd.Window * Point;
            WinogradLines.ToPoints<Vector512<float>, Simd512>(new(points, Point), Point, points, Point, Point, 1, Point);
        }
    }

    /// <summary>The tile whose first pixel is (top, left): along the rows of points, then down to the results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToResults(int top, int left, int lane)
    {
        for (int r = 0; r < Winograd.Window; r++)
        {
            float* points = _points + r * Winograd.Window * Point;
            WinogradLines.ToResults<Vector512<float>, Simd512>(new(points, Point), points, Point, Point);
        }
        int height = _group.Pass.ResultHeight, width = _group.Pass.ResultWidth, rows = Math.Min(Winograd.Tile, height - top), across = Math.Min(Winograd.Tile, width - left);
        long pixel = (long)Channels * _group.Block.Width, row = width * pixel;
        float* result = _group.Pass.Result + _group.Block.Start(height * (long)width * Channels) + top * row + left * pixel + lane;
        for (int q = 0; q < across; q++, result += pixel)
        {
            SixPlaces places = new() { P0 = result, P1 = rows > 1 ? result + row : _spare, P2 = rows > 2 ? result + 2 * row : _spare, P3 = rows > 3 ? result + 3 * row : _spare };
            for (int o = 0; o < Channels; o++)
            {
                float bias = _group.Pass.Bias == null ? 0 : _group.Pass.Bias[o];
                WinogradLines.ToResults<Vector512<float>, Simd512>(new(_points + q * Point + o * Lanes, Winograd.Window * Point), places, bias, null, _group.Pass.Relu, Lanes);
                places.P0 += _group.Block.Width;
                places.P1 += _group.Block.Width;
                places.P2 += _group.Block.Width;
                places.P3 += _group.Block.Width;
            }
            if (_group.Pass.Rectified == null) continue;
            ReluGradientPiece piece = new() { Dy = result, Y = _group.Pass.Rectified + (result - _group.Pass.Result), Count = Lanes };
            piece.Run<Vector512<float>, Simd512>(rows, row, Channels, _group.Block.Width);
        }
    }

    /// <summary>A point: sixteen result channels from sixteen source channels, in place. Weights are panels of 6, 5 and 5 rows (<see cref="Products.TapPanels"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile16x1(float* weights, float* point)
    {
        float* w = weights, v = weights + 6 * Channels, u = weights + 11 * Channels, from = point;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> c8 = default, c9 = default, c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default;
        for (int k = 0; k < Channels; k += 2, w += 12, v += 10, u += 10, from += 2 * Lanes)
        {
            Vector512<float> x = Vector512.Load(from);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(w[0]), x, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(w[1]), x, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(w[2]), x, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(w[3]), x, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(w[4]), x, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(w[5]), x, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(v[0]), x, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(v[1]), x, c7);
            c8 = Vector512.FusedMultiplyAdd(Vector512.Create(v[2]), x, c8);
            c9 = Vector512.FusedMultiplyAdd(Vector512.Create(v[3]), x, c9);
            c10 = Vector512.FusedMultiplyAdd(Vector512.Create(v[4]), x, c10);
            c11 = Vector512.FusedMultiplyAdd(Vector512.Create(u[0]), x, c11);
            c12 = Vector512.FusedMultiplyAdd(Vector512.Create(u[1]), x, c12);
            c13 = Vector512.FusedMultiplyAdd(Vector512.Create(u[2]), x, c13);
            c14 = Vector512.FusedMultiplyAdd(Vector512.Create(u[3]), x, c14);
            c15 = Vector512.FusedMultiplyAdd(Vector512.Create(u[4]), x, c15);
            x = Vector512.Load(from + 16);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(w[6]), x, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(w[7]), x, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(w[8]), x, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(w[9]), x, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(w[10]), x, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(w[11]), x, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(v[5]), x, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(v[6]), x, c7);
            c8 = Vector512.FusedMultiplyAdd(Vector512.Create(v[7]), x, c8);
            c9 = Vector512.FusedMultiplyAdd(Vector512.Create(v[8]), x, c9);
            c10 = Vector512.FusedMultiplyAdd(Vector512.Create(v[9]), x, c10);
            c11 = Vector512.FusedMultiplyAdd(Vector512.Create(u[5]), x, c11);
            c12 = Vector512.FusedMultiplyAdd(Vector512.Create(u[6]), x, c12);
            c13 = Vector512.FusedMultiplyAdd(Vector512.Create(u[7]), x, c13);
            c14 = Vector512.FusedMultiplyAdd(Vector512.Create(u[8]), x, c14);
            c15 = Vector512.FusedMultiplyAdd(Vector512.Create(u[9]), x, c15);
        }
        c0.Store(point); c1.Store(point + 16); c2.Store(point + 32); c3.Store(point + 48);
        c4.Store(point + 64); c5.Store(point + 80); c6.Store(point + 96); c7.Store(point + 112);
        c8.Store(point + 128); c9.Store(point + 144); c10.Store(point + 160); c11.Store(point + 176);
        c12.Store(point + 192); c13.Store(point + 208); c14.Store(point + 224); c15.Store(point + 240);
    }
}
