using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Batch normalisation over <see cref="BatchLanes"/> activations, one channel at a time (Ioffe and Szegedy 2015, in PyTorch's conventions).</summary>
internal static unsafe class BatchNormKernel
{
    /// <summary>Mean and biased variance of each channel over N, H, W, in two passes: the second subtracts the mean first, so nothing cancels.</summary>
    public static void Statistics(ReadOnlySpan<float> x, int batch, int channels, int plane, Span<float> mean, Span<float> variance)
    {
        fixed (float* px = x, pMean = mean, pVariance = variance)
        {
            StatisticsBody body = new() { X = px, Batch = batch, Channels = channels, Plane = plane, Mean = pMean, Variance = pVariance };
            Work.For(channels, Grain(channels), ref body);
        }
    }

    /// <summary>y = (x - mean) * scale + shift, per channel. y may be x.</summary>
    public static void Normalize(ReadOnlySpan<float> x, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y)
    {
        fixed (float* px = x, py = y, pMean = mean, pScale = scale, pShift = shift)
            ChannelMap.Run(new Normalized { X = px, Mean = pMean, Scale = pScale, Shift = pShift }, batch, channels, plane, py);
    }

    /// <summary>sumDy[c] = sum of dy, sumDyX[c] = sum of dy * (x - mean).</summary>
    public static void GradientSums(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean, Span<float> sumDy, Span<float> sumDyX)
    {
        fixed (float* px = x, pdy = dy, pMean = mean, pSum = sumDy, pSumX = sumDyX)
        {
            GradientSumsBody body = new() { X = px, Dy = pdy, Batch = batch, Channels = channels, Plane = plane, Mean = pMean, SumDy = pSum, SumDyX = pSumX };
            Work.For(channels, Grain(channels), ref body);
        }
    }

    /// <summary>dx = dy * a + (x - mean) * b + c, per channel. dx may be dy.</summary>
    public static void GradientInput(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> dx)
    {
        fixed (float* px = x, pdy = dy, pdx = dx, pMean = mean, pa = a, pb = b, pc = c)
            ChannelMap.Run(new InputGradient { X = px, Dy = pdy, Mean = pMean, A = pa, B = pb, C = pc }, batch, channels, plane, pdx);
    }

    /// <summary>Channels in a piece of work: as many as read well together, yet enough pieces for a few threads.</summary>
    private static int Grain(int channels) => Math.Clamp(channels / 4, 1, ChannelSum.Grain);

    private struct StatisticsBody : IWorkBody
    {
        public float* X, Mean, Variance;
        public int Batch, Channels, Plane;

        public readonly void Run(int from, int to)
        {
            double count = (double)Batch * Plane;
            PlainTerm plain = new() { X = X };
            ChannelSum.Of(ref plain, Batch, Channels, Plane, from, to, Mean);
            for (int c = from; c < to; c++) Mean[c] = (float)(Mean[c] / count);
            SquareTerm square = new() { X = X, Mean = Mean };
            ChannelSum.Of(ref square, Batch, Channels, Plane, from, to, Variance);
            for (int c = from; c < to; c++) Variance[c] = (float)(Variance[c] / count);
        }
    }

    private struct GradientSumsBody : IWorkBody
    {
        public float* X, Dy, Mean, SumDy, SumDyX;
        public int Batch, Channels, Plane;

        public readonly void Run(int from, int to)
        {
            PlainTerm plain = new() { X = Dy };
            ChannelSum.Of(ref plain, Batch, Channels, Plane, from, to, SumDy);
            ProductTerm product = new() { X = X, Dy = Dy, Mean = Mean };
            ChannelSum.Of(ref product, Batch, Channels, Plane, from, to, SumDyX);
        }
    }

    private struct SquareTerm : IChannelTerm
    {
        public float* X, Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Add<TV, TS, TC>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels
        {
            TV d = TS.Subtract(TS.Load(X + offset), TC.Of<TV, TS>(Mean, channel));
            return TS.Fma(d, d, sum);
        }
    }

    private struct ProductTerm : IChannelTerm
    {
        public float* X, Dy, Mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Add<TV, TS, TC>(TV sum, long offset, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels =>
            TS.Fma(TS.Load(Dy + offset), TS.Subtract(TS.Load(X + offset), TC.Of<TV, TS>(Mean, channel)), sum);
    }

    private struct Normalized : IChannelFunction
    {
        public float* X, Mean, Scale, Shift;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS, TC>(long at, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels =>
            TS.Fma(TS.Subtract(TS.Load(X + at), TC.Of<TV, TS>(Mean, channel)), TC.Of<TV, TS>(Scale, channel), TC.Of<TV, TS>(Shift, channel));
    }

    private struct InputGradient : IChannelFunction
    {
        public float* X, Dy, Mean, A, B, C;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS, TC>(long at, int channel) where TV : unmanaged where TS : struct, ISimd<TV> where TC : struct, IChannels
        {
            TV centred = TS.Subtract(TS.Load(X + at), TC.Of<TV, TS>(Mean, channel));
            return TS.Fma(TS.Load(Dy + at), TC.Of<TV, TS>(A, channel), TS.Fma(centred, TC.Of<TV, TS>(B, channel), TC.Of<TV, TS>(C, channel)));
        }
    }
}
