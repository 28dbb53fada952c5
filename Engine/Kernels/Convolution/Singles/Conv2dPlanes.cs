using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Single images whose weights would cost more to pack than to use: pixels are the lanes, those of one image after the other, and the weights are read as the user
/// has them. For this each channel of the source becomes a plane, or one for each distance modulo the stride, so that a tap is the same shift for every pixel.</summary>
/// <remarks>Every sum runs over kernel rows, kernel columns, source channels, of taps inside the source only: the bits of wide blocks. An item is some images.</remarks>
internal unsafe struct Conv2dPlanes : IWorkBody
{
    /// <summary>Multiply-adds in an item, at least.</summary>
    private const int PieceSize = 60_000;

    /// <summary>Lanes in an item, at least: two of the widest vectors, for which there is a tile.</summary>
    public const int PieceLanes = 32;

    /// <summary>Multiply-adds from which the channels of a lone item are cut into parts, and parts at most. Each turns the source for itself, unless the same thread just did.</summary>
    private const int PartSize = 100_000, MostParts = 4;

    /// <summary>Lanes of the widest vectors.</summary>
    private const int Lanes = 16;

    private readonly Conv2dPass _pass;
    private readonly bool _toInputs;
    private readonly float* _weights, _masks;
    private readonly long _row, _step, _plane, _channel;
    private readonly PlaneAxis _down, _across;
    private readonly int _images, _together, _parts, _pitch, _height;

    /// <summary>Prepares a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="weights">[O, C, kH, kW].</param>
    /// <param name="toInputs">Whether it computes the input's gradient.</param>
    public Conv2dPlanes(in Conv2dPass pass, float* weights, bool toInputs)
        : this(pass, weights, toInputs, memory: null)
    {
    }

    /// <summary>The same with lists of taps and masks in <see cref="Memory"/> floats, or without.</summary>
    private Conv2dPlanes(in Conv2dPass pass, float* weights, bool toInputs, float* memory)
    {
        _pass = pass;
        _weights = weights;
        _toInputs = toInputs;
        long taps = (long)pass.Kernel.Height * pass.Kernel.Width;
        (_row, _step) = toInputs ? (taps, taps * pass.ResultGroup) : (taps * pass.SourceGroup, taps);
        (_pitch, _height) = (Extent(pass.Columns, pass.SourceWidth), Extent(pass.Rows, pass.SourceHeight));
        _images = BatchLanes.Singles(pass.Batch);
        _together = Together(pass);
        _parts = _together < _images || pass.ResultGroup % PlaneTaps.Rows != 0 ? 1 : (int)Math.Clamp(_images * PerImage(pass) / PartSize, 1, Math.Min(MostParts, pass.ResultGroup / PlaneTaps.Rows));
        _plane = (long)_together * _pitch * _height;
        _channel = ((pass.Rows.Move * pass.Columns.Move * _plane + PlaneTurn.Spill + Lanes - 1) / Lanes | 1) * Lanes; // an odd number of cache lines: channels do not share sets
        if (memory == null) return;
        _down = new PlaneAxis(pass.Rows, pass.Kernel.Height, _pitch, pass.Columns.Move * _plane, memory);
        memory += PlaneAxis.Memory(pass.Rows, pass.Kernel.Height);
        _across = new PlaneAxis(pass.Columns, pass.Kernel.Width, 1, _plane, memory);
        _masks = memory + PlaneAxis.Memory(pass.Columns, pass.Kernel.Width);
        Mask();
    }

    /// <summary>Number of items.</summary>
    public readonly int Items => (_images + _together - 1) / _together * _parts;

    /// <summary>Floats of lists and masks.</summary>
    private static long Memory(in Conv2dPass pass)
    {
        long lanes = Filled((long)Together(pass) * Extent(pass.Columns, pass.SourceWidth) * Extent(pass.Rows, pass.SourceHeight));
        return PlaneAxis.Memory(pass.Rows, pass.Kernel.Height) + PlaneAxis.Memory(pass.Columns, pass.Kernel.Width) + (pass.Rows.Phase * pass.Kernel.Height + pass.Columns.Phase * pass.Kernel.Width) * lanes;
    }

    /// <summary>Positions of a plane in one direction: those of the result of a phase, or those of the source, whichever are more.</summary>
    private static int Extent(in TapAxis axis, int source) => Math.Max((axis.Length + axis.Phase - 1) / axis.Phase, (source + axis.Move - 1) / axis.Move);

