using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Ops;

/// <summary>Batch normalisation.</summary>
public static class BatchNormOp
{
    /// <summary>Normalises each channel: (x - mean) / sqrt(variance + eps) * weight + bias (Ioffe and Szegedy 2015), as <c>torch.nn.functional.batch_norm</c>.</summary>
    /// <remarks>In training the mean and the biased variance of the batch over N and all pixels, and running = (1 - momentum) * running + momentum * statistic,
    /// the variance unbiased there. In evaluation the running statistics, or the batch's where there are none.</remarks>
    /// <param name="x">[N, C], [N, C, L] or [N, C, H, W].</param>
    /// <param name="weight">Scale, [C]; null for 1.</param>
    /// <param name="bias">Shift, [C]; null for 0.</param>
    /// <param name="runningMean">[C], updated in place in training; null for none.</param>
    /// <param name="runningVariance">[C], updated in place in training; null for none.</param>
    /// <param name="training">Batch statistics rather than running ones.</param>
    /// <param name="momentum">Weight of the new statistic, 0 to 1.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or training with one value per channel.</exception>
    public static Tensor BatchNorm(this Tensor x, Tensor? weight = null, Tensor? bias = null, Tensor? runningMean = null, Tensor? runningVariance = null,
        bool training = true, double momentum = 0.1, double eps = 1e-5) =>
        Apply(x, weight, bias, runningMean, runningVariance, training, momentum, eps, relu: false);

    /// <summary><see cref="BatchNorm"/>, and the ReLU of it where asked for, which is left to a reader if there is one: the same bits as one after the other.</summary>
    internal static Tensor Apply(Tensor x, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVariance, bool training, double momentum, double eps, bool relu,
        IOutputReader? reader = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check(x, weight, bias, runningMean, runningVariance);
        bool batchStatistics = training || runningMean is null;
        int batch = x.Shape[0], channels = x.Shape[1], plane = x.Plane;
        long perChannel = (long)batch * plane;
        if (training && perChannel == 1)
            throw new ArgumentException($"batch_norm: expected more than 1 value per channel when training, got input size {x.Shape}; use a larger batch, drop the last one, or evaluation mode.", nameof(x));
        Tensor lanes = x.To(Layout.BatchLanes), y = Tensor.Empty(x.Shape, Layout.BatchLanes);
        Tensor mean = Tensor.Empty([channels]), inverseStd = Tensor.Empty([channels]), scale = Tensor.Empty([channels]);
        if (perChannel == 0) (mean, inverseStd) = (Tensor.Zeros([channels]), Tensor.Ones([channels]));
        else if (batchStatistics)
        {
            BatchNormKernel.Statistics(lanes.Span, batch, channels, plane, mean.Span, inverseStd.Span);
            if (training && runningMean is not null) Update(runningMean, runningVariance!, mean.Span, inverseStd.Span, momentum, perChannel);
            InvertStd(inverseStd.Span, inverseStd.Span, eps);
        }
        else
        {
            runningMean!.Span.CopyTo(mean.Span);
            InvertStd(runningVariance!.Span, inverseStd.Span, eps);
        }
        for (int c = 0; c < channels; c++) scale.Span[c] = inverseStd.Span[c] * (weight is null ? 1 : weight.Span[c]);
        Tensor shift = bias ?? Tensor.Zeros([channels]);
        BatchNormKernel.Normalize(lanes.Span, batch, channels, plane, mean.Span, scale.Span, shift.Span, y.Span, relu && reader is null);
        if (relu) reader?.ReadAndRectify(y);
        Tensor scaleInput = weight ?? Tensor.Ones([channels]);
        return Node.IsNeeded(x, scaleInput, shift)
            ? Workspace.Rent<Node>().Set(lanes.Detach(), mean, inverseStd, scale, shift, batchStatistics, relu).Attach(y, x, scaleInput, shift) : y;
    }

    private static void Check(Tensor x, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVariance)
    {
        if (x.Rank < 2) throw new ArgumentException($"batch_norm: input must have at least 2 dimensions [N, C, ...], got {x.Shape}.", nameof(x));
        if ((runningMean is null) != (runningVariance is null))
            throw new ArgumentException("batch_norm: give both running statistics or neither.", nameof(runningVariance));
        CheckPerChannel(x, weight, nameof(weight));
        CheckPerChannel(x, bias, nameof(bias));
        CheckPerChannel(x, runningMean, nameof(runningMean));
        CheckPerChannel(x, runningVariance, nameof(runningVariance));
    }

