using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Trains a model: data, model, loss and optimizer in one place, with callbacks at every moment of the loop.</summary>
/// <example><code>
/// Learner learner = new(data, model, Loss.CrossEntropy, metrics: [Metric.Accuracy]);
/// learner.FitOneCycle(epochs: 1, peakRate: 0.06);
/// </code></example>
public sealed class Learner
{
    private readonly OptimizerSource _source;
    private readonly List<Callback> _callbacks;
    private readonly BatchesAhead _trainBatches, _validBatches;
    private List<Callback>? _active; // of the fit that runs
    private Tensor? _inputs;
    private LossFunction? _batchLoss;

    /// <summary>Puts the parts together.</summary>
    /// <param name="train">Training batches.</param>
    /// <param name="valid">Validation batches.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    /// <param name="loss">The loss; null for cross-entropy.</param>
    /// <param name="callbacks">Run in every fit.</param>
    public Learner(DataLoader train, DataLoader valid, Module model, Optimizer optimizer, LossFunction? loss = null, params IEnumerable<Callback> callbacks)
        : this(new ImageLoaders(train, valid), model, loss, null, callbacks, new OptimizerSource(optimizer))
    {
    }

    /// <summary>Puts the parts together, fastai's way: the optimizer is made when it is first needed.</summary>
    /// <param name="data">Training and validation batches.</param>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss; null for cross-entropy.</param>
    /// <param name="metrics">What each epoch's validation tells besides the loss; null for accuracy alone.</param>
    /// <param name="callbacks">Run in every fit.</param>
    /// <param name="optimizer">Makes the optimizer over the parameter groups; null for <see cref="FastaiAdam"/> at a rate of .001.</param>
    /// <param name="splitter">Parts the model's parameters into groups, those next to the input first; null for one group.</param>
    /// <param name="trainBatchNorm">Whether scale and shift of batch norms stay trained in frozen groups (fastai's train_bn).</param>
    public Learner(
        ImageLoaders data, Module model, LossFunction? loss = null, IEnumerable<Metric>? metrics = null, IEnumerable<Callback>? callbacks = null,
        Func<IEnumerable<ParameterGroup>, Optimizer>? optimizer = null, Func<Module, IEnumerable<IEnumerable<Parameter>>>? splitter = null, bool trainBatchNorm = true)
        : this(data, model, loss, metrics, callbacks, new OptimizerSource(model, optimizer, splitter)) => TrainsBatchNorm = trainBatchNorm;

