using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels.Normalization;

/// <summary>A value for each element that depends on its channel.</summary>
internal interface IChannelFunction
{
    /// <summary>How many numbers a channel brings.</summary>
    static abstract int Numbers { get; }

    /// <summary>The values of the elements at <paramref name="at"/>.., given the numbers of their channels.</summary>
    TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Writes a function of element and channel over a whole <see cref="BatchLanes"/> activation.</summary>
internal static unsafe class ChannelMap
{
    /// <summary>Elements in a piece of parallel work: 32 KB, some 1 to 2 us; half as much would be over before another thread has begun.</summary>
    private const int Grain = 8_192;

    /// <summary>How often the numbers of single images' channels are used once they are loaded.</summary>
    private const int Together = 4;

    /// <summary>y[i] = f(i, numbers of the channel of i).</summary>
    /// <param name="f">The function.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="numbers">What each channel brings.</param>
    /// <param name="y">The result.</param>
    /// <param name="only">The channels that are written; null for all.</param>
    public static void Run<TF>(TF f, int batch, int channels, int plane, in ChannelNumbers numbers, float* y, ChannelRange? only = null) where TF : struct, IChannelFunction
    {
        ChannelRange range = only ?? new(0, channels);
        Debug.Assert(range.Count == channels || BatchLanes.Singles(batch) == 0);
        long pixels = (long)BatchLanes.Singles(batch) * plane;
        int times = pixels == 0 ? 1 : Times(channels);
        using Scratch repeated = Scratch.Rent(times == 1 ? 0 : (long)channels * times * TF.Numbers);
        Body<TF> body = new()
        {
            F = f, Y = y, Batch = batch, Channels = channels, Range = range, Plane = plane, Numbers = numbers,
            Repeated = numbers.Repeated(channels, times, TF.Numbers, repeated.Pointer), Period = channels * times,
        };
        int grain = Math.Max(1, Grain / (BatchLanes.FullWidth * Math.Max(1, channels)));
        Work.For(BatchLanes.WideBlocks(batch) * plane + (int)((pixels + BatchLanes.FullWidth - 1) / BatchLanes.FullWidth), grain, ref body);
    }

    /// <summary>How many pixels of single images are whole vectors, four or more: their channels' numbers are kept.</summary>
    public static int Times(int channels)
    {
        int pixels = BatchLanes.Step;
        while (pixels > 1 && channels * (pixels / 2) % BatchLanes.Step == 0) pixels /= 2;
        while (channels > 0 && channels * pixels < 4 * BatchLanes.Step) pixels *= 2;
        return pixels;
    }

    private struct Body<TF> : IWorkBody, ISimdWork where TF : struct, IChannelFunction
    {
        public TF F;
        public ChannelNumbers Numbers, Repeated;
        public ChannelRange Range;
        public float* Y;
        public int Batch, Channels, Plane, Period;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body<TF> copy = this with { _from = from, _to = to }; // the body is shared by threads
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            int wide = BatchLanes.WideBlocks(Batch) * Plane;
            for (int item = _from, end; item < _to; item = end)
            {
                if (item < wide)
                {
                    end = Math.Min((item / Plane + 1) * Plane, _to);
                    WidePixels<TV, TS>(BatchLanes.BlockOf(Batch, item / Plane), item % Plane, end - item);
                }
                else
                {
                    end = item + 1;
                    SinglePixels<TV, TS>((long)(item - wide) * BatchLanes.FullWidth);
                }
            }
        }

        /// <summary>Pixels of a wide block: channel after channel, images in the lanes. Of narrow blocks as many pixels go together as make 64 lanes of a channel,
        /// since its numbers have to be spread over lanes each time.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void WidePixels<TV, TS>(ImageBlock block, int pixel, int pixels) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TF f = F;
            ChannelNumbers numbers = Numbers;
            float* y = Y;
            int from = Range.From, to = Range.To, together = BatchLanes.FullWidth / block.Width;
            long width = block.Width, pitch = Channels * width, first = block.Start((long)Channels * Plane) + pixel * pitch + from * width;
            for (; pixels > 0; pixels -= together, first += together * pitch)
            {
                together = Math.Min(together, pixels);
                long channel = first, pixelsEnd = together * pitch;
                for (int c = from; c < to; c++, channel += width)
                {
                    ChannelVectors<TV> k = numbers.Of<TV, TS>(c, TF.Numbers);
                    for (long row = channel; row < channel + pixelsEnd; row += pitch)
                        for (long at = row; at < row + width; at += TS.Count) TS.Store(f.Invoke<TV, TS>(at, k), y + at);
                }
            }
        }

        /// <summary>As many pixels of single images as a full block has images, channels in the lanes. All single images are one run of pixels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void SinglePixels<TV, TS>(long pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TF f = F;
            ChannelNumbers numbers = Repeated;
            float* y = Y;
            long at = (BatchLanes.FirstSingle(Batch) * (long)Plane + pixel) * Channels;
            long end = at + Math.Min(BatchLanes.FullWidth, (long)BatchLanes.Singles(Batch) * Plane - pixel) * Channels;
            long period = Period, together = Together * period;
            for (; at + together <= end; at += together)
                for (int i = 0; i < period; i += TS.Count)
                {
                    ChannelVectors<TV> k = numbers.From<TV, TS>(i, TF.Numbers);
                    for (long row = at + i; row < at + together; row += period) TS.Store(f.Invoke<TV, TS>(row, k), y + row);
                }
            for (; at < end; at += period)
            {
                int i = 0, stop = (int)Math.Min(period, end - at);
                for (; i + TS.Count <= stop; i += TS.Count) TS.Store(f.Invoke<TV, TS>(at + i, numbers.From<TV, TS>(i, TF.Numbers)), y + at + i);
                for (; i < stop; i++) y[at + i] = f.Invoke<float, Simd1>(at + i, numbers.From<float, Simd1>(i, TF.Numbers));
            }
        }
    }
}