    private static long Filled(long lanes) => (lanes + PieceLanes - 1) / PieceLanes * PieceLanes;

    /// <summary>Images of an item.</summary>
    private static int Together(in Conv2dPass pass)
    {
        int images = BatchLanes.Singles(pass.Batch), pixels = pass.Rows.Length * pass.Columns.Length;
        if (images == 1) return 1;
        int most = (int)Math.Clamp(Math.Max(PieceSize / Math.Max(1, PerImage(pass)), PieceLanes / pixels), 1, images), items = (images + most - 1) / most;
        return (images + items - 1) / items;
    }

    /// <summary>Multiply-adds of an image.</summary>
    private static long PerImage(in Conv2dPass pass) => (long)pass.Rows.Length * pass.Columns.Length * pass.ResultGroup * pass.SourceGroup * pass.Kernel.Height * pass.Kernel.Width / (pass.Rows.Phase * pass.Columns.Phase);

    /// <summary>Writes which lanes see the taps that not all of them do.</summary>
    private readonly void Mask()
    {
        float* mask = _masks;
        long image = (long)_pitch * _height;
        for (int phase = 0; phase < _down.Phases; phase++)
        {
            PlaneTap* taps = _down.Taps(phase, out int count);
            for (int i = 0, last = _down.Count(phase) - 1; i < count; i++)
            {
                if (taps[i].Low == 0 && taps[i].High == last) continue;
                new Span<float>(mask, (int)image).Clear();
                new Span<float>(mask + (long)taps[i].Low * _pitch, (taps[i].High - taps[i].Low + 1) * _pitch).Fill(1);
                Repeat(mask, image, _plane);
                taps[i].Mask = mask;
                mask += Filled(_plane);
            }
        }
        for (int phase = 0; phase < _across.Phases; phase++)
        {
            PlaneTap* taps = _across.Taps(phase, out int count);
            for (int i = 0, last = _across.Count(phase) - 1; i < count; i++)
            {
                if (taps[i].Low == 0 && taps[i].High == last) continue;
                for (int b = 0; b < _pitch; b++) mask[b] = b >= taps[i].Low && b <= taps[i].High ? 1 : 0;
                Repeat(mask, _pitch, _plane);
                taps[i].Mask = mask;
                mask += Filled(_plane);
            }
        }
    }

    /// <summary>The first floats again and again.</summary>
    private static void Repeat(float* to, long length, long total)
    {
        for (long more; length < total; length += more)
        {
            more = Math.Min(length, total - length);
            Unsafe.CopyBlockUnaligned(to + length, to, (uint)(more * sizeof(float)));
        }
    }

    public readonly void Run(int from, int to)
    {
        using Scratch axes = Scratch.Rent(_pass.AxesMemory), lists = Scratch.Rent(Memory(_pass)); // made by each thread for itself: fetching what another core has just written takes longer
        Conv2dPlanes all = new(_pass.Own(axes.Pointer), _weights, _toInputs, lists.Pointer);
        Item item = new() { All = &all };
        long slack = _plane + PieceLanes;
        using Scratch memory = Scratch.Rent(_pass.SourceGroup * _channel + 2 * slack);
        item.Planes = memory.Pointer + slack; // a tap's shift may lead outside, at lanes that do not see it
        for (int turned = -1; from < to; from++)
        {
            int first = from / _parts * _together;
            (item.First, item.Count, item.Part) = (BatchLanes.FirstSingle(_pass.Batch) + first, Math.Min(_together, _images - first), from % _parts);
            if (first != turned) Turn(item.First, item.Count, item.Planes);
            turned = first;
            Simd.Dispatch(ref item);
        }
    }

    /// <summary>Some images, or some of their channels.</summary>
    private struct Item : ISimdWork
    {
        public Conv2dPlanes* All;
        public float* Planes;
        public int First, Count, Part;

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV> => All->Images<TV, TS>(First, Count, Part, Planes);
    }

    private readonly void Images<TV, TS>(int first, int count, int part, float* planes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        PlaneTaps tile = new() { KernelWidth = _pass.Kernel.Width, Planes = planes, Channel = _channel, Channels = _pass.SourceGroup, Row = _row, Step = _step, Relu = _pass.Relu };
        for (int i = 0; i < _down.Phases; i++)
            for (int j = 0; j < _across.Phases; j++)
            {
                tile.Down = _down.Taps(i, out tile.DownTaps);
                tile.Across = _across.Taps(j, out tile.AcrossTaps);
                Phase<TV, TS>(tile, _pass.Result + first * _pass.ResultFeatures, count, part, i, j);
            }
    }