    private Learner(ImageLoaders data, Module model, LossFunction? loss, IEnumerable<Metric>? metrics, IEnumerable<Callback>? callbacks, OptimizerSource source)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(model);
        (Train, Valid, Model, LossFunction, _source) = (data.Train, data.Valid, model, loss ?? Loss.CrossEntropy, source);
        (_trainBatches, _validBatches) = (new(Train, recycles: true), new(Valid, recycles: true));
        Metrics = metrics is null ? [Metric.Accuracy] : [.. metrics];
        _callbacks = [Recorder, .. callbacks ?? []];
    }

    /// <summary>Training batches.</summary>
    public DataLoader Train { get; }

    /// <summary>Validation batches.</summary>
    public DataLoader Valid { get; }

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>The optimizer; made here where it was not given.</summary>
    public Optimizer Optimizer => _source.Optimizer;

    /// <summary>The loss.</summary>
    public LossFunction LossFunction { get; }

    /// <summary>What each epoch's validation tells besides the loss.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Whether scale and shift of batch norms stay trained in frozen groups (fastai's train_bn).</summary>
    public bool TrainsBatchNorm { get; } = true;

    /// <summary>Losses and rates of every batch so far.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>The callbacks in the order in which they run: those of every fit, and while a fit runs its own too.</summary>
    public IReadOnlyList<Callback> Callbacks => _active ?? InOrder(_callbacks);

    /// <summary>Lines of the epochs done in the last fit; as text, fastai's table.</summary>
    public EpochLog Epochs { get; } = new();

    /// <summary>The epoch being trained, 0 the first.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Epochs of this fit.</summary>
    public int EpochCount { get; private set; }

    /// <summary>The batch being trained in this epoch, 0 the first; all of them are done in validation.</summary>
    public int BatchIndex { get; internal set; }

    /// <summary>The batch being validated, 0 the first.</summary>
    public int ValidationBatchIndex { get; internal set; }

    /// <summary>Share of the fit that is done, before the current batch, 0 to 1.</summary>
    public double Progress { get; internal set; }

    /// <summary>Training batches of this fit before the current one.</summary>
    public int Step { get; internal set; }

    /// <summary>Training batches of the whole fit.</summary>
    public int StepCount => checked(EpochCount * Train.BatchCount);

    /// <summary>The batch in hand; null outside one.</summary>
    public Batch? Batch { get; private set; }

    /// <summary>What the model is shown of the batch: its inputs, or what a callback puts in their place in <see cref="Callback.BeforeBatch"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no batch in hand, or, when set, the model has seen it.</exception>
    public Tensor Inputs
    {
        get => _inputs ?? throw NoBatch("are no inputs");
        set => _inputs = Settable(value);
    }

    /// <summary>The loss of this batch: <see cref="LossFunction"/> again before each, or what a callback puts in its place before it is computed.</summary>
    /// <exception cref="InvalidOperationException">There is no batch in hand, or, when set, its loss has been computed.</exception>
    public LossFunction BatchLoss
    {
        get => _batchLoss ?? throw NoBatch("is no loss");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (Batch is null) throw NoBatch("is no loss");
            _batchLoss = LossTensor is null ? value : throw new InvalidOperationException("learner: the batch's loss is computed already; set BatchLoss in BeforeBatch or AfterPrediction.");
        }
    }

    /// <summary>What the model gave for the batch; null before.</summary>
    public Tensor? Predictions { get; private set; }

    /// <summary>The loss of the batch in hand, from which the backward pass starts; null before.</summary>
    public Tensor? LossTensor { get; private set; }

    /// <summary>The loss of the latest training batch; in validation, of the batch in hand.</summary>
    public double LossValue { get; internal set; }

    /// <summary>Why training ended before its last epoch; null where it did not.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>Whether somebody asked for the end of training.</summary>
    public bool IsStopping => StopReason is not null;

    internal Workspace Workspace { get; } = new();
    internal FitProgress Fitting { get; } = new();

    /// <summary>Whether the step of this batch is left out.</summary>
    internal bool SkipsStep { get; private set; }

    /// <summary>Asks for the end of training: the batch in hand is finished, no other begun. The first reason stays.</summary>
    /// <param name="reason">For people to read.</param>
    public void Stop(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        StopReason ??= reason;
    }

    /// <summary>Leaves out the optimizer's step of this batch; its gradients stay, and those of the next batch are added to them.</summary>
    public void SkipStep() => SkipsStep = true;

    /// <summary>The callback of a type; while a fit runs, its own too.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public T Get<T>() where T : Callback => Callbacks.OfType<T>().FirstOrDefault()
        ?? throw new InvalidOperationException($"learner: there is no callback {typeof(T).Name}. Received: {string.Join(", ", Callbacks.Select(callback => callback.GetType().Name))}.");

    /// <summary>Trains, with the optimizer as it is. <see cref="Fits"/> has the fits that set it.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">No epochs.</exception>
    /// <exception cref="InvalidOperationException">The last batch would be a single image, which a batch norm of the model cannot train on; everything is frozen;
    /// the model does not fit the images or, with cross-entropy, the classes; or a fit is running.</exception>
    public void Fit(int epochs, params IEnumerable<Callback> callbacks) => Run(epochs, CallbacksWith(callbacks), validates: true);

    /// <summary>The optimizer as it was at first: its settings, and no memory of steps.</summary>
    internal void ResetOptimizer() => _source.Reset();

    /// <summary>Forgets where the loop got to.</summary>
    internal void ResetPosition() => (Epoch, EpochCount, BatchIndex, Step, Progress, StopReason) = (0, 0, 0, 0, 0, null);

    /// <exception cref="InvalidOperationException">A fit is running.</exception>
    internal void CheckIdle(string op)
    {
        if (_active is not null) throw new InvalidOperationException($"{op}: this learner is being fitted already; a callback may not begin another fit.");
    }

    internal void Run(int epochs, List<Callback> callbacks, bool validates)
    {
        if (epochs <= 0) throw new ArgumentOutOfRangeException(nameof(epochs), $"fit: epochs must be at least 1, got {epochs}.");
        CheckIdle("fit");
        FitChecks.Run(this);
        if (!Fitting.Begin(new FitCheckpoint(this, callbacks, epochs), validates)) return; // the fit was over before the checkpoint was written
        ResetPosition();
        (_active, EpochCount) = (callbacks, epochs);
        if (validates) Epochs.Clear();
        try
        {
            new TrainingLoop(this, callbacks, validates).Run();
        }
        finally
        {
            _active = null;
        }
    }

    /// <summary>The callbacks of a fit, in the order in which they run.</summary>
    internal List<Callback> CallbacksWith(IEnumerable<Callback> callbacks) => _active ?? InOrder(_callbacks.Concat(callbacks));

    internal BatchesAhead BatchesOf(DataLoader loader) => loader == Train ? _trainBatches : loader == Valid ? _validBatches : new(loader, recycles: true);

    internal void BeginBatch(Batch batch) => (Batch, _inputs, _batchLoss, SkipsStep) = (batch, batch.Inputs, LossFunction, false);

    internal void Predict() => Predictions = Model.Forward(Inputs);

    internal void ComputeLoss()
    {
        LossTensor = BatchLoss(Predictions!, Batch!.Labels);
        LossValue = LossTensor.Item();
    }

    internal void EndBatch() => (Batch, _inputs, _batchLoss, Predictions, LossTensor) = (null, null, null, null, null);

    internal void AddEpoch(Evaluation evaluation, double seconds) => Epochs.Add(
        new EpochResult(Epoch, Recorder.SmoothLoss, evaluation.Loss, evaluation.Counts.Confusion.Accuracy, seconds) { Metrics = [.. Metrics.Select(metric => (metric.Name, metric.Of(evaluation.Counts)))] });

    private static List<Callback> InOrder(IEnumerable<Callback> callbacks) => [.. callbacks.OrderBy(callback => callback.Order)];

    private Tensor Settable(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (Batch is null) throw NoBatch("are no inputs");
        return Predictions is null ? value : throw new InvalidOperationException("learner: the model has seen the batch already; set Inputs in BeforeBatch or BeforeValidationBatch.");
    }

    private static InvalidOperationException NoBatch(string what) => new($"learner: there {what} outside a batch.");
}
