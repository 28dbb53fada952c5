using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels.Normalization;

/// <summary>Batch normalisation over <see cref="BatchLanes"/> activations (Ioffe and Szegedy 2015, in PyTorch's conventions), with the ReLU before or after it.</summary>
/// <remarks>Four passes over memory: statistics (<see cref="BatchStatistics"/>), normalisation, sums of the gradient, gradient. Of a ReLU after it the derivative follows from the input,
/// normalised once more; of one before it from the input, which is that ReLU's result.</remarks>
internal static unsafe class BatchNormKernel
{
    /// <summary>y = (x - mean) * scale + shift, per channel, and the ReLU of it where asked for. y may be x. Of some channels only, or of all (null).</summary>
    public static void Normalize(ReadOnlySpan<float> x, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y, bool relu = false,
        ChannelRange? only = null)
    {
        fixed (float* px = x, py = y, pMean = mean, pScale = scale, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pScale, K2 = pShift };
            if (relu) ChannelMap.Run(new Normalized<WithRelu> { X = px }, batch, channels, plane, numbers, py, only);
            else ChannelMap.Run(new Normalized<NoRelu> { X = px }, batch, channels, plane, numbers, py, only);
        }
    }

    /// <summary>y = the ReLU of (x - mean) * scale + shift + other, per channel: the end of a residual block. y may be x or other.</summary>
    public static void NormalizeAndAdd(ReadOnlySpan<float> x, ReadOnlySpan<float> other, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> y)
    {
        fixed (float* px = x, pOther = other, py = y, pMean = mean, pScale = scale, pShift = shift)
            ChannelMap.Run(new NormalizedSum { X = px, Other = pOther }, batch, channels, plane, new() { K0 = pMean, K1 = pScale, K2 = pShift }, py);
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
    /// <param name="only">The channels that are wanted; null for all.</param>
    public static void GradientSums(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift, Span<float> sumDy, Span<float> sumDyX, ChannelRange? only = null)
    {
        ChannelRange range = only ?? new(0, channels);
        ChannelParts parts = new(batch, channels, plane);
        using Scratch partial = Scratch.Rent(2L * parts.Count * range.Count);
        fixed (float* px = x, pdy = dy, pMean = mean, pScale = scale, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pScale, K2 = pShift };
            if (shift.IsEmpty)
            {
                GradientSumsBody<NoRelu> body = new() { X = px, Dy = pdy, Parts = parts, Channels = channels, Range = range, Numbers = numbers, Partial = partial.Pointer };
                Work.For(parts.Count, 1, ref body);
            }
            else
            {
                GradientSumsBody<WithRelu> body = new() { X = px, Dy = pdy, Parts = parts, Channels = channels, Range = range, Numbers = numbers, Partial = partial.Pointer };
                Work.For(parts.Count, 1, ref body);
            }
        }
        using Scratch totals = Scratch.Rent(4L * range.Count);
        Span<double> sums = MemoryMarshal.Cast<float, double>(totals.Span); // as in a part
        sums.Clear();
        for (int part = 0; part < parts.Count; part++)
        {
            float* of = partial.Pointer + 2L * part * range.Count;
            for (int i = 0; i < sums.Length; i++) sums[i] += of[i];
        }
        for (int i = 0; i < range.Count; i++) (sumDy[range.From + i], sumDyX[range.From + i]) = ((float)sums[i], (float)sums[range.Count + i]);
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
    /// <param name="only">The channels that are wanted; null for all.</param>
    public static void GradientInput(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> shift, Span<float> dx, bool rectified = false, ChannelRange? only = null)
    {
        fixed (float* px = x, pdy = dy, pdx = dx, pMean = mean, pa = a, pb = b, pc = c, pShift = shift)
        {
            ChannelNumbers numbers = new() { K0 = pMean, K1 = pa, K2 = pb, K3 = pc, K4 = pShift };
            if (rectified && shift.IsEmpty) ChannelMap.Run(new InputGradient<WithRelu, NoRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx, only);
            else if (rectified) ChannelMap.Run(new InputGradient<WithRelu, WithRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx, only);
            else if (shift.IsEmpty) ChannelMap.Run(new InputGradient<NoRelu, NoRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx, only);
            else ChannelMap.Run(new InputGradient<NoRelu, WithRelu> { X = px, Dy = pdy }, batch, channels, plane, numbers, pdx, only);
        }
    }

    /// <summary>An item is a part: [part][dy, dy * (x - mean)][channel of the range].</summary>
    private struct GradientSumsBody<TAfter> : IWorkBody where TAfter : struct, IReluGradient
    {
        public ChannelParts Parts;
        public ChannelRange Range;
        public ChannelNumbers Numbers;
        public float* X, Dy, Partial;
        public int Channels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            ChannelSum<GradientTerm<TAfter>> sum = new() { Term = new() { X = X, Dy = Dy }, Channels = Channels, From = Range.From, To = Range.To, Numbers = Numbers };
            for (int item = from; item < to; item++)
            {
                sum.Part = Parts[item];
                sum.Sums = Partial + 2L * item * Range.Count - Range.From; // so that channel c is at [c]
                sum.Seconds = sum.Sums + Range.Count;
                Simd.Dispatch(ref sum);
            }
        }
    }

    /// <summary>dy and dy * (x - mean).</summary>
    private struct GradientTerm<TAfter> : IChannelTerm where TAfter : struct, IReluGradient
    {
        public float* X, Dy;

        public static bool IsPair => true;

        public static int Numbers => TAfter.IsRelu ? 3 : 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Add<TV, TS>(ref TV sum, ref TV second, long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV centred = TS.Subtract(TS.Load(X + at), k.K0), dy = Upstream<TV, TS, TAfter>(TS.Load(Dy + at), centred, k.K1, k.K2);
            sum = TS.Add(sum, dy);
            second = TS.Fma(dy, centred, second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Fetch<TV, TS>(long at) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            Caches.Soon<TV, TS>(X + at);
            Caches.Soon<TV, TS>(Dy + at);
        }
    }

    private struct Normalized<TAfter> : IChannelFunction where TAfter : struct, IReluGradient
    {
        public float* X;

        public static int Numbers => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV y = TS.Fma(TS.Subtract(TS.Load(X + at), k.K0), k.K1, k.K2);
            return TAfter.IsRelu ? Rectified<TV, TS>(y) : y;
        }
    }

    private struct NormalizedSum : IChannelFunction
    {
        public float* X, Other;

        public static int Numbers => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV> =>
            Rectified<TV, TS>(TS.Add(TS.Fma(TS.Subtract(TS.Load(X + at), k.K0), k.K1, k.K2), TS.Load(Other + at)));
    }

    private struct InputGradient<TBefore, TAfter> : IChannelFunction where TBefore : struct, IReluGradient where TAfter : struct, IReluGradient
    {
        public float* X, Dy;

        public static int Numbers => TAfter.IsRelu ? 5 : 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TV Invoke<TV, TS>(long at, in ChannelVectors<TV> k) where TV : unmanaged where TS : struct, ISimd<TV>
        {
            TV x = TS.Load(X + at), centred = TS.Subtract(x, k.K0), dy = Upstream<TV, TS, TAfter>(TS.Load(Dy + at), centred, k.K1, k.K4);
            return TBefore.Of<TV, TS>(TS.Fma(dy, k.K1, TS.Fma(centred, k.K2, k.K3)), x);
        }
    }

    /// <summary>max(y, 0), NaN where y is; the sum makes +0 of -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Rectified<TV, TS>(TV y) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Add(TS.Larger(TS.Create(0), y), TS.Create(0));

    /// <summary>The gradient of what was normalised, given that of the ReLU after it, if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Upstream<TV, TS, TAfter>(TV dy, TV centred, TV scale, TV shift) where TV : unmanaged where TS : struct, ISimd<TV> where TAfter : struct, IReluGradient =>
        TAfter.IsRelu ? TAfter.Of<TV, TS>(dy, TS.Larger(TS.Create(0), TS.Fma(centred, scale, shift))) : dy;
}
