using Engine.Ops;
using Engine.Tensors;

namespace Engine.Nn;

/// <summary>What <see cref="BatchNorm1d"/> and <see cref="BatchNorm2d"/> share: batch statistics in training, running statistics in evaluation, PyTorch's conventions.</summary>
public abstract class BatchNorm : Module, IRectifiable
{
    private readonly Tensor? _batchesTracked;

    private protected BatchNorm(int features, double? momentum, double eps, bool affine, bool trackRunningStats)
    {
        if (features <= 0) throw new ArgumentOutOfRangeException(nameof(features), $"batch_norm: features must be positive, got {features}.");
        if (momentum is { } m && !(m is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(momentum), $"batch_norm: momentum must be between 0 and 1, got {m}.");
        if (!(eps > 0)) throw new ArgumentOutOfRangeException(nameof(eps), $"batch_norm: eps must be positive, got {eps}.");
        (Features, Momentum, Eps) = (features, momentum, eps);
        if (affine)
        {
            Weight = AddParameter("weight", Tensor.Ones([features]), decays: false);
            Bias = AddParameter("bias", Tensor.Zeros([features]), decays: false);
        }
        if (!trackRunningStats) return;
        RunningMean = AddBuffer("running_mean", Tensor.Zeros([features]));
        RunningVariance = AddBuffer("running_var", Tensor.Ones([features]));
        _batchesTracked = AddBuffer("num_batches_tracked", Tensor.Scalar(0), isInteger: true);
    }

    /// <summary>Channels.</summary>
    public int Features { get; }

    /// <summary>Weight of a new batch's statistics in the running ones; null for the plain average of all batches.</summary>
    public double? Momentum { get; }

    /// <summary>Added to the variance.</summary>
    public double Eps { get; }

    /// <summary>Scale, gamma, [C]; 1 at first; null where not affine.</summary>
    public Tensor? Weight { get; }

    /// <summary>Shift, beta, [C]; 0 at first; null where not affine.</summary>
    public Tensor? Bias { get; }

    /// <summary>Running mean, [C]; null where not tracked.</summary>
    public Tensor? RunningMean { get; }

    /// <summary>Running unbiased variance, [C]; null where not tracked.</summary>
    public Tensor? RunningVariance { get; }

    /// <summary>How many training batches the running statistics have seen.</summary>
    public long BatchesTracked => _batchesTracked is null ? 0 : (long)_batchesTracked.Item();

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        Check(input);
        return input;
    }

    /// <summary>Whether the layer takes inputs of this rank.</summary>
    private protected abstract bool Accepts(int rank);

    /// <summary>"[N, C, H, W]".</summary>
    private protected abstract string Expected { get; }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x) => Run(x, relu: false);

    Tensor IRectifiable.ForwardRectified(Tensor x) => Run(x, relu: true);

    /// <inheritdoc/>
    protected internal override int? TraceChannels(int? incoming)
    {
        if (incoming is { } channels && channels != Features)
            throw new ArgumentException($"{Where("batch_norm")}: expects {Features} channels, but the layer before gives {channels}.", nameof(incoming));
        return Features;
    }

    private Tensor Run(Tensor x, bool relu) => Begin(x).Finish(relu, Reader);

    /// <summary>The layer without its pass over the values, for one who does more in that pass.</summary>
    internal BatchNormOp.Normalization Begin(Tensor x)
    {
        Check(x.Shape);
        if (IsTraining && (long)x.Shape[0] * x.Plane == 1)
            throw new ArgumentException($"{Where("batch_norm")}: expected more than 1 value per channel when training, got input size {x.Shape}; use a larger batch, drop the last one, or evaluation mode.", nameof(x));
        double momentum = Momentum ?? 0;
        if (IsTraining && _batchesTracked is not null)
        {
            _batchesTracked.Span[0]++;
            if (Momentum is null) momentum = 1.0 / BatchesTracked;
        }
        return BatchNormOp.Begin(x, Weight, Bias, RunningMean, RunningVariance, IsTraining, momentum, Eps);
    }

    private void Check(Shape x)
    {
        if (!Accepts(x.Rank) || x[1] != Features)
            throw new ArgumentException($"{Where("batch_norm")}: expects {Features} channels in {Expected}, got {x}.", nameof(x));
    }
}
