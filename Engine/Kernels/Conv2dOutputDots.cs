using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The forward pass of single images that have few output pixels: the window of each is laid out as the weights are, [C][tap], and an output is the product of
/// two runs of numbers. No weight is packed, which costs more than to use it at a few pixels.</summary>
/// <remarks>16 partial sums an output on every machine, added up by <see cref="TapDot.Fold"/>'s tree; then the bias. Padding is multiplied as zeros.</remarks>
internal unsafe struct Conv2dOutputDots : IWorkBody, ISimdWork
{
    /// <summary>Output pixels up to which it pays.</summary>
    private const int FewPixels = 2;

    /// <summary>The shortest runs: adding up the partial sums must not cost more than they did.</summary>
    private const int LeastFeatures = 128;

    /// <summary>Output channels of an item, where images are too few for two threads.</summary>
    private const int Channels = 32;

    /// <summary>Pixels that go together: their windows stay in L1 beside the weights of a tile.</summary>
    private const int Together = 12;

    /// <summary>Multiply-adds in a piece of work, at least.</summary>
    private const long PieceSize = 30_000;

    private Conv2dGeometry _g;
    private TapAxis _rows, _columns;
    private float* _x, _weight, _bias, _y;
    private bool _relu;
    private int _perItem, _blocks, _from, _to;

    /// <summary>Whether single images go this way.</summary>
    public static bool Suits(in Conv2dGeometry g)
    {
        if (g.Groups != 1 || g.OutHeight * g.OutWidth > FewPixels) return false;
        int features = g.InChannels * g.Kernel.Height * g.Kernel.Width;
        return features >= LeastFeatures && features % TapDot.Lanes == 0;
    }

    /// <summary>y of all single images; weights [O, C, kH, kW], bias or null.</summary>
    public static void Run(in Conv2dGeometry g, float* x, float* weight, float* bias, float* y, bool relu)
    {
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        int first = BatchLanes.FirstSingle(g.Batch), images = g.Batch - first;
        Conv2dOutputDots body = new()
        {
            _g = g, _x = x + (long)first * g.InChannels * g.InHeight * g.InWidth, _weight = weight, _bias = bias, _y = y + (long)first * g.OutChannels * g.OutHeight * g.OutWidth, _relu = relu,
            _rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
            _columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
            _blocks = images > 2 ? 1 : (g.OutChannels + Channels - 1) / Channels,
        };
        long each = g.MultiplyAdds / g.Batch / body._blocks;
        body._perItem = (int)Math.Clamp(PieceSize / Math.Max(1, each), 1, images);
        int parts = (images + body._perItem - 1) / body._perItem;
        Work.For(parts * body._blocks, (int)Math.Clamp(PieceSize / Math.Max(1, each * body._perItem), 1, 1 << 20), ref body);
    }

    public void Run(int from, int to)
    {
        Conv2dOutputDots copy = this with { _from = from, _to = to }; // the body is shared by threads
        Simd.Dispatch(ref copy);
    }

    /// <summary>An item is some images and some output channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int images = BatchLanes.Singles(_g.Batch), pixels = _g.OutHeight * _g.OutWidth, taps = _g.Kernel.Height * _g.Kernel.Width, features = _g.InChannels * taps;
        int most = (_g.OutChannels + _blocks - 1) / _blocks;
        using Scratch memory = Scratch.Rent((long)(Together + 1) * features + (long)Together * most * TapDot.Lanes);
        float* columns = memory.Pointer, window = columns + (long)Together * features, sums = window + features;
        long none = 0;
        for (int item = _from; item < _to; item++)
        {
            int block = item % _blocks, o = block * most, outputs = Math.Min(most, _g.OutChannels - o), image = item / _blocks * _perItem, last = Math.Min(images, image + _perItem);
            if (outputs <= 0) continue;
            TapDot dot = new()
            {
                A = _weight + (long)o * features, B = columns, C = sums, TapsA = &none, TapsB = &none, Taps = 1, Vectors = features / TapDot.Lanes,
                ARow = features, BColumn = features, CColumn = (long)outputs * TapDot.Lanes,
            };
            for (int pixel = image * pixels, end = last * pixels, count; pixel < end; pixel += count)
            {
                count = Math.Min(Together, end - pixel);
                for (int i = 0; i < count; i++) Window((pixel + i) / pixels, (pixel + i) % pixels, window, columns + (long)i * features);
                new Span<float>(sums, count * outputs * TapDot.Lanes).Clear();
                TapDot.Run(dot, outputs, count);
                float* y = _y + (long)pixel * _g.OutChannels + o;
                if (outputs == _g.OutChannels) TapDot.Fold(sums, count * outputs, y);
                else
                    for (int i = 0; i < count; i++) TapDot.Fold(sums + i * dot.CColumn, outputs, y + (long)i * _g.OutChannels);
                for (int i = 0; i < count && (_bias != null || _relu); i++, y += _g.OutChannels) Finish<TV, TS>(y, o, outputs);
            }
        }
    }

    /// <summary>What a pixel sees, [C][tap]; zeros where that is padding.</summary>
    private readonly void Window(int image, int pixel, float* window, float* column)
    {
        int i = pixel / _g.OutWidth, j = pixel % _g.OutWidth, channels = _g.InChannels, width = _g.Kernel.Width, taps = _g.Kernel.Height * width, rows = _rows.Count(i), across = _columns.Count(j);
        if (rows * across < taps) new Span<float>(window, taps * channels).Clear();
        for (int u = 0; u < rows; u++)
        {
            float* from = _x + (((long)image * _g.InHeight + _rows.Source(i) + u * _rows.SourceStep) * _g.InWidth + _columns.Source(j)) * channels;
            float* to = window + ((_rows.First(i) + u) * width + _columns.First(j)) * channels;
            if (_columns.SourceStep == 1) new Span<float>(from, across * channels).CopyTo(new Span<float>(to, across * channels));
            else
                for (int v = 0; v < across; v++) new Span<float>(from + (long)v * _columns.SourceStep * channels, channels).CopyTo(new Span<float>(to + v * channels, channels));
        }
        Turning.Columns(window, channels, taps, channels, column);
    }

    private readonly void Finish<TV, TS>(float* y, int first, int count) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int o = 0;
        for (; o + TS.Count <= count; o += TS.Count)
        {
            TV sum = _bias == null ? TS.Load(y + o) : TS.Add(TS.Load(y + o), TS.Load(_bias + first + o));
            TS.Store(_relu ? TS.Max(sum, default) : sum, y + o);
        }
        for (; o < count; o++)
        {
            float sum = _bias == null ? y[o] : y[o] + _bias[first + o];
            y[o] = _relu ? MathF.Max(sum, 0) : sum;
        }
    }
}
