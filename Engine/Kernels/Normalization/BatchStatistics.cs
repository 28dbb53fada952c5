using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels.Normalization;

/// <summary>Statistics of the channels of a <see cref="BatchLanes"/> activation.</summary>
internal static unsafe class BatchStatistics
{
    /// <summary>Mean and biased variance of each channel over N, H, W. Of each part, while the cache holds it, first the mean, then the squares about it, so that
    /// nothing cancels; the parts are merged in double (Chan, Golub and LeVeque 1979).</summary>
    /// <param name="x">The activation.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="mean">One a channel.</param>
    /// <param name="variance">One a channel.</param>
    /// <param name="only">The channels that are wanted; null for all.</param>
    public static void Of(ReadOnlySpan<float> x, int batch, int channels, int plane, Span<float> mean, Span<float> variance, ChannelRange? only = null)
    {
        ChannelRange range = only ?? new(0, channels);
        ChannelParts parts = new(batch, channels, plane);
        using Scratch partial = Scratch.Rent(3L * parts.Count * range.Count);
        fixed (float* px = x)
        {
            Body body = new() { X = px, Parts = parts, Channels = channels, Range = range, Partial = partial.Pointer };
            Work.For(parts.Count, 1, ref body);
        }
        Merge(parts, partial.Pointer, range.Count, (double)batch * plane, mean[range.From..], variance[range.From..]);
    }

    private static void Merge(in ChannelParts parts, float* partial, int channels, double count, Span<float> mean, Span<float> variance)
    {
        using Scratch totals = Scratch.Rent(4L * channels);
        Span<double> sum = MemoryMarshal.Cast<float, double>(totals.Span[..(2 * channels)]), squares = MemoryMarshal.Cast<float, double>(totals.Span[(2 * channels)..]);
        totals.Span.Clear();
        for (int part = 0; part < parts.Count; part++)
        {
            float* sums = partial + 3L * part * channels;
            for (int c = 0; c < channels; c++) sum[c] += sums[c];
        }
        for (int c = 0; c < channels; c++) sum[c] /= count;
        for (int part = 0; part < parts.Count; part++)
        {
            double elements = parts[part].Count;
            float* sums = partial + 3L * part * channels, about = sums + 2 * channels;
            for (int c = 0; c < channels; c++)
            {
                double distance = sums[c] / elements - sum[c];
                squares[c] += about[c] + elements * distance * distance;
            }
        }
        for (int c = 0; c < channels; c++) (mean[c], variance[c]) = ((float)sum[c], (float)(squares[c] / count));
    }

    /// <summary>An item is a part: [part][sums, means, squares][channel of the range].</summary>
    private struct Body : IWorkBody, ISimdWork
    {
        public ChannelParts Parts;
        public ChannelRange Range;
        public float* X, Partial;
        public int Channels;
        private int _from, _to;

        public void Run(int from, int to)
        {
            Body copy = this with { _from = from, _to = to };
            Simd.Dispatch(ref copy);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TV, TS>() where TV : unmanaged where TS : struct, ISimd<TV>
        {
            for (int item = _from; item < _to; item++)
            {
                ChannelPart part = Parts[item];
                float* sums = Partial + 3L * item * Range.Count - Range.From, means = sums + Range.Count, squares = means + Range.Count; // so that channel c is at [c]
                ChannelSum<PlainTerm> sum = new() { Term = new() { X = X }, Part = part, Channels = Channels, Sums = sums };
                ChannelSum<SquareTerm> square = new() { Term = new() { X = X }, Part = part, Channels = Channels, Numbers = new() { K0 = means }, Sums = squares };
                int group = part.Width == 1 ? Channels : ChannelSum<PlainTerm>.Group;
                for (int c = Range.From; c < Range.To; c += group)
                {
                    (sum.From, sum.To) = (square.From, square.To) = (c, Math.Min(c + group, Range.To));
                    sum.Run<TV, TS>();
                    for (int i = c; i < sum.To; i++) means[i] = (float)(sums[i] / (double)part.Count);
                    square.Run<TV, TS>();
                }
            }
        }
    }

    private struct SquareTerm : IChannelTerm
    {
        public float* X;

        public static bool IsPair => false;

        public static int Numbers => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(ref TV sum, ref TV second, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV d = TS.Subtract(TS.Load(X + at), k.K0);
            sum = TS.Fma(d, d, sum);
        }

        public readonly void Fetch<TV, TS>(long at) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            // the mean has just been taken of the same elements
        }
    }
}
