using Engine.Nn;

namespace Engine.Training;

/// <summary>Records mean, standard deviation, share near zero and histogram of what layers give in every training batch, as fastai's callback of this name.</summary>
/// <remarks>By default the layers are those with parameters of their own, in the model's order: of convolutions and batch norms one after the other
/// <c>stats[^4]</c> is the last but one convolution, without batch norm <c>stats[^2]</c> is. What is recorded is what the layer itself gives, before the ReLU that
/// may follow. Validation is not recorded. Statistics with histograms cost some 4 to 5 % of a step of the book's net.</remarks>
/// <example><code>
/// learner.Fit(1, new ActivationStats());
/// IReadOnlyList&lt;double&gt; nearZero = stats[^2].NearZero;
/// </code></example>
public sealed class ActivationStats : Callback
{
    private readonly Func<Module, bool> _which;
    private readonly int _every;
    private readonly bool _histograms;
    private ActivationSeries[] _layers = [];
    private bool _isReading;

    /// <summary>Chooses layers by a rule.</summary>
    /// <param name="which">Whether a module of the model is recorded; null for those with parameters of their own.</param>
    /// <param name="every">Record one batch in so many, the first among them.</param>
    /// <param name="histograms">Whether histograms are recorded too.</param>
    /// <exception cref="ArgumentOutOfRangeException">every is not positive.</exception>
    public ActivationStats(Func<Module, bool>? which = null, int every = 1, bool histograms = true)
    {
        if (every < 1) throw new ArgumentOutOfRangeException(nameof(every), $"activation stats: every must be at least 1, got {every}.");
        (_which, _every, _histograms) = (which ?? (module => module.OwnParameters.Count > 0), every, histograms);
    }

    /// <summary>Records the modules of a list.</summary>
    /// <param name="modules">Modules of the model.</param>
    /// <param name="every">Record one batch in so many, the first among them.</param>
    /// <param name="histograms">Whether histograms are recorded too.</param>
    /// <exception cref="ArgumentOutOfRangeException">every is not positive.</exception>
    public ActivationStats(IEnumerable<Module> modules, int every = 1, bool histograms = true)
        : this(new HashSet<Module>(modules ?? throw new ArgumentNullException(nameof(modules))).Contains, every, histograms)
    {
    }

    /// <summary>Early: before callbacks that look at the records.</summary>
    public override int Order => -20;

    /// <summary>The layers of the latest fit, in the model's order.</summary>
    public IReadOnlyList<ActivationSeries> Layers => _layers;

    /// <summary>A layer's records.</summary>
    /// <param name="layer">From the end too: <c>^2</c> is the book's -2.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public ActivationSeries this[Index layer] => (uint)layer.GetOffset(_layers.Length) < (uint)_layers.Length ? _layers[layer.GetOffset(_layers.Length)]
        : throw new ArgumentOutOfRangeException(nameof(layer), $"activation stats: no layer {layer}; {_layers.Length} layers are recorded{(_layers.Length == 0 ? " (a fit begins to)" : $" (0..{_layers.Length - 1})")}.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model has no such layer.</exception>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _layers = [.. learner.Model.Modules().Where(_which).Select(module => new ActivationSeries(module, _histograms))];
        if (_layers.Length == 0) throw new InvalidOperationException($"activation stats: no layer of {learner.Model.Kind} is to be recorded; give modules of the learner's model, or a rule that takes some.");
    }

    /// <inheritdoc/>
    public override void BeforeEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        foreach (ActivationSeries layer in _layers) layer.Reserve(learner.Train.BatchCount / _every + 1);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another callback of this kind reads one of the layers.</exception>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (learner.Step % _every != 0) return;
        foreach (ActivationSeries layer in _layers)
        {
            if (layer.Module.Reader is not null && layer.Module.Reader != layer)
                throw new InvalidOperationException($"activation stats: layer {layer.Module.Path} is recorded by another ActivationStats already; give the learner one.");
            layer.Module.Reader = layer;
            layer.Step = learner.Step;
        }
        _isReading = true;
    }

    /// <inheritdoc/>
    public override void AfterPrediction(Learner learner) => Release();

    /// <inheritdoc/>
    public override void CleanUp(Learner learner) => Release();

    private void Release()
    {
        if (!_isReading) return;
        _isReading = false;
        foreach (ActivationSeries layer in _layers) layer.Module.Reader = null;
    }
}
