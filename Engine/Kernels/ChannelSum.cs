using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What is added up over a channel.</summary>
internal unsafe interface IChannelTerm
{
    /// <summary>sum + term(element at <paramref name="offset"/>.. of <paramref name="channel"/>, or of the channels from there on).</summary>
    TV Add<TV, TS, TC>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels;
}

/// <summary>Sums over all pixels and images of each channel of a <see cref="BatchLanes"/> activation.</summary>
/// <remarks>64 virtual lanes a channel, one for each place of an image within its 64: each is a chain over images 64 apart and their pixels, and a fixed tree of
/// halves adds them up. Which images share a block, and which channels go together, changes what the caches see and nothing else.</remarks>
internal static unsafe class ChannelSum
{
    /// <summary>Channels that go together: their lanes are 4 KB, and a pixel's rows are read end to end.</summary>
    public const int Grain = 16;

    /// <summary>sums[c] = the sum of channel c's terms, for c from <paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    public static void Of<TTerm>(ref TTerm term, int batch, int channels, int plane, int from, int to, float* sums) where TTerm : struct, IChannelTerm
    {
        float* lanes = stackalloc float[BatchLanes.FullWidth * Grain];
        for (; from < to; from += Grain)
        {
            int last = Math.Min(from + Grain, to);
            new Span<float>(lanes, BatchLanes.FullWidth * Grain).Clear();
            Work<TTerm> work = new() { Term = term, Lanes = lanes, Batch = batch, Channels = channels, Plane = plane, From = from, To = last };
            Simd.Dispatch(ref work);
            for (int c = from; c < last; c++) sums[c] = Tree(lanes + (c - from) * BatchLanes.FullWidth);
        }
    }

    private static float Tree(float* lanes)
    {
        for (int half = BatchLanes.FullWidth / 2; half > 0; half /= 2)
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
            for (int number = 0, wide = BatchLanes.WideBlocks(Batch); number < wide; number++)
            {
                ImageBlock block = BatchLanes.BlockOf(Batch, number);
                long pixel = block.Start((long)Channels * Plane) + (long)From * block.Width;
                for (int p = 0; p < Plane; p++, pixel += (long)Channels * block.Width)
                {
                    long row = pixel;
                    float* lanes = Lanes;
                    for (int c = From; c < To; c++, row += block.Width, lanes += BatchLanes.FullWidth)
                        for (int n = 0; n < block.Width; n += TS.Count) TS.Store(term.Add<TV, TS, OneChannel>(TS.Load(lanes + n), row + n, c), lanes + n);
                }
            }
            for (int image = BatchLanes.FirstSingle(Batch); image < Batch; image++)
            {
                float* lane = Lanes + image % BatchLanes.FullWidth;
                int c = From;
                for (; c + 2 * TS.Count <= To; c += 2 * TS.Count) Single<TV, TS>(term, image, c, lane + (c - From) * BatchLanes.FullWidth, true);
                for (; c + TS.Count <= To; c += TS.Count) Single<TV, TS>(term, image, c, lane + (c - From) * BatchLanes.FullWidth, false);
                for (; c < To; c++) Single<float, Simd1>(term, image, c, lane + (c - From) * BatchLanes.FullWidth, false);
            }
        }

        /// <summary>The pixels of a single image for one vector of channels, or two: each waits for its own sum alone.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Single<TV, TS>(TTerm term, int image, int c, float* lane, bool two) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            float* sums = stackalloc float[2 * 16];
            int count = two ? 2 * TS.Count : TS.Count;
            for (int i = 0; i < count; i++) sums[i] = lane[i * BatchLanes.FullWidth];
            TV a = TS.Load(sums), b = two ? TS.Load(sums + TS.Count) : default;
            long at = (long)image * Channels * Plane + c;
            if (two)
                for (int p = 0; p < Plane; p++, at += Channels)
                {
                    a = term.Add<TV, TS, ChannelALane>(a, at, c);
                    b = term.Add<TV, TS, ChannelALane>(b, at + TS.Count, c + TS.Count);
                }
            else
                for (int p = 0; p < Plane; p++, at += Channels) a = term.Add<TV, TS, ChannelALane>(a, at, c);
            TS.Store(a, sums);
            if (two) TS.Store(b, sums + TS.Count);
            for (int i = 0; i < count; i++) lane[i * BatchLanes.FullWidth] = sums[i];
        }
    }
}

/// <summary>x: for bias gradients and means.</summary>
internal unsafe struct PlainTerm : IChannelTerm
{
    public float* X;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TV Add<TV, TS, TC>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels =>
        TS.Add(sum, TS.Load(X + offset));
}
