using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution;

/// <summary>A rectangle of output pixels of a wide block, whose share of a weight gradient is added tile by tile: see <see cref="Conv2dWeightDots"/>.</summary>
internal unsafe struct DotRectangle
{
    /// <summary>Input channels of which a tile's columns are made without taking kernel columns together.</summary>
    private const int LeastColumns = 4;

    /// <summary>What comes next is fetched in this many shares, one a run of taps, of so many rows each.</summary>
    private const int AheadShares = 3, AheadRows = 3;

    /// <summary>The convolution.</summary>
    public Conv2dGeometry G;

    /// <summary>Its output rows and columns.</summary>
    public TapAxis Rows, Columns;

    /// <summary>The block's dy from the group's first output channel on, and x from the item's first input channel on.</summary>
    public float* Dy, X;

    /// <summary>Images of the block.</summary>
    public int Width;

    /// <summary>Input channels that are taken.</summary>
    public int Inputs;

    /// <summary>The rectangle, ends excluded.</summary>
    public int Top, Bottom, Left, Right;

    /// <summary>Room for the dy of a tile, [pixel][8][width], where it is packed: pixels lie kilobytes apart, often at powers of two, of which a cache holds few;
    /// side by side they stay in L1 for all taps.</summary>
    public float* Packed;

    private TapRun* _runs;
    private int _count;

    /// <summary>Pixels that see one run of taps.</summary>
    private struct TapRun
    {
        public long* Dy, X;
        public int Pixels, Tap, Columns;
    }

    /// <summary>Working memory of a rectangle, in floats: its pixels for every tap, or every kernel row.</summary>
    public static long Memory(in Conv2dGeometry g, int pixels)
    {
        long runs = (long)g.Kernel.Height * (HasRuns(g) ? pixels : g.Kernel.Width);
        return runs * (sizeof(TapRun) / sizeof(float)) + g.Kernel.Height * (long)(HasRuns(g) ? 1 : g.Kernel.Width) * pixels * 4;
    }

    /// <summary>Whether a tile's dy is packed; with a lone input channel it is used so little that it stays in its place.</summary>
    public static bool Packs(in Conv2dGeometry g) => g.InChannelsPerGroup > 1;

    /// <summary>Whether neighbouring kernel columns go together as columns of a tile: channels alone would be too few.</summary>
    private static bool HasRuns(in Conv2dGeometry g) => g.InChannelsPerGroup == 1 || (g.InChannelsPerGroup < LeastColumns && g.Groups == 1 && g.Dilation.Width == 1);

    /// <summary>Lists the pixels of each tap, or of each run of taps in a kernel row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void List(float* memory)
    {
        _runs = (TapRun*)memory;
        _count = 0;
        bool runs = HasRuns(G);
        long* lists = (long*)(_runs + (long)G.Kernel.Height * (runs ? (Bottom - Top) * (Right - Left) : G.Kernel.Width));
        for (int u = 0; u < G.Kernel.Height; u++)
            if (runs)
                for (int j = Left, end; j < Right; j = end)
                {
                    end = Math.Min(Columns.End(j), Right);
                    if (Columns.Count(j) > 0) lists = Add(lists, u, Columns.First(j), Columns.Count(j), j, end);
                }
            else
                for (int v = 0; v < G.Kernel.Width; v++)
                {
                    (int from, int to) = (Left, Right);
                    while (from < to && !Columns.Sees(from, v)) from++;
                    while (from < to && !Columns.Sees(to - 1, v)) to--;
                    if (from < to) lists = Add(lists, u, v, 1, from, to);
                }
    }

    private long* Add(long* lists, int u, int v, int taps, int from, int to)
    {
        TapRun run = new() { Dy = lists, X = lists + (Bottom - Top) * (to - from), Tap = u * G.Kernel.Width + v, Columns = taps * Inputs };
        bool packs = Packs(G);
        int left = packs ? Left : 0, top = packs ? Top : 0, width = packs ? Right - Left : G.OutWidth;
        long pixel = (packs ? TapDot.MostRows : (long)G.OutChannels) * Width, input = (long)G.InChannels * Width, step = G.Stride.Width * input;
        for (int i = Top; i < Bottom; i++)
        {
            if (!Rows.Sees(i, u)) continue;
            int h = i * G.Stride.Height - G.Padding.Top + u * G.Dilation.Height, w = from * G.Stride.Width - G.Padding.Left + v * G.Dilation.Width;
            long dy = pixel * ((i - top) * (long)width + from - left), x = ((long)h * G.InWidth + w) * input;
            for (int j = from; j < to; j++, dy += pixel, x += step)
            {
                run.Dy[run.Pixels] = dy;
                run.X[run.Pixels++] = x;
            }
        }
        if (run.Pixels == 0) return lists;
        _runs[_count++] = run;
        return run.X + run.Pixels;
    }

