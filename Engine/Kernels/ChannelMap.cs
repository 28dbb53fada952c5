using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>A value for each element that depends on its channel.</summary>
internal interface IChannelFunction
{
    /// <summary>The values of the elements at <paramref name="at"/>.., given the numbers of their channels.</summary>
    TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Writes a function of element and channel over a whole <see cref="BatchLanes"/> activation.</summary>
internal static unsafe class ChannelMap
{
    /// <summary>Elements in a piece of parallel work: 32 KB, some 1 to 2 us; half as much would be over before another thread has begun.</summary>
    private const int Grain = 8_192;

    /// <summary>y[i] = f(i, numbers of the channel of i).</summary>
    /// <param name="f">The function.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="numbers">What each channel brings.</param>
    /// <param name="y">The result.</param>
    public static void Run<TF>(TF f, int batch, int channels, int plane, in ChannelNumbers numbers, float* y) where TF : struct, IChannelFunction
    {
        long pixels = (long)BatchLanes.Singles(batch) * plane;
        Body<TF> body = new() { F = f, Y = y, Batch = batch, Channels = channels, Plane = plane, Numbers = numbers };
        int grain = Math.Max(1, Grain / (BatchLanes.FullWidth * Math.Max(1, channels)));
        Work.For(BatchLanes.WideBlocks(batch) * plane + (int)((pixels + BatchLanes.FullWidth - 1) / BatchLanes.FullWidth), grain, ref body);
    }

    private struct Body<TF> : IWorkBody, ISimdWork where TF : struct, IChannelFunction
    {
        public TF F;
        public ChannelNumbers Numbers;
        public float* Y;
        public int Batch, Channels, Plane;
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
            for (int item = _from; item < _to; item++)
                if (item < wide) WidePixel<TV, TS>(BatchLanes.BlockOf(Batch, item / Plane), item % Plane);
                else SinglePixels<TV, TS>((long)(item - wide) * BatchLanes.FullWidth);
        }

        /// <summary>One pixel of a wide block: channel after channel, images in the lanes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void WidePixel<TV, TS>(ImageBlock block, int pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TF f = F;
            float* y = Y;
            long at = block.Start((long)Channels * Plane) + (long)pixel * Channels * block.Width;
            for (int c = 0; c < Channels; c++)
            {
                ChannelVectors<TV> k = Numbers.Of<TV, TS>(c);
                for (long end = at + block.Width; at < end; at += TS.Count) TS.Store(f.Invoke<TV, TS>(at, k), y + at);
            }
        }

        /// <summary>As many pixels of single images as a full block has images, channels in the lanes. All single images are one run of pixels.</summary>
        private readonly void SinglePixels<TV, TS>(long pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long last = Math.Min(pixel + BatchLanes.FullWidth, (long)BatchLanes.Singles(Batch) * Plane), count = last - pixel;
            long row = (BatchLanes.FirstSingle(Batch) * (long)Plane + pixel) * Channels;
            int c = 0;
            for (; c + TS.Count <= Channels; c += TS.Count) Column<TV, TS>(row + c, count, c);
            for (; c < Channels; c++) Column<float, Simd1>(row + c, count, c);
        }

        /// <summary>One vector of channels in neighbouring pixels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Column<TV, TS>(long at, long pixels, int c) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TF f = F;
            ChannelVectors<TV> k = Numbers.From<TV, TS>(c);
            for (; pixels > 0; pixels--, at += Channels) TS.Store(f.Invoke<TV, TS>(at, k), Y + at);
        }
    }
}
