using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Batch normalisation over <see cref="BatchLanes"/> activations (Ioffe and Szegedy 2015, in PyTorch's conventions), with the ReLU before or after it.</summary>
/// <remarks>Four passes over memory: statistics, normalisation, sums of the gradient, gradient. Of a ReLU after it the derivative follows from the input,
/// normalised once more; of one before it from the input, which is that ReLU's result.</remarks>
internal static unsafe class BatchNormKernel
{
    /// <summary>Mean and biased variance of each channel over N, H, W. Of each part, while the cache holds it, first the mean, then the squares about it, so that
    /// nothing cancels; the parts are merged in double (Chan, Golub and LeVeque 1979).</summary>
    public static void Statistics(ReadOnlySpan<float> x, int batch, int channels, int plane, Span<float> mean, Span<float> variance)
    {
        ChannelParts parts = new(batch, channels, plane);
        using Scratch partial = Scratch.Rent(3L * parts.Count * channels);
        fixed (float* px = x)
        {
            StatisticsBody body = new() { X = px, Parts = parts, Channels = channels, Partial = partial.Pointer };
            Work.For(parts.Count, 1, ref body);
        }
        double count = (double)batch * plane;
        for (int c = 0; c < channels; c++)
        {
            float* sums = partial.Pointer + c;
            double sum = 0, squares = 0;
            for (int part = 0; part < parts.Count; part++, sums += 3 * channels) sum += *sums;
            double all = sum / count;
            sums = partial.Pointer + c;
            for (int part = 0; part < parts.Count; part++, sums += 3 * channels)
            {
                int elements = parts[part].Count;
                double distance = *sums / (double)elements - all;
                squares += sums[2 * channels] + elements * distance * distance;
            }
            (mean[c], variance[c]) = ((float)all, (float)(squares / count));
        }
    }

    /// <summary>y = (x - mean) * scale + shift, per channel, and the ReLU of it where asked for. y may be x.</summary>
    public static void Normalize(ReadOnlySpan<float> x, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y, bool relu = false)
    {
        fixed (float* px = x, py = y, pMean = mean, pScale = scale, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pScale, K2 = pShift };
            if (relu) ChannelMap.Run(new Normalized<WithRelu> { X = px }, batch, channels, plane, numbers, py);
            else ChannelMap.Run(new Normalized<NoRelu> { X = px }, batch, channels, plane, numbers, py);
        }
    }

    /// <summary>sumDy[c] = sum of dy, sumDyX[c] = sum of dy * (x - mean).</summary>
    /// <param name="x">The input.</param>
    /// <param name="dy">Gradient of the result.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="mean">What was subtracted.</param>
    /// <param name="scale">What was multiplied by.</param>
    /// <param name="shift">What was added, where a ReLU came after and dy is the gradient of its result; else empty.</param>
    /// <param name="sumDy">One a channel.</param>
    /// <param name="sumDyX">One a channel.</param>
    public static void GradientSums(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift, Span<float> sumDy, Span<float> sumDyX)
    {
        ChannelParts parts = new(batch, channels, plane);
        using Scratch partial = Scratch.Rent(2L * parts.Count * channels);
        fixed (float* px = x, pdy = dy, pMean = mean, pScale = scale, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pScale, K2 = pShift };
            if (shift.IsEmpty)
            {
                GradientSumsBody<NoRelu> body = new() { X = px, Dy = pdy, Parts = parts, Channels = channels, Numbers = numbers, Partial = partial.Pointer };
                Work.For(parts.Count, 1, ref body);
            }
            else
            {
                GradientSumsBody<WithRelu> body = new() { X = px, Dy = pdy, Parts = parts, Channels = channels, Numbers = numbers, Partial = partial.Pointer };
                Work.For(parts.Count, 1, ref body);
            }
        }
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, sumX = 0;
            float* sums = partial.Pointer + c;
            for (int part = 0; part < parts.Count; part++, sums += 2 * channels) (sum, sumX) = (sum + *sums, sumX + sums[channels]);
            (sumDy[c], sumDyX[c]) = ((float)sum, (float)sumX);
        }
    }

    /// <summary>dx = dy * a + (x - mean) * b + c, per channel. dx may be dy.</summary>
    /// <param name="x">The input.</param>
    /// <param name="dy">Gradient of the result.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="mean">What was subtracted.</param>
    /// <param name="a">What was multiplied by.</param>
    /// <param name="b">See the formula.</param>
    /// <param name="c">See the formula.</param>
    /// <param name="shift">What was added, where a ReLU came after and dy is the gradient of its result; else empty.</param>
    /// <param name="dx">The gradient of the input.</param>
    /// <param name="rectified">Whether x is the result of a ReLU and dx is to be the gradient of that one's input.</param>
    public static void GradientInput(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> shift, Span<float> dx, bool rectified = false)
    {
        fixed (float* px = x, pdy = dy, pdx = dx, pMean = mean, pa = a, pb = b, pc = c, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pa, K2 = pShift, K3 = pb, K4 = pc };
            if (rectified && shift.IsEmpty) ChannelMap.Run(new InputGradient<WithRelu, NoRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx);
            else if (rectified) ChannelMap.Run(new InputGradient<WithRelu, WithRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx);
            else if (shift.IsEmpty) ChannelMap.Run(new InputGradient<NoRelu, NoRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx);
            else ChannelMap.Run(new InputGradient<NoRelu, WithRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx);
        }
    }

    /// <summary>An item is a part: [part][sums, means, squares][channel].</summary>
    private struct StatisticsBody : IWorkBody
    {
        public ChannelParts Parts;
        public float* X, Partial;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            const int Group = ChannelSum<PlainTerm>.Group;
            for (int item = from; item < to; item++)
            {
                ChannelPart part = Parts[item];
                float* sums = Partial + 3L * item * Channels, means = sums + Channels, squares = means + Channels;
                ChannelSum<PlainTerm> sum = new() { Term = new() { X = X }, Part = part, Channels = Channels, Sums = sums };
                ChannelSum<SquareTerm> square = new() { Term = new() { X = X }, Part = part, Channels = Channels, Numbers = new() { K0 = means }, Sums = squares };
                for (int c = 0; c < Channels; c += Group)
                {
                    (sum.From, sum.To) = (square.From, square.To) = (c, Math.Min(c + Group, Channels));
                    Simd.Dispatch(ref sum);
                    for (int i = c; i < sum.To; i++) means[i] = (float)(sums[i] / (double)part.Count);
                    Simd.Dispatch(ref square);
                }
            }
        }
    }

    /// <summary>An item is a part: [part][dy, dy * (x - mean)][channel].</summary>
    private struct GradientSumsBody<TAfter> : IWorkBody where TAfter : struct, IReluGradient
    {
        public ChannelParts Parts;
        public ChannelNumbers Numbers;
        public float* X, Dy, Partial;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            const int Group = ChannelSum<PlainTerm>.Group;
            for (int item = from; item < to; item++)
            {
                float* sums = Partial + 2L * item * Channels;
                ChannelSum<GradientTerm<TAfter>> sum = new() { Term = new() { X = X, Dy = Dy }, Part = Parts[item], Channels = Channels, Numbers = Numbers, Sums = sums };
                ChannelSum<ProductTerm<TAfter>> product = new() { Term = new() { X = X, Dy = Dy }, Part = Parts[item], Channels = Channels, Numbers = Numbers, Sums = sums + Channels };
                for (int c = 0; c < Channels; c += Group)
                {
                    (sum.From, sum.To) = (product.From, product.To) = (c, Math.Min(c + Group, Channels));
                    Simd.Dispatch(ref sum);
                    Simd.Dispatch(ref product);
                }
            }
        }
    }

    private struct SquareTerm : IChannelTerm
    {
        public float* X;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Add<TV, TS>(TV sum, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV d = TS.Subtract(TS.Load(X + at), k.K0);
            return TS.Fma(d, d, sum);
        }
    }

    private struct GradientTerm<TAfter> : IChannelTerm where TAfter : struct, IReluGradient
    {
        public float* X, Dy;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Add<TV, TS>(TV sum, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> =>
            TS.Add(sum, TAfter.IsRelu ? Upstream<TV, TS, TAfter>(TS.Load(Dy + at), TS.Subtract(TS.Load(X + at), k.K0), k) : TS.Load(Dy + at));
    }

    private struct ProductTerm<TAfter> : IChannelTerm where TAfter : struct, IReluGradient
    {
        public float* X, Dy;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Add<TV, TS>(TV sum, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV centred = TS.Subtract(TS.Load(X + at), k.K0);
            return TS.Fma(Upstream<TV, TS, TAfter>(TS.Load(Dy + at), centred, k), centred, sum);
        }
    }

    private struct Normalized<TAfter> : IChannelFunction where TAfter : struct, IReluGradient
    {
        public float* X;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV y = TS.Fma(TS.Subtract(TS.Load(X + at), k.K0), k.K1, k.K2);
            return TAfter.IsRelu ? TS.Max(y, TS.Create(0)) : y;
        }
    }

    private struct InputGradient<TBefore, TAfter> : IChannelFunction where TBefore : struct, IReluGradient where TAfter : struct, IReluGradient
    {
        public float* X, Dy;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV x = TS.Load(X + at), centred = TS.Subtract(x, k.K0), dy = Upstream<TV, TS, TAfter>(TS.Load(Dy + at), centred, k);
            return TBefore.Of<TV, TS>(TS.Fma(dy, k.K1, TS.Fma(centred, k.K3, k.K4)), x);
        }
    }

    /// <summary>The gradient of what was normalised, given that of the ReLU after it, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Upstream<TV, TS, TAfter>(TV dy, TV centred, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> where TAfter : struct, IReluGradient =>
        TAfter.IsRelu ? TAfter.Of<TV, TS>(dy, TS.Max(TS.Fma(centred, k.K1, k.K2), TS.Create(0))) : dy;
}
