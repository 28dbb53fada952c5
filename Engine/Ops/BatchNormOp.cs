using System.Diagnostics;
using Engine.Kernels;
using Engine.Kernels.Normalization;
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
        IOutputReader? reader = null) => Begin(x, weight, bias, runningMean, runningVariance, training, momentum, eps).Finish(relu, reader);

    /// <summary>The first half of <see cref="BatchNorm"/>: checks.</summary>
    internal static Normalization Begin(Tensor x, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVariance, bool training, double momentum, double eps)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check(x, weight, bias, runningMean, runningVariance);
        bool batchStatistics = training || runningMean is null;
        int batch = x.Shape[0], channels = x.Shape[1], plane = x.Plane;
        long perChannel = (long)batch * plane;
        if (training && perChannel == 1)
            throw new ArgumentException($"batch_norm: expected more than 1 value per channel when training, got input size {x.Shape}; use a larger batch, drop the last one, or evaluation mode.", nameof(x));
        Tensor lanes = x.To(Layout.BatchLanes), mean = Tensor.Empty([channels]), inverseStd = Tensor.Empty([channels]), scale = Tensor.Empty([channels]);
        Normalization result = new(x, lanes, mean, inverseStd, scale, weight ?? Tensor.Ones([channels]), bias ?? Tensor.Zeros([channels]), batchStatistics)
        {
            RunningMean = training ? runningMean : null, RunningVariance = training ? runningVariance : null, Momentum = momentum, Eps = eps, IsOpen = perChannel > 0 && batchStatistics,
        };
        if (result.IsOpen) return result;
        if (perChannel > 0) runningMean!.Span.CopyTo(mean.Span);
        else mean.Span.Clear();
        result.Numbers.Invert(perChannel > 0 ? runningVariance!.Span : Tensor.Ones([channels]).Span, new(0, channels));
        return result;
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

    /// <summary>A batch normalisation that is checked: what is left are its passes over the values.</summary>
    internal readonly record struct Normalization(Tensor X, Tensor Lanes, Tensor Mean, Tensor InverseStd, Tensor Scale, Tensor Weight, Tensor Shift, bool BatchStatistics)
    {
        /// <summary>Running statistics that are to be updated.</summary>
        public Tensor? RunningMean { get; init; }

        /// <inheritdoc cref="RunningMean"/>
        public Tensor? RunningVariance { get; init; }

        /// <summary>Weight of the batch in them.</summary>
        public double Momentum { get; init; }

        /// <summary>Added to the variance.</summary>
        public double Eps { get; init; }

        /// <summary>Whether the batch's statistics are still to be taken.</summary>
        public bool IsOpen { get; init; }

        /// <summary>For the kernels.</summary>
        public BatchNormNumbers Numbers => new()
        {
            Mean = Mean.Span, InverseStd = InverseStd.Span, Scale = Scale.Span, Weight = Weight.Span, Shift = Shift.Span,
            RunningMean = RunningMean is null ? [] : RunningMean.Span, RunningVariance = RunningVariance is null ? [] : RunningVariance.Span, Momentum = Momentum, Eps = Eps,
        };

        /// <summary>Takes the statistics, and updates the running ones.</summary>
        public Normalization Measured()
        {
            if (IsOpen) Numbers.Measure(Lanes.Span, X.Shape[0], X.Shape[1], X.Plane, new(0, X.Shape[1]));
            return this with { IsOpen = false };
        }

        /// <summary>The values, rectified where asked for.</summary>
        public Tensor Finish(bool relu, IOutputReader? reader)
        {
            Tensor y = Tensor.Empty(X.Shape, Layout.BatchLanes);
            bool rectify = relu && reader is null;
            if (IsOpen) BatchNormPasses.Forward(Lanes.Span, X.Shape[0], X.Shape[1], X.Plane, Numbers, y.Span, rectify);
            else BatchNormKernel.Normalize(Lanes.Span, X.Shape[0], X.Shape[1], X.Plane, Mean.Span, Scale.Span, Shift.Span, y.Span, rectify);
            if (relu) reader?.ReadAndRectify(y);
            return Tensors.Node.IsNeeded(X, Weight, Shift) ? Workspace.Rent<Node>().Set(this, relu, sum: null).Attach(y, X, Weight, Shift) : y;
        }

        /// <summary>The ReLU of their sum with another tensor of the same shape, in one pass, after <see cref="Measured"/>: the same bits as one after the other.</summary>
        public Tensor AddRelu(Tensor other)
        {
            Debug.Assert(!IsOpen);
            Tensor y = Tensor.Empty(X.Shape, Layout.BatchLanes);
            BatchNormKernel.NormalizeAndAdd(Lanes.Span, other.To(Layout.BatchLanes).Span, X.Shape[0], X.Shape[1], X.Plane, Mean.Span, Scale.Span, Shift.Span, y.Span);
            return Tensors.Node.IsNeeded(X, Weight, Shift, other) ? Workspace.Rent<Node>().Set(this, relu: false, y.Detach()).Attach(y, X, Weight, Shift, other) : y;
        }
    }

    /// <summary>Of the formulas see <see cref="BatchNormPasses.Backward"/>.</summary>
    private sealed class Node : Tensors.Node
    {
        private const int Other = 3; // the input that was added

        private Saved _x, _mean, _inverseStd, _scale, _shift, _sum;
        private bool _batchStatistics, _relu, _isSum;

        public override string Op => "batch_norm";

        public override bool IsRectified => _relu || _isSum;

        public Node Set(in Normalization of, bool relu, Tensor? sum)
        {
            (_x, _mean, _inverseStd, _scale, _shift) = (of.Lanes.Detach(), of.Mean, of.InverseStd, of.Scale, of.Shift);
            (_batchStatistics, _relu, _isSum, _sum) = (of.BatchStatistics, relu, sum is not null, sum is { } y ? new Saved(y) : default);
            return this;
        }

        protected override void Backward(Tensor gradient)
        {
            bool ours = GradientIsOurs;
            if (_isSum)
            {
                // what was normalised and what was added have the same gradient, so neither may write to it
                if (!GradientIsRectified) gradient = ReluOp.Gradient(gradient, _sum.Get("relu"), ref ours);
                bool here = Needs(0) || Needs(1) || Needs(2);
                Add(Other, gradient, ours && !here);
                if (!here) return;
                ours &= !Needs(Other);
            }
            Tensor saved = _x.Get(Op), mean = _mean.Get(Op), inverseStd = _inverseStd.Get(Op), scale = _scale.Get(Op), dy = gradient.To(Layout.BatchLanes);
            Tensor dbias = Tensor.Empty(mean.Shape), dweight = Tensor.Empty(mean.Shape);
            Tensor? dx = !Needs(0) ? null : ours || dy != gradient ? dy : Tensor.Empty(saved.Shape, Layout.BatchLanes);
            BatchNormPasses.Backward(saved.Span, dy.Span, saved.Shape[0], saved.Shape[1], saved.Plane, mean.Span, inverseStd.Span, scale.Span,
                _relu && !GradientIsRectified ? _shift.Get(Op).Span : [], _batchStatistics, dbias.Span, dweight.Span, dx is null ? [] : dx.Span, InputIsRectified(0));
            if (dx is not null) Add(0, dx, rectified: InputIsRectified(0));
            if (Needs(1)) Add(1, dweight);
            if (Needs(2)) Add(2, dbias);
        }

        protected override void Free() => _x = _mean = _inverseStd = _scale = _shift = _sum = default;
    }
}
