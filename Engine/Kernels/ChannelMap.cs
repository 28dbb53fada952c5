using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>A value for each element that depends on its channel.</summary>
internal interface IChannelFunction
{
    /// <summary>The values of the elements at <paramref name="at"/>.. of <paramref name="channel"/>, or of the channels from there on.</summary>
    TV Invoke<TV, TS, TC>(long at, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels;
}

/// <summary>Writes a function of element and channel over a whole <see cref="BatchLanes"/> activation.</summary>
internal static unsafe class ChannelMap
{
    /// <summary>Pixels of a full block in a piece of parallel work.</summary>
    private const int Grain = 16;

    /// <summary>y[i] = f(i, channel of i).</summary>
    public static void Run<TF>(TF f, int batch, int channels, int plane, float* y) where TF : struct, IChannelFunction
    {
        long pixels = (long)BatchLanes.Singles(batch) * plane;
        Body<TF> body = new() { F = f, Y = y, Batch = batch, Channels = channels, Plane = plane };
        Work.For(BatchLanes.WideBlocks(batch) * plane + (int)((pixels + BatchLanes.FullWidth - 1) / BatchLanes.FullWidth), Grain, ref body);
    }

    private struct Body<TF> : IWorkBody, ISimdWork where TF : struct, IChannelFunction
    {
        public TF F;
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
            TF f = F;
            int wide = BatchLanes.WideBlocks(Batch) * Plane;
            for (int item = _from; item < _to; item++)
                if (item < wide) WidePixel<TV, TS>(f, BatchLanes.BlockOf(Batch, item / Plane), item % Plane);
                else SinglePixels<TV, TS>(f, (long)(item - wide) * BatchLanes.FullWidth);
        }

        /// <summary>One pixel of a wide block: channel after channel, images in the lanes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void WidePixel<TV, TS>(TF f, ImageBlock block, int pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long row = block.Start((long)Channels * Plane) + (long)pixel * Channels * block.Width;
            for (int c = 0; c < Channels; c++, row += block.Width)
                for (int n = 0; n < block.Width; n += TS.Count) TS.Store(f.Invoke<TV, TS, OneChannel>(row + n, c), Y + row + n);
        }

        /// <summary>As many pixels of single images as a full block has images, channels in the lanes. All single images are one run of pixels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void SinglePixels<TV, TS>(TF f, long pixel) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            long last = Math.Min(pixel + BatchLanes.FullWidth, (long)BatchLanes.Singles(Batch) * Plane);
            long row = (BatchLanes.FirstSingle(Batch) * (long)Plane + pixel) * Channels;
            for (; pixel < last; pixel++, row += Channels)
            {
                int c = 0;
                for (; c + TS.Count <= Channels; c += TS.Count) TS.Store(f.Invoke<TV, TS, ChannelALane>(row + c, c), Y + row + c);
                for (; c < Channels; c++) Y[row + c] = f.Invoke<float, Simd1, OneChannel>(row + c, c);
            }
        }
    }
}
