namespace Engine.Kernels.Normalization;

/// <summary>Batch normalisation in training from end to end: all that a pass of the net does in one call, which <see cref="ChannelSteps"/> cuts.</summary>
internal static unsafe class BatchNormPasses
{
    /// <summary>Computes the numbers, then y = (x - mean) * scale + shift, and the ReLU of it where asked for.</summary>
    public static void Forward(ReadOnlySpan<float> x, int batch, int channels, int plane, in BatchNormNumbers numbers, Span<float> y, bool relu)
    {
        fixed (float* px = x, py = y, mean = numbers.Mean, inverseStd = numbers.InverseStd, scale = numbers.Scale, weight = numbers.Weight, shift = numbers.Shift,
            runningMean = numbers.RunningMean, runningVariance = numbers.RunningVariance)
        {
            ForwardSteps steps = new()
            {
                X = px, Y = py, Batch = batch, Channels = channels, Plane = plane, Relu = relu, Mean = mean, InverseStd = inverseStd, Scale = scale, Weight = weight,
                Shift = shift, RunningMean = runningMean, RunningVariance = runningVariance, Momentum = numbers.Momentum, Eps = numbers.Eps,
            };
            ChannelSteps.Run(steps, batch, channels, plane);
        }
    }

    /// <summary>dbias = sum dy; dweight = sum dy * (x - mean) / std; dx = scale * (dy - [batch statistics: mean(dy) + (x - mean) / std^2 * mean(dy * (x - mean))]).</summary>
    /// <param name="x">The input.</param>
    /// <param name="dy">Gradient of the result.</param>
    /// <param name="batch">Images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="plane">Pixels of an image.</param>
    /// <param name="mean">What was subtracted.</param>
    /// <param name="inverseStd">1 / std.</param>
    /// <param name="scale">What was multiplied by.</param>
    /// <param name="shift">What was added, where a ReLU came after and dy is the gradient of its result; else empty.</param>
    /// <param name="batchStatistics">Whether mean and std are those of x.</param>
    /// <param name="dbias">Gradient of what was added.</param>
    /// <param name="dweight">Gradient of the weight.</param>
    /// <param name="dx">Gradient of the input, may be dy; empty: not wanted.</param>
    /// <param name="rectified">Whether x is the result of a ReLU and dx is to be the gradient of that one's input.</param>
    public static void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int batch, int channels, int plane, ReadOnlySpan<float> mean, ReadOnlySpan<float> inverseStd,
        ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, bool batchStatistics, Span<float> dbias, Span<float> dweight, Span<float> dx, bool rectified)
    {
        using Scratch terms = Scratch.Rent(2L * channels);
        terms.Span.Clear();
        fixed (float* px = x, pdy = dy, pdx = dx, pMean = mean, pInverseStd = inverseStd, pScale = scale, pShift = shift, pdbias = dbias, pdweight = dweight)
        {
            BackwardSteps steps = new()
            {
                X = px, Dy = pdy, Dx = pdx, Batch = batch, Channels = channels, Plane = plane, Mean = pMean, InverseStd = pInverseStd, Scale = pScale, Shift = pShift,
                BatchStatistics = batchStatistics, Rectified = rectified, Dbias = pdbias, Dweight = pdweight, Slope = terms.Pointer, Offset = terms.Pointer + channels,
            };
            ChannelSteps.Run(steps, batch, channels, plane);
        }
    }

    private struct ForwardSteps : IChannelSteps
    {
        public float* X, Y, Mean, InverseStd, Scale, Weight, Shift, RunningMean, RunningVariance;
        public double Momentum, Eps;
        public int Batch, Channels, Plane;
        public bool Relu;

        public readonly void Run(ChannelRange channels)
        {
            int all = Channels, count = Batch * Channels * Plane, running = RunningMean == null ? 0 : all;
            BatchNormNumbers numbers = new()
            {
                Mean = new(Mean, all), InverseStd = new(InverseStd, all), Scale = new(Scale, all), Weight = new(Weight, all), Shift = new(Shift, all),
                RunningMean = new(RunningMean, running), RunningVariance = new(RunningVariance, running), Momentum = Momentum, Eps = Eps,
            };
            ReadOnlySpan<float> x = new(X, count);
            numbers.Measure(x, Batch, all, Plane, channels);
            BatchNormKernel.Normalize(x, Batch, all, Plane, numbers.Mean, numbers.Scale, numbers.Shift, new(Y, count), Relu, channels);
        }
    }

    private struct BackwardSteps : IChannelSteps
    {
        public float* X, Dy, Dx, Mean, InverseStd, Scale, Shift, Dbias, Dweight, Slope, Offset;
        public int Batch, Channels, Plane;
        public bool BatchStatistics, Rectified;

        public readonly void Run(ChannelRange channels)
        {
            int all = Channels, size = Batch * Channels * Plane;
            ReadOnlySpan<float> x = new(X, size), dy = new(Dy, size), mean = new(Mean, all), scale = new(Scale, all), shift = new(Shift, Shift == null ? 0 : all);
            BatchNormKernel.GradientSums(x, dy, Batch, all, Plane, mean, scale, shift, new(Dbias, all), new(Dweight, all), channels);
            if (Dx != null)
            {
                if (BatchStatistics) Means(channels);
                BatchNormKernel.GradientInput(x, dy, Batch, all, Plane, mean, scale, new(Slope, all), new(Offset, all), shift, new(Dx, size), Rectified, channels);
            }
            for (int c = channels.From; c < channels.To; c++) Dweight[c] *= InverseStd[c];
        }

        /// <summary>What the means take from the gradient: slope * (x - mean) + offset.</summary>
        private readonly void Means(ChannelRange channels)
        {
            double count = Math.Max(1, (double)Batch * Plane);
            for (int c = channels.From; c < channels.To; c++)
            {
                double s = InverseStd[c];
                Slope[c] = (float)(-Scale[c] * s * s * Dweight[c] / count);
                Offset[c] = (float)(-Scale[c] * (double)Dbias[c] / count);
            }
        }
    }
}
