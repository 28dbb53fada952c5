namespace Engine.Training;

/// <summary>Keeps every batch's loss, learning rate and momentum.</summary>
public sealed class Recorder : Callback, ICheckpointed
{
    private const double Smoothing = 0.98;
    private readonly List<double> _losses = [], _rates = [], _momenta = [];
    private double _average;
    private int _averaged;

    /// <summary>Late, so that it sees what the schedule set.</summary>
    public override int Order => 50;

    /// <summary>Loss of each training batch.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>Learning rate of each training batch: the last parameter group's.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <summary>Momentum of each training batch: the last parameter group's.</summary>
    public IReadOnlyList<double> Momenta => _momenta;

    /// <summary>fastai's smoothed loss: a moving average with weight .98 of the old, divided by 1 - .98^n, over the batches of the fit.</summary>
    public double SmoothLoss { get; private set; }

    /// <summary>The smoothed loss begins anew, as fastai's does; the series go on.</summary>
    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => (_average, _averaged, SmoothLoss) = (0, 0, 0);

    /// <summary>Makes room for the epoch's batches, so that no batch has to.</summary>
    /// <inheritdoc/>
    public override void BeforeEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        foreach (List<double> series in (ReadOnlySpan<List<double>>)[_losses, _rates, _momenta]) series.EnsureCapacity(series.Count + learner.Train.BatchCount);
    }

    /// <inheritdoc/>
    public override void BeforeBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _rates.Add(learner.Optimizer.Groups[^1].LearningRate);
        _momenta.Add(learner.Optimizer.Groups[^1].Momentum);
    }

    /// <inheritdoc/>
    public override void AfterLoss(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        _losses.Add(learner.LossValue);
        _averaged++;
        _average = Smoothing * _average + (1 - Smoothing) * learner.LossValue;
        SmoothLoss = _average / (1 - Math.Pow(Smoothing, _averaged)); // for people to read; no weight depends on it
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        double smooth = SmoothLoss;
        state.Values("losses", _losses);
        state.Values("rates", _rates);
        state.Values("momenta", _momenta);
        state.Value("average", ref _average);
        state.Value("averaged", ref _averaged);
        state.Value("smooth_loss", ref smooth);
        SmoothLoss = smooth;
    }
}