    /// <summary>Adds to the sums of a tile's output channels, [tap][c][o][16] from the first of them on, <paramref name="outputs"/> o in a row.</summary>
    /// <param name="firstOutput">The first output channel.</param>
    /// <param name="rows">How many.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="outputs">Output channels in the sums.</param>
    /// <param name="bias">Sums of dy alone, [o][16]; null: not wanted.</param>
    /// <param name="ahead">How far away, in floats, lies the dy that comes next, which is fetched meanwhile: pixels lie kilobytes apart, and no processor foresees it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void AddTile(int firstOutput, int rows, float* sums, int outputs, float* bias, long ahead)
    {
        float* dy = Dy + (long)firstOutput * Width;
        bool packs = Packs(G);
        if (packs)
        {
            Packing packing = new() { Rectangle = this, Dy = dy, Rows = rows, Sums = bias };
            Simd.Dispatch(ref packing);
        }
        TapDot dot = new()
        {
            A = packs ? Packed : dy, B = X, ARow = Width, Vectors = Width / TapDot.Lanes, CColumn = outputs * TapDot.Lanes,
            BColumn = G.InChannelsPerGroup == 1 ? (long)G.Dilation.Width * G.InChannels * Width : Width,
        };
        for (int i = 0; i < _count; i++)
        {
            dot.TapsA = _runs[i].Dy;
            dot.TapsB = _runs[i].X;
            dot.Taps = _runs[i].Pixels;
            dot.C = sums + (long)_runs[i].Tap * Inputs * dot.CColumn;
            dot.Ahead = packs || ahead == 0 ? 0 : ahead + i % AheadShares * AheadRows * Width;
            TapDot.Run(dot, rows, _runs[i].Columns);
        }
        if (packs || bias == null) return;
        Summing summing = new() { Rectangle = this, Dy = dy, Rows = rows, Sums = bias }; // dy is in L1 now
        Simd.Dispatch(ref summing);
    }

    /// <summary>Copies a tile's dy, and adds it up on the way: it is the gradient of the bias.</summary>
    private struct Packing : ISimdWork
    {
        public DotRectangle Rectangle;
        public float* Dy, Sums;
        public int Rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int width = Rectangle.Width;
            long pixel = (long)Rectangle.G.OutChannels * width;
            float* to = Rectangle.Packed;
            for (int i = Rectangle.Top; i < Rectangle.Bottom; i++)
            {
                float* from = Dy + ((long)i * Rectangle.G.OutWidth + Rectangle.Left) * pixel;
                for (int j = Rectangle.Left; j < Rectangle.Right; j++, from += pixel, to += TapDot.MostRows * width)
                    if (Sums == null) Unsafe.CopyBlockUnaligned(to, from, (uint)(Rows * width * sizeof(float)));
                    else
                        for (int row = 0; row < Rows; row++)
                            for (int lane = 0; lane < TapDot.Lanes; lane += TS.Count)
                            {
                                TV sum = TS.Load(Sums + row * TapDot.Lanes + lane);
                                for (int n = row * width + lane; n < (row + 1) * width; n += TapDot.Lanes)
                                {
                                    TV value = TS.Load(from + n);
                                    TS.Store(value, to + n);
                                    sum = TS.Add(sum, value);
                                }
                                TS.Store(sum, Sums + row * TapDot.Lanes + lane);
                            }
            }
        }
    }

    /// <summary>Adds a tile's dy up in its place, for the gradient of the bias.</summary>
    private struct Summing : ISimdWork
    {
        public DotRectangle Rectangle;
        public float* Dy, Sums;
        public int Rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int row = 0;
            for (; row + 4 <= Rows; row += 4)
                for (int lane = 0; lane < TapDot.Lanes; lane += TS.Count) Four<TV, TS>(row, lane);
            for (; row < Rows; row++)
                for (int lane = 0; lane < TapDot.Lanes; lane += TS.Count) One<TV, TS>(row, lane);
        }

        /// <summary>Four rows at a time: one sum alone would wait for itself.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Four<TV, TS>(int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int width = Rectangle.Width, across = Rectangle.Right - Rectangle.Left;
            long pixel = (long)Rectangle.G.OutChannels * width;
            float* sums = Sums + row * TapDot.Lanes + lane;
            TV a = TS.Load(sums), b = TS.Load(sums + TapDot.Lanes), c = TS.Load(sums + 2 * TapDot.Lanes), d = TS.Load(sums + 3 * TapDot.Lanes);
            for (int i = Rectangle.Top; i < Rectangle.Bottom; i++)
            {
                float* from = Dy + ((long)i * Rectangle.G.OutWidth + Rectangle.Left) * pixel + row * width + lane;
                for (int j = across; j > 0; j--, from += pixel)
                    for (float* at = from, end = from + width; at < end; at += TapDot.Lanes)
                    {
                        a = TS.Add(a, TS.Load(at));
                        b = TS.Add(b, TS.Load(at + width));
                        c = TS.Add(c, TS.Load(at + 2 * width));
                        d = TS.Add(d, TS.Load(at + 3 * width));
                    }
            }
            TS.Store(a, sums);
            TS.Store(b, sums + TapDot.Lanes);
            TS.Store(c, sums + 2 * TapDot.Lanes);
            TS.Store(d, sums + 3 * TapDot.Lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void One<TV, TS>(int row, int lane) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int width = Rectangle.Width;
            long pixel = (long)Rectangle.G.OutChannels * width;
            TV sum = TS.Load(Sums + row * TapDot.Lanes + lane);
            for (int i = Rectangle.Top; i < Rectangle.Bottom; i++)
            {
                float* from = Dy + ((long)i * Rectangle.G.OutWidth + Rectangle.Left) * pixel + row * width + lane;
                for (int j = Rectangle.Left; j < Rectangle.Right; j++, from += pixel)
                    for (int n = 0; n < width; n += TapDot.Lanes) sum = TS.Add(sum, TS.Load(from + n));
            }
            TS.Store(sum, Sums + row * TapDot.Lanes + lane);
        }
    }
}
