using Engine.Ops;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Trains on mixtures of two images and of their labels (Zhang et al. 2017), as fastai's callback of this name.</summary>
/// <remarks>Each image is mixed with one of its batch, x = l * x + (1 - l) * x[other], its own share l the larger of a draw from Beta(alpha, alpha) and the rest to 1; the
/// loss is mixed alike, which for cross-entropy is the same as mixing targets. Validation sees images as they are. The generator is the callback's own, so that
/// using it changes no other random number.</remarks>
public sealed class Mixup : Callback, ICheckpointed
{
    private readonly double _alpha;
    private readonly Rng _rng;
    private readonly LossFunction _mixedLoss;
    private float[] _shares = [];
    private int[] _others = [];
    private float _smoothing;

    /// <summary>Chooses how strongly to mix.</summary>
    /// <param name="rng">Where shares and partners are drawn from.</param>
    /// <param name="alpha">Above 0: small ones leave most images nearly as they are, 1 makes every share equally likely.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not positive.</exception>
    public Mixup(Rng rng, double alpha = 0.4)
    {
        ArgumentNullException.ThrowIfNull(rng);
        if (!(alpha > 0 && double.IsFinite(alpha))) throw new ArgumentOutOfRangeException(nameof(alpha), $"mixup: alpha must be above 0, got {alpha}.");
        (_alpha, _rng, _mixedLoss) = (alpha, rng, MixedLoss);
    }

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <summary>Share that each image of the latest batch keeps, from .5 to 1.</summary>
    public ReadOnlySpan<float> Shares => _shares;

    /// <summary>The image of the batch that each was mixed with.</summary>
    public ReadOnlySpan<int> Others => _others;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The learner's loss is no cross-entropy.</exception>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _smoothing = Loss.SmoothingOf(learner.LossFunction)
            ?? throw new InvalidOperationException("mixup: the learner's loss is not one that labels can be mixed for; use Loss.CrossEntropy or Loss.LabelSmoothingCrossEntropy.");
    }

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        Tensor x = learner.Inputs;
        int n = x.Shape[0];
        if (_shares.Length != n) (_shares, _others) = (new float[n], new int[n]);
        for (int i = 0; i < n; i++)
        {
            double share = Beta();
            (_shares[i], _others[i]) = ((float)Math.Max(share, 1 - share), i);
        }
        _rng.Shuffle(_others.AsSpan());
        using GradMode.Scope noGrad = GradMode.NoGrad();
        Tensor shares = Tensor.From(_shares, x.Rank switch { 2 => [n, 1], 3 => [n, 1, 1], _ => [n, 1, 1, 1] }), other = x.IndexSelect(0, _others);
        learner.Inputs = other + (x - other) * shares;
        learner.BatchLoss = _mixedLoss;
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.MustMatch("alpha", _alpha);
        state.Generator("rng", _rng);
    }

    private Tensor MixedLoss(Tensor predictions, ReadOnlySpan<int> labels)
    {
        Tensor targets = Tensor.Zeros(predictions.Shape);
        int classes = predictions.Shape[1];
        Span<float> rows = targets.Span;
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes) throw new ArgumentOutOfRangeException(nameof(labels), $"mixup: label {labels[i]} at index {i} of the batch; {classes} classes (0..{classes - 1}).");
            rows[i * classes + labels[i]] += _shares[i];
        }
        for (int i = 0; i < labels.Length; i++) rows[i * classes + labels[_others[i]]] += 1 - _shares[i];
        return predictions.CrossEntropy(targets, labelSmoothing: _smoothing);
    }

    /// <summary>A draw from Beta(alpha, alpha): of two gamma draws the share of the one.</summary>
    private double Beta()
    {
        double a = LogGamma(), b = LogGamma(), largest = Math.Max(a, b);
        double x = Elementary.Exp(a - largest), y = Elementary.Exp(b - largest);
        return x / (x + y);
    }

    /// <summary>The logarithm of a draw from Gamma(alpha, 1) (Marsaglia and Tsang 2000); of one below 1 a draw for alpha + 1 times u^(1/alpha). In logarithms, since
    /// for small alpha both draws of a pair may be too small for a number.</summary>
    private double LogGamma()
    {
        double shape = _alpha < 1 ? _alpha + 1 : _alpha, d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = _rng.NextNormal(), v = 1 + c * x;
            if (v <= 0) continue;
            v = v * v * v;
            double u = 1 - _rng.NextDouble(); // above 0
            if (Elementary.Log(u) >= x * x / 2 + d - d * v + d * Elementary.Log(v)) continue;
            double log = Elementary.Log(d * v);
            return _alpha < 1 ? log + Elementary.Log(1 - _rng.NextDouble()) / _alpha : log;
        }
    }
}
