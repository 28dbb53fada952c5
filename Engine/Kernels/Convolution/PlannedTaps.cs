using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution;

/// <summary>Positions of a convolution's result that see the same taps: their list, and the bias that goes with it.</summary>
internal unsafe struct TapClass
{
    /// <summary>Offsets of the taps in the weights and in the source, both relative to the position that is first in its class.</summary>
    public long* Weights, Sources;

    /// <summary>What their sums begin with.</summary>
    public float* Bias;

    /// <summary>Number of taps, and the length of each one's run.</summary>
    public int Taps, Depth;
}

/// <summary>Neighbouring positions of a class, along a row or down a column.</summary>
/// <param name="Class">Number of the class.</param>
/// <param name="Count">Positions.</param>
/// <param name="Source">How far their source lies from that of the class's first position, in floats.</param>
/// <param name="SourceStep">From one to the next.</param>
/// <param name="Result">Where the result of the first goes.</param>
/// <param name="ResultStep">From one to the next.</param>
internal readonly record struct TapRun(int Class, int Count, long Source, long SourceStep, long Result, long ResultStep);

/// <summary>The classes and runs of a convolution over blocks of one width. Rows that see the same kernel rows, crossed with columns that see the same kernel
/// columns, are a rectangle of positions that see the same taps: nine of them at most where the padding is narrower than the stride's reach.</summary>
internal sealed unsafe class PlannedTaps
{
    private readonly List<TapRun> _runs = [];
    private readonly List<(int From, int Taps, int Depth)> _lists = [];
    private readonly List<long> _weights = [], _sources = [];
    private readonly List<float> _biases = [];
    private readonly Conv2dGeometry _g;
    private readonly int _width, _sourcePitch, _resultPitch, _weightPitch;
    private long[] _memory = [];
    private TapClass[] _classes = [];
    private PinnedFloats? _bias;

    /// <summary>Lists everything.</summary>
    /// <param name="g">The convolution of one image, one group.</param>
    /// <param name="width">Images in the lanes; 1: channels are the lanes.</param>
    /// <param name="sourcePitch">Channels of the source with those that only fill up a vector.</param>
    /// <param name="resultPitch">The same of the result.</param>
    /// <param name="weightPitch">Floats of a tap and channel in the weights: 1 where they are in panels.</param>
    /// <param name="bias">What a sum begins with, without what the taps bring: one a result channel.</param>
    /// <param name="tapShift">What each tap that is seen adds to the bias, [O][kH kW]; empty for nothing.</param>
    public PlannedTaps(in Conv2dGeometry g, int width, int sourcePitch, int resultPitch, int weightPitch, ReadOnlySpan<double> bias, ReadOnlySpan<double> tapShift)
    {
        (_g, _width, _sourcePitch, _resultPitch, _weightPitch) = (g, width, sourcePitch, resultPitch, weightPitch);
        using Scratch memory = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        TapAxis rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, memory.Pointer);
        TapAxis columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, memory.Pointer + TapAxis.Memory(g.OutHeight));
        for (int i = 0; i < rows.Length; i = rows.End(i))
            for (int j = 0; j < columns.Length; j = columns.End(j))
            {
                List(rows, columns, i, j);
                for (int o = 0; o < resultPitch; o++) _biases.Add(o < g.OutChannels ? (float)Bias(rows, columns, i, j, bias[o], tapShift.IsEmpty ? [] : tapShift.Slice(o * Area, Area)) : 0);
                Cut(i, rows.End(i) - i, j, columns.End(j) - j);
            }
        Fix();
    }

    /// <summary>The runs, in the order of their rectangles.</summary>
    public TapRun[] Runs { get; private set; } = [];

    /// <summary>The classes.</summary>
    public TapClass* Classes { get; private set; }

    private int Area => _g.Kernel.Height * _g.Kernel.Width;

    /// <summary>The taps of position (i, j). Those that lie end to end in source and weights become one run.</summary>
    private void List(in TapAxis rows, in TapAxis columns, int i, int j)
    {
        int down = rows.Count(i), across = columns.Count(j), channels = _g.InChannels;
        bool inRows = _g.Dilation.Width == 1 && _sourcePitch == channels;
        bool inAll = inRows && _g.Dilation.Height == 1 && across == _g.InWidth && across == _g.Kernel.Width;
        int from = _weights.Count, taps = down == 0 || across == 0 ? 0 : inAll ? 1 : inRows ? down : down * across;
        for (int t = 0, perRow = inRows ? 1 : Math.Max(1, across); t < taps; t++)
        {
            int u = t / perRow, v = t % perRow;
            _weights.Add(((long)(rows.First(i) + u) * _g.Kernel.Width + columns.First(j) + v) * channels * _weightPitch);
            _sources.Add(((long)(rows.Source(i) + u * rows.SourceStep) * _g.InWidth + columns.Source(j) + v * columns.SourceStep) * _sourcePitch * _width);
        }
        _lists.Add((from, taps, inAll ? down * across * channels : inRows ? across * channels : channels));
    }

    private double Bias(in TapAxis rows, in TapAxis columns, int i, int j, double bias, ReadOnlySpan<double> tapShift)
    {
        if (tapShift.IsEmpty) return bias;
        for (int u = rows.First(i); u < rows.First(i) + rows.Count(i); u++)
            for (int v = columns.First(j); v < columns.First(j) + columns.Count(j); v++) bias += tapShift[u * _g.Kernel.Width + v];
        return bias;
    }

    /// <summary>Cuts a rectangle into runs: along its rows, or, of single images, whose runs are the rows of a product, down its columns where those are longer.</summary>
    private void Cut(int top, int height, int left, int width)
    {
        long across = (long)_g.Stride.Width * _sourcePitch * _width, down = (long)_g.Stride.Height * _g.InWidth * _sourcePitch * _width;
        long resultAcross = (long)_resultPitch * _width, resultDown = _g.OutWidth * resultAcross, first = top * resultDown + left * resultAcross;
        int number = _lists.Count - 1;
        if (_width > 1 || width >= height)
            for (int i = 0; i < height; i++) _runs.Add(new(number, width, i * down, across, first + i * resultDown, resultAcross));
        else
            for (int j = 0; j < width; j++) _runs.Add(new(number, height, j * across, down, first + j * resultAcross, resultDown));
    }

    /// <summary>Moves the lists to where pointers to them stay good.</summary>
    private void Fix()
    {
        int count = _weights.Count;
        _memory = GC.AllocateArray<long>(Math.Max(1, 2 * count), pinned: true);
        _weights.CopyTo(_memory);
        _sources.CopyTo(_memory, count);
        _bias = new PinnedFloats(_biases.Count);
        _biases.CopyTo(_bias.Span);
        _classes = GC.AllocateArray<TapClass>(Math.Max(1, _lists.Count), pinned: true);
        long* taps = (long*)Unsafe.AsPointer(ref _memory[0]);
        for (int i = 0; i < _lists.Count; i++)
            _classes[i] = new()
            {
                Weights = taps + _lists[i].From, Sources = taps + count + _lists[i].From, Taps = _lists[i].Taps, Depth = Math.Max(1, _lists[i].Depth),
                Bias = _bias.Pointer + (long)i * _resultPitch,
            };
        Classes = (TapClass*)Unsafe.AsPointer(ref _classes[0]);
        Runs = [.. _runs];
    }
}