    private static void CheckPerChannel(Tensor x, Tensor? tensor, string name)
    {
        Shape perChannel = new(x.Shape[1]);
        if (tensor is not null && tensor.Shape != perChannel)
            throw new ArgumentException($"batch_norm: {name} must have one value per channel, shape {perChannel}, got {tensor.Shape}. Received: input {x.Shape}.", name);
    }

    private static void Update(Tensor runningMean, Tensor runningVariance, ReadOnlySpan<float> mean, ReadOnlySpan<float> variance, double momentum, long count)
    {
        double unbias = count > 1 ? count / (count - 1.0) : 1;
        for (int c = 0; c < mean.Length; c++)
        {
            runningMean.Span[c] = (float)((1 - momentum) * runningMean.Span[c] + momentum * mean[c]);
            runningVariance.Span[c] = (float)((1 - momentum) * runningVariance.Span[c] + momentum * (variance[c] * unbias));
        }
    }

    private static void InvertStd(ReadOnlySpan<float> variance, Span<float> inverseStd, double eps)
    {
        for (int c = 0; c < variance.Length; c++) inverseStd[c] = (float)(1 / Math.Sqrt(variance[c] + eps));
    }

    /// <summary>dx = scale * (dy - [batch statistics: mean(dy) + (x - mean) / std^2 * mean(dy * (x - mean))]); dweight = sum dy * (x - mean) / std; dbias = sum dy.</summary>
    private sealed class Node : Tensors.Node
    {
        private Saved _x, _mean, _inverseStd, _scale, _shift;
        private bool _batchStatistics, _relu;

        public override string Op => "batch_norm";

        public override bool IsRectified => _relu;

        public Node Set(Tensor lanes, Tensor mean, Tensor inverseStd, Tensor scale, Tensor shift, bool batchStatistics, bool relu)
        {
            (_x, _mean, _inverseStd, _scale, _shift, _batchStatistics, _relu) = (lanes, mean, inverseStd, scale, shift, batchStatistics, relu);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            Tensor saved = _x.Get(Op), mean = _mean.Get(Op), inverseStd = _inverseStd.Get(Op), scale = _scale.Get(Op), dy = gradient.To(Layout.BatchLanes);
            int batch = saved.Shape[0], channels = saved.Shape[1], plane = saved.Plane;
            double count = Math.Max(1, (double)batch * plane);
            ReadOnlySpan<float> shift = _relu && !GradientIsRectified ? _shift.Get(Op).Span : [];
            Tensor sumDy = Tensor.Empty([channels]), sumDyX = Tensor.Empty([channels]);
            BatchNormKernel.GradientSums(saved.Span, dy.Span, batch, channels, plane, mean.Span, scale.Span, shift, sumDy.Span, sumDyX.Span);
            if (Needs(0))
            {
                Tensor dx = GradientIsOurs || dy != gradient ? dy : Tensor.Empty(saved.Shape, Layout.BatchLanes), slope = Tensor.Zeros([channels]), offset = Tensor.Zeros([channels]);
                if (_batchStatistics)
                    for (int c = 0; c < channels; c++)
                    {
                        double s = inverseStd.Span[c];
                        slope.Span[c] = (float)(-scale.Span[c] * s * s * sumDyX.Span[c] / count);
                        offset.Span[c] = (float)(-scale.Span[c] * (double)sumDy.Span[c] / count);
                    }
                BatchNormKernel.GradientInput(saved.Span, dy.Span, batch, channels, plane, mean.Span, scale.Span, slope.Span, offset.Span, shift, dx.Span, InputIsRectified(0));
                Add(0, dx, rectified: InputIsRectified(0));
            }
            if (Needs(1))
            {
                for (int c = 0; c < channels; c++) sumDyX.Span[c] *= inverseStd.Span[c];
                Add(1, sumDyX);
            }
            if (Needs(2)) Add(2, sumDy);
        }

        protected override void Free() => _x = _mean = _inverseStd = _scale = _shift = default;
    }
}
