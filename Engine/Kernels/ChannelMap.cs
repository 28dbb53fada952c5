using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>A value for each element that depends on its channel.</summary>
internal interface IChannelFunction
{
    /// <summary>The values of the elements at <paramref name="at"/>.. of <paramref name="channel"/>.</summary>
    TV Invoke<TV, TS>(long at, int channel) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Writes a function of element and channel over a whole <see cref="BatchLanes"/> activation.</summary>
internal static unsafe class ChannelMap
{
    /// <summary>Pixels of a block in a piece of parallel work.</summary>
    private const int Grain = 16;

    /// <summary>y[i] = f(i, channel of i).</summary>
    public static void Run<TF>(TF f, int batch, int channels, int plane, float* y) where TF : struct, IChannelFunction
    {
        Body<TF> body = new() { F = f, Y = y, Batch = batch, Channels = channels, Plane = plane };
        Work.For(BatchLanes.Blocks(batch) * plane, Grain, ref body);
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
            for (int item = _from; item < _to; item++)
            {
                int block = item / Plane, p = item % Plane, width = BatchLanes.Width(Batch, block), wide = width - width % TS.Count;
                long row = ((long)block * BatchLanes.Block * Plane + (long)p * width) * Channels;
                for (int c = 0; c < Channels; c++, row += width)
                {
                    int n = 0;
                    for (; n < wide; n += TS.Count) TS.Store(f.Invoke<TV, TS>(row + n, c), Y + row + n);
                    for (; n < width; n++) Y[row + n] = f.Invoke<float, Simd1>(row + n, c);
                }
            }
        }
    }
}
