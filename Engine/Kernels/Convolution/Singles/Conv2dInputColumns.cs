using System.Runtime.CompilerServices;
using Engine.Kernels.Products;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>The input gradient of single images where they are small: dy times the weights as the user has them gives, for each output pixel, a column [C][tap] of
/// what it adds to its window of dx; columns are turned to [tap][C] and added up. No weight is packed, which costs more than to use it at a few pixels.</summary>
/// <remarks>A number of a column is one chain over output channels; dx adds columns in the order of output pixels.</remarks>
internal unsafe struct Conv2dInputColumns : IWorkBody, ISimdWork
{
    /// <summary>Channels whose columns go together: with nine taps nine vectors.</summary>
    private const int Channels = 16;

    /// <summary>Floats of columns that are made before they are added up: they stay in L1.</summary>
    private const int ColumnFloats = 4096;

    /// <summary>Output pixels up to which it pays.</summary>
    private const int FewPixels = 8;

    /// <summary>Fewer channels fill no vector.</summary>
    private const int LeastChannels = 8;

    /// <summary>Multiply-adds in a piece of work, at least.</summary>
    private const long PieceSize = 30_000;

    /// <summary>Multiply-adds that stay on one thread, some 1 us; an image counts as so many more.</summary>
    private const long Few = 100_000, PerImage = 8_000;

    private Conv2dGeometry _g;
    private TapAxis _rows, _columns;
    private float* _dy, _weight, _dx;
    private int _perItem, _from, _to;

    /// <summary>Whether single images go this way.</summary>
    public static bool Suits(in Conv2dGeometry g) => g.Groups == 1 && g.InChannels >= LeastChannels && g.Kernel.Height * g.Kernel.Width > 1
        && g.OutHeight * g.OutWidth <= FewPixels;

    /// <summary>dx of all single images; weights [O, C, kH, kW].</summary>
    public static void Run(in Conv2dGeometry g, float* dy, float* weight, float* dx)
    {
        using Scratch axes = Scratch.Rent(TapAxis.Memory(g.OutHeight) + TapAxis.Memory(g.OutWidth));
        int first = BatchLanes.FirstSingle(g.Batch), images = g.Batch - first;
        Conv2dInputColumns body = new()
        {
            _g = g, _dy = dy + (long)first * g.OutChannels * g.OutHeight * g.OutWidth, _weight = weight, _dx = dx + (long)first * g.InChannels * g.InHeight * g.InWidth,
            _rows = TapAxis.Forward(g.InHeight, g.OutHeight, g.Kernel.Height, g.Stride.Height, g.Padding.Top, g.Dilation.Height, axes.Pointer),
            _columns = TapAxis.Forward(g.InWidth, g.OutWidth, g.Kernel.Width, g.Stride.Width, g.Padding.Left, g.Dilation.Width, axes.Pointer + TapAxis.Memory(g.OutHeight)),
        };
        int blocks = (g.InChannels + Channels - 1) / Channels;
        long each = g.MultiplyAdds / g.Batch / blocks;
        body._perItem = (int)Math.Clamp(PieceSize / Math.Max(1, each), 1, images);
        int parts = (images + body._perItem - 1) / body._perItem;
        Work.For(parts * blocks, (each * blocks + PerImage) * images <= Few ? parts * blocks : (int)Math.Clamp(PieceSize / Math.Max(1, each * body._perItem), 1, 1 << 20), ref body);
    }

    public void Run(int from, int to)
    {
        Conv2dInputColumns copy = this with { _from = from, _to = to }; // the body is shared by threads
        Simd.Dispatch(ref copy);
    }

    /// <summary>An item is some images and some channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int blocks = (_g.InChannels + Channels - 1) / Channels, taps = _g.Kernel.Height * _g.Kernel.Width, images = BatchLanes.Singles(_g.Batch), pixels = _g.OutHeight * _g.OutWidth;
        int together = Math.Max(1, ColumnFloats / (Channels * taps));
        using Scratch memory = Scratch.Rent((long)(together + 1) * Channels * taps);
        float* columns = memory.Pointer, turned = columns + (long)together * Channels * taps;
        long none = 0, features = (long)_g.InChannels * _g.InHeight * _g.InWidth;
        for (int item = _from; item < _to; item++)
        {
            int channel = item % blocks * Channels, channels = Math.Min(Channels, _g.InChannels - channel), image = item / blocks * _perItem, last = Math.Min(images, image + _perItem);
            Clear(_dx + image * features + channel, (long)(last - image) * _g.InHeight * _g.InWidth, channels);
            TapGemm gemm = new()
            {
                A = _dy + (long)image * pixels * _g.OutChannels, B = _weight + (long)channel * taps, C = columns, TapsA = &none, TapsB = &none, Taps = 1, Depth = _g.OutChannels,
                ARow = _g.OutChannels, AStep = 1, BStep = (long)_g.InChannels * taps, CRow = channels * taps,
            };
            for (int pixel = image * pixels, end = last * pixels, count; pixel < end; pixel += count, gemm.A += (long)count * _g.OutChannels)
            {
                count = Math.Min(together, end - pixel);
                TapGemm.Run(gemm, count, channels * taps);
                for (int i = 0; i < count; i++)
                {
                    Turning.Columns(columns + i * gemm.CRow, taps, channels, taps, turned);
                    AddWindow<TV, TS>(turned, (pixel + i) / pixels * features + channel, (pixel + i) % pixels, channels);
                }
            }
        }
    }

    private readonly void Clear(float* dx, long pixels, int channels)
    {
        if (channels == _g.InChannels) new Span<float>(dx, (int)(pixels * channels)).Clear();
        else
            for (; pixels > 0; pixels--, dx += _g.InChannels) new Span<float>(dx, channels).Clear();
    }

    /// <summary>Adds the column of an output pixel, [tap][channel], to the window that it sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AddWindow<TV, TS>(float* column, long image, int pixel, int channels) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        int i = pixel / _g.OutWidth, j = pixel % _g.OutWidth, rows = _rows.Count(i), across = _columns.Count(j);
        float* row = _dx + image + ((long)_rows.Source(i) * _g.InWidth + _columns.Source(j)) * _g.InChannels;
        float* from = column + (_rows.First(i) * _g.Kernel.Width + _columns.First(j)) * channels;
        long down = (long)_rows.SourceStep * _g.InWidth * _g.InChannels, step = (long)_columns.SourceStep * _g.InChannels;
        for (int u = 0; u < rows; u++, row += down, from += _g.Kernel.Width * channels)
        {
            float* to = row, x = from;
            for (int v = 0; v < across; v++, to += step, x += channels)
            {
                int c = 0;
                for (; c + TS.Count <= channels; c += TS.Count) TS.Store(TS.Add(TS.Load(to + c), TS.Load(x + c)), to + c);
                if (TS.Count > 8 && c + 8 <= channels)
                {
                    Simd256.Store(Simd256.Add(Simd256.Load(to + c), Simd256.Load(x + c)), to + c);
                    c += 8;
                }
                for (; c < channels; c++) to[c] += x[c];
            }
        }
    }
}
