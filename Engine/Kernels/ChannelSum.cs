using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What is added up over a channel.</summary>
internal unsafe interface IChannelTerm
{
    /// <summary>sum + term(element at <paramref name="offset"/>.. of <paramref name="channel"/>).</summary>
    TV Add<TV, TS>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>Sums over all pixels and images of each channel of a <see cref="BatchLanes"/> activation.</summary>
/// <remarks>64 virtual lanes a channel, one for each place in a block: each is a chain over blocks and pixels, and a fixed tree of halves adds them up. Which
/// channels go together changes what the caches see and nothing else.</remarks>
internal static unsafe class ChannelSum
{
    /// <summary>Channels that go together: their lanes are 4 KB, and a pixel's rows are read end to end.</summary>
    public const int Grain = 16;

    /// <summary>sums[c] = the sum of channel c's terms, for c from <paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    public static void Of<TTerm>(ref TTerm term, int batch, int channels, int plane, int from, int to, float* sums) where TTerm : struct, IChannelTerm
    {
        float* lanes = stackalloc float[BatchLanes.Block * Grain];
        for (; from < to; from += Grain)
        {
            int last = Math.Min(from + Grain, to);
            new Span<float>(lanes, BatchLanes.Block * Grain).Clear();
            Work<TTerm> work = new() { Term = term, Lanes = lanes, Batch = batch, Channels = channels, Plane = plane, From = from, To = last };
            Simd.Dispatch(ref work);
            for (int c = from; c < last; c++) sums[c] = Tree(lanes + (c - from) * BatchLanes.Block);
        }
    }

    private static float Tree(float* lanes)
    {
        for (int half = BatchLanes.Block / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    private struct Work<TTerm> : ISimdWork where TTerm : struct, IChannelTerm
    {
        public TTerm Term;
        public float* Lanes;
        public int Batch, Channels, Plane, From, To;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TTerm term = Term;
            for (int block = 0, blocks = BatchLanes.Blocks(Batch); block < blocks; block++)
            {
                int width = BatchLanes.Width(Batch, block), wide = width - width % TS.Count;
                long pixel = (long)block * BatchLanes.Block * Channels * Plane + (long)From * width;
                for (int p = 0; p < Plane; p++, pixel += (long)Channels * width)
                {
                    long row = pixel;
                    float* lanes = Lanes;
                    for (int c = From; c < To; c++, row += width, lanes += BatchLanes.Block)
                    {
                        int n = 0;
                        for (; n < wide; n += TS.Count) TS.Store(term.Add<TV, TS>(TS.Load(lanes + n), row + n, c), lanes + n);
                        for (; n < width; n++) lanes[n] = term.Add<float, Simd1>(lanes[n], row + n, c);
                    }
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
    public readonly TV Add<TV, TS>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(sum, TS.Load(X + offset));
}