    /// <summary>The source of some images to planes [channel][row mod Move][column mod Move][image][row][column].</summary>
    private readonly void Turn(int first, int count, float* planes)
    {
        int channels = _pass.SourceGroup, across = _pass.Columns.Move, down = _pass.Rows.Move, width = _pass.SourceWidth, height = _pass.SourceHeight;
        long image = (long)_pitch * _height;
        for (int i = 0; i < down; i++)
            for (int j = 0; j < across; j++, planes += _plane)
                for (int n = 0; n < count; n++)
                {
                    float* source = _pass.Source + (first + n) * _pass.SourceFeatures, to = planes + n * image;
                    if (_pitch == width && down == 1 && across == 1)
                        PlaneTurn.ToPlanes(source, channels, 1, height * width, to, _channel);
                    else if (channels == 1 && across == 2)
                        PlaneTurn.EverySecond(source + (long)i * width, (long)down * width, (height - i + down - 1) / down, j, (width - j + 1) / 2, to, _pitch);
                    else
                        for (int h = i; h < height && j < width; h += down, to += _pitch)
                            PlaneTurn.ToPlanes(source + ((long)h * width + j) * channels, channels, across, (width - j + across - 1) / across, to, _channel);
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Phase<TV, TS>(PlaneTaps tile, float* result, int images, int part, int top, int left) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int channels = _pass.ResultGroup, rows = _down.Count(top), columns = _across.Count(left), lanes = (int)((images - 1) * _pitch * _height) + (rows - 1) * _pitch + columns, width;
        long down = (long)_pass.Rows.Phase * _pass.Columns.Length * channels, step = (long)_pass.Columns.Phase * channels, image = (long)_pitch * _height;
        bool isDense = _pass.Rows.Phase == 1 && _pass.Columns.Phase == 1 && _pitch == columns && _height == rows;
        float* sums = stackalloc float[PlaneTaps.Rows * PlaneTaps.Pitch + PlaneTurn.Spill];
        result += ((long)top * _pass.Columns.Length + left) * channels;
        for (int eights = (channels + PlaneTaps.Rows - 1) / PlaneTaps.Rows, eight = eights * part / _parts; eight < eights * (part + 1) / _parts; eight++)
        {
            int c = Math.Min(eight * PlaneTaps.Rows, channels - PlaneTaps.Rows); // the last eight, some of them once more
            float* weights = _weights + c * _row, init = _pass.Bias == null ? null : _pass.Bias + c;
            for (int lane = 0; lane < lanes; lane += width)
            {
                width = TS.Count == Lanes && lane + Lanes < lanes ? 2 * TS.Count : TS.Count;
                int n = images == 1 ? 0 : (int)(lane / image), end = Math.Min(lanes, lane + width), at = (int)(lane - n * image);
                int from = at / _pitch, last = end - (int)(n * image) - 1;
                (tile.From, tile.To) = last < image ? (from, Math.Min(last / _pitch, rows - 1)) : (0, rows - 1);
                if (tile.From > tile.To) continue; // rows beyond the result
                if (width > TS.Count) PlanePair.Tile8x2<TV, TS>(tile, weights, init, lane, sums);
                else PlaneTile.Tile8x1<TV, TS>(tile, weights, init, lane, sums);
                if (isDense)
                {
                    for (int l = lane; l < end; l += 8) PlaneTurn.FromPlanes(sums + l - lane, result + (long)l * channels + c, channels, Math.Min(8, end - l));
                    continue;
                }
                for (int l = lane, b = at - from * _pitch, more; l < end; l += more, b = 0, from++)
                {
                    if (from == _height) (from, n) = (0, n + 1);
                    more = Math.Min(_pitch - b, end - l);
                    int pixels = from < rows ? Math.Min(more, columns - b) : 0;
                    float* to = result + n * _pass.ResultFeatures + from * down + b * step + c;
                    for (int p = 0; p < pixels; p += 8) PlaneTurn.FromPlanes(sums + l - lane + p, to + p * step, step, Math.Min(8, pixels - p));
                }
            }
        }
    }
}
