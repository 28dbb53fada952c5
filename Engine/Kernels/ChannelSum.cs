using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What is added up over a channel.</summary>
internal unsafe interface IChannelTerm
{
    /// <summary>sum + term(element at <paramref name="offset"/>..).</summary>
    TV Add<TV, TS>(TV sum, long offset) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Sums over all pixels and images of one channel of a <see cref="BatchLanes"/> activation.</summary>
/// <remarks>64 virtual lanes, one for each place in a block: each is a chain over blocks and pixels, and a fixed tree of halves adds them up.</remarks>
internal static unsafe class ChannelSum
{
    /// <summary>The sum of a channel's terms.</summary>
    public static float Of<TTerm>(ref TTerm term, int batch, int channels, int plane, int channel) where TTerm : struct, IChannelTerm
    {
        float* lanes = stackalloc float[BatchLanes.Block];
        new Span<float>(lanes, BatchLanes.Block).Clear();
        Work<TTerm> work = new() { Term = term, Lanes = lanes, Batch = batch, Channels = channels, Plane = plane, Channel = channel };
        Simd.Dispatch(ref work);
        for (int half = BatchLanes.Block / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    private struct Work<TTerm> : ISimdWork where TTerm : struct, IChannelTerm
    {
        public TTerm Term;
        public float* Lanes;
        public int Batch, Channels, Plane, Channel;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TTerm term = Term;
            float* lanes = Lanes;
            for (int block = 0, blocks = BatchLanes.Blocks(Batch); block < blocks; block++)
            {
                int width = BatchLanes.Width(Batch, block), wide = width - width % TS.Count;
                long row = (long)block * BatchLanes.Block * Channels * Plane + (long)Channel * width;
                for (int p = 0; p < Plane; p++, row += (long)Channels * width)
                {
                    int n = 0;
                    for (; n < wide; n += TS.Count) TS.Store(term.Add<TV, TS>(TS.Load(lanes + n), row + n), lanes + n);
                    for (; n < width; n++) lanes[n] = term.Add<float, Simd1>(lanes[n], row + n);
                }
            }
        }
    }
}

/// <summary>x: for bias gradients and means.</summary>
internal unsafe struct PlainTerm : IChannelTerm
{
    public float* X;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Add<TV, TS>(TV sum, long offset) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(sum, TS.Load(X + offset));
}
