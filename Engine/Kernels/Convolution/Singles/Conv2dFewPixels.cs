using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>Single images of few pixels and many weights: to pack the weights takes longer than to use them. Each item packs those of some channels of the result, which it
/// finds in its L1 when it multiplies, four pixels at a time, wherever these lie and whatever they see.</summary>
/// <remarks>Channels are the lanes. Every sum runs over kernel rows, kernel columns, source channels; a pixel that does not see a tap gets back the sum it had before.</remarks>
internal unsafe struct Conv2dFewPixels : IWorkBody
{
    /// <summary>Channels of the result in an item: two of the widest vectors, which four pixels need for eight sums to be under way. And pixels of a tile.</summary>
    private const int Channels = 32, Rows = PixelTile.Rows;

    /// <summary>Pixels up to which it pays: those of one image, or of several, which otherwise see the same taps. And the weights from which on.</summary>
    private const int MostPixels = 16, MostPixelsOfMany = 8, FewestWeights = 4_000;

    private Conv2dPass _pass;
    private PixelTap* _taps;
    private readonly float* _weights;
    private readonly bool _toInputs;
    private readonly int _pixels, _area;

    /// <summary>Prepares a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="weights">[O, C, kH, kW].</param>
    /// <param name="toInputs">Whether it computes the input's gradient.</param>
    public Conv2dFewPixels(in Conv2dPass pass, float* weights, bool toInputs)
    {
        _pass = pass;
        _weights = weights;
        (_toInputs, _area, _pixels) = (toInputs, pass.Kernel.Height * pass.Kernel.Width, pass.Batch * pass.Rows.Length * pass.Columns.Length);
    }

    /// <summary>Number of items.</summary>
    public readonly int Items => _pass.ResultGroup / Channels;

    /// <summary>Whether a batch goes this way.</summary>
    public static bool Suits(in Conv2dGeometry g, bool toInputs)
    {
        int pixels = toInputs ? g.InHeight * g.InWidth : g.OutHeight * g.OutWidth;
        return g.Batch < BatchLanes.Step && g.Groups == 1 && (toInputs ? g.InChannels : g.OutChannels) % Channels == 0 && (long)g.Batch * pixels <= (g.Batch == 1 ? MostPixels : MostPixelsOfMany)
            && g.WeightShape.Count >= FewestWeights && !(toInputs && Conv2dInputColumns.Suits(g));
    }

    /// <summary>Floats of the lists of taps.</summary>
    private readonly long Memory => (long)(_pixels + Rows - 1) / Rows * _area * sizeof(PixelTap) / sizeof(float);

    private readonly void List(int first, PixelTap* taps)
    {
        for (int t = 0; t < _area; t++) taps[t] = new() { SeesAll = true };
        int columns = _pass.Columns.Length, plane = _pass.Rows.Length * columns;
        for (int r = 0; r < Rows; r++)
        {
            int pixel = Math.Min(first + r, _pixels - 1), n = pixel / plane, i = (pixel - n * plane) / columns, j = pixel - n * plane - i * columns;
            long image = n * _pass.SourceFeatures;
            for (int a = 0; a < _pass.Rows.Count(i); a++)
                for (int b = 0; b < _pass.Columns.Count(j); b++)
                {
                    PixelTap* tap = taps + (_pass.Rows.First(i) + a * _pass.Rows.TapStep) * _pass.Kernel.Width + _pass.Columns.First(j) + b * _pass.Columns.TapStep;
                    int row = _pass.Rows.Source(i) + a * _pass.Rows.SourceStep, column = _pass.Columns.Source(j) + b * _pass.Columns.SourceStep;
                    tap->Sources[r] = image + ((long)row * _pass.SourceWidth + column) * _pass.SourceGroup;
                    tap->Sees[r] = tap->SeesAny = true;
                }
        }
        for (int t = 0; t < _area; t++)
            for (int r = 0; r < Rows; r++) taps[t].SeesAll &= taps[t].Sees[r];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int from, int to)
    {
        using Scratch axes = Scratch.Rent(_pass.AxesMemory), lists = Scratch.Rent(Memory), memory = Scratch.Rent((long)_area * _pass.SourceGroup * Channels);
        Conv2dFewPixels all = this; // the body is shared by threads, each of which makes lists of its own: to fetch what another core has just written takes longer
        all._pass = _pass.Own(axes.Pointer);
        all._taps = (PixelTap*)lists.Pointer;
        for (int first = 0; first < _pixels; first += Rows) all.List(first, all._taps + (long)first / Rows * _area);
        Item item = new() { All = &all, Packed = memory.Pointer };
        for (; from < to; from++)
        {
            item.Channel = from * Channels;
            Pack(item.Channel, memory.Pointer);
            Simd.Dispatch(ref item);
        }
    }

    /// <summary>Some channels, their weights in rows.</summary>
    private struct Item : ISimdWork
    {
        public Conv2dFewPixels* All;
        public float* Packed;
        public int Channel;

        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            ref readonly Conv2dPass pass = ref All->_pass;
            float* sums = stackalloc float[Rows * Channels], init = pass.Bias == null ? null : pass.Bias + Channel;
            for (int first = 0; first < All->_pixels; first += Rows)
                for (int lane = 0; lane < Channels; lane += 2 * TS.Count)
                {
                    PixelTile.Tile4x2<TV, TS>(pass.Source, All->_taps + (long)first / Rows * All->_area, All->_area, pass.SourceGroup, Packed + lane, Channels, init == null ? null : init + lane, sums);
                    float* to = pass.Result + (long)first * pass.ResultGroup + Channel + lane;
                    for (int i = 0; i < Math.Min(Rows, All->_pixels - first) * 2 * TS.Count; i += TS.Count)
                    {
                        TV sum = TS.Load(sums + i);
                        TS.Store(pass.Relu ? TS.Max(sum, default) : sum, to + i / (2 * TS.Count) * pass.ResultGroup + i % (2 * TS.Count));
                    }
                }
        }
    }

    /// <summary>Weights of some channels to [tap][source channel][channel].</summary>
    private readonly void Pack(int first, float* rows)
    {
        int sources = _pass.SourceGroup, features = _area * sources;
        if (!_toInputs) // [o][c][tap] to [tap][c][o]
            for (int o = 0, step; o < Channels; o += step)
                step = Turning.Run(_weights + (long)(first + o) * features, features, Channels - o, features, rows + o, (long)sources * Channels, _area, Channels, Channels - o);
        else // [o][c][tap] to [tap][o][c]
            for (int o = 0; o < sources; o++)
                for (int c = 0, step; c < Channels; c += step)
                    step = Turning.Run(_weights + ((long)o * _pass.ResultGroup + first + c) * _area, _area, Channels - c, _area, rows + (long)o * Channels + c, (long)sources * Channels, _area, 0, Channels - c);
    }
}
