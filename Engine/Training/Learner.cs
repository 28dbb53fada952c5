using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Tensors;

namespace Engine.Training;

/// <summary>Trains a model: data, model, loss and optimizer in one place, with callbacks at every moment of the loop.</summary>
public sealed class Learner
{
    private readonly LossFunction _loss;
    private readonly List<Callback> _callbacks;
    private readonly List<EpochResult> _epochs = [];
    private readonly Workspace _workspace = new();
    private readonly BatchesAhead _trainBatches, _validBatches;
    private bool _stopping;

    /// <summary>Puts the parts together.</summary>
    /// <param name="train">Training batches.</param>
    /// <param name="valid">Validation batches.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Over the model's parameters.</param>
    /// <param name="loss">The loss; null for cross-entropy.</param>
    /// <param name="callbacks">Run in every fit.</param>
    public Learner(DataLoader train, DataLoader valid, Module model, Optimizer optimizer, LossFunction? loss = null, params IEnumerable<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(valid);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        (Train, Valid, Model, Optimizer, _loss) = (train, valid, model, optimizer, loss ?? Loss.CrossEntropy);
        (_trainBatches, _validBatches) = (new(train, recycles: true), new(valid, recycles: true));
        _callbacks = [Recorder, .. callbacks];
    }

    /// <summary>Training batches.</summary>
    public DataLoader Train { get; }

    /// <summary>Validation batches.</summary>
    public DataLoader Valid { get; }

    /// <summary>The model.</summary>
    public Module Model { get; }

    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Losses and rates of every batch so far.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>Lines of the epochs done in the last fit.</summary>
    public IReadOnlyList<EpochResult> Epochs => _epochs;

    /// <summary>The epoch being trained, 0 the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Epochs of this fit.</summary>
    public int EpochCount { get; private set; }

    /// <summary>The batch being trained in this epoch, 0 the first.</summary>
    public int BatchIndex { get; private set; }

    /// <summary>Share of the fit that is done, before the current batch, 0 to 1.</summary>
    public double Progress { get; private set; }

    /// <summary>Training batches of this fit before the current one.</summary>
    public int Step => Epoch * Train.BatchCount + BatchIndex;

    /// <summary>Training batches of the whole fit.</summary>
    public int StepCount => checked(EpochCount * Train.BatchCount);

    /// <summary>The batch being trained; null outside one.</summary>
    public Batch? Batch { get; private set; }

    /// <summary>What the model gave for the batch; null before.</summary>
    public Tensor? Predictions { get; private set; }

    /// <summary>The loss of the latest training batch.</summary>
    public double LossValue { get; private set; }

    /// <summary>Why training ended before its last epoch; null where it did not.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Asks for the end of training: the batch in hand is finished, no other begun.</summary>
    /// <param name="reason">For people to read.</param>
    public void Stop(string reason) => (_stopping, StopReason) = (true, reason);

    /// <summary>Trains.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <param name="callbacks">For this fit only.</param>
    /// <exception cref="ArgumentOutOfRangeException">No epochs.</exception>
    /// <exception cref="InvalidOperationException">The last batch would be a single image, which a batch norm of the model cannot train on.</exception>
    public void Fit(int epochs, params IEnumerable<Callback> callbacks)
    {
        if (epochs <= 0) throw new ArgumentOutOfRangeException(nameof(epochs), $"fit: epochs must be at least 1, got {epochs}.");
        LastBatchCheck.Run(Model, Train);
        List<Callback> active = [.. _callbacks.Concat(callbacks).OrderBy(c => c.Order)];
        _epochs.Clear();
        (EpochCount, Progress, _stopping, StopReason) = (epochs, 0, false, null);
        try
        {
            foreach (Callback callback in active) callback.BeforeFit(this);
            for (Epoch = 0; Epoch < epochs && !_stopping; Epoch++) RunEpoch(active);
            foreach (Callback callback in active) callback.AfterFit(this);
        }
        finally
        {
            (Batch, Predictions) = (null, null);
            CleanUp(active);
        }
    }

    /// <summary>Every callback's turn, also where one throws: the first exception goes on when all are done.</summary>
    private void CleanUp(List<Callback> active)
    {
        ExceptionDispatchInfo? first = null;
        foreach (Callback callback in active)
            try
            {
                callback.CleanUp(this);
            }
            catch (Exception e)
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        first?.Throw();
    }

    /// <summary>Trains by fastai's 1cycle: the learning rate rises from peak / div to the peak and falls to peak / divFinal, momentum the other way round.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <param name="peakRate">The highest learning rate.</param>
    /// <param name="div">The peak over the first rate.</param>
    /// <param name="divFinal">The peak over the last rate.</param>
    /// <param name="pctStart">Share of the batches in which the rate rises.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void FitOneCycle(int epochs, double peakRate, double div = 25, double divFinal = 1e5, double pctStart = 0.25) =>
        Fit(epochs, new ScheduleCallback(new OneCycle(peakRate, div, divFinal, pctStart)));

    /// <summary>Loss and predictions over a whole set, in evaluation mode, without gradients.</summary>
    /// <param name="loader">The set.</param>
    /// <returns>Mean loss weighted by count, and how often each class was taken for each.</returns>
    public (double Loss, ConfusionMatrix Confusion) Validate(DataLoader loader)
    {
        ArgumentNullException.ThrowIfNull(loader);
        bool training = Model.IsTraining;
        Model.Eval();
        BatchesAhead batches = loader == Valid ? _validBatches : new(loader, recycles: true);
        try
        {
            using GradMode.Scope noGrad = GradMode.NoGrad();
            ConfusionMatrix confusion = new(loader.Images.Classes);
            double loss = 0;
            batches.Start(shuffle: false);
            for (int b = 0; b < loader.BatchCount; b++)
            {
                using Workspace.Scope scope = _workspace.Begin();
                Batch batch = batches.Next()!;
                Tensor predictions = Model.Forward(batch.Inputs);
                loss += _loss(predictions, batch.Labels).Item() * batch.Count;
                ReadOnlySpan<float> scores = predictions.AsSpan();
                int classes = scores.Length / batch.Count;
                for (int i = 0; i < batch.Count; i++) confusion.Add(batch.Labels[i], ArgMax(scores.Slice(i * classes, classes)));
            }
            return (loss / confusion.Total, confusion);
        }
        finally
        {
            batches.Stop();
            Model.Train(training);
        }
    }

    private void RunEpoch(List<Callback> active)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (Callback callback in active) callback.BeforeEpoch(this);
        Model.Train();
        _trainBatches.Start(shuffle: true);
        try
        {
            for (BatchIndex = 0; BatchIndex < Train.BatchCount; BatchIndex++)
            {
                Progress = (double)Step / StepCount;
                using Workspace.Scope scope = _workspace.Begin();
                RunBatch(_trainBatches.Next()!, active);
                (Batch, Predictions) = (null, null);
                if (_stopping) return;
            }
        }
        finally
        {
            _trainBatches.Stop();
        }
        foreach (Callback callback in active) callback.BeforeValidate(this);
        (double loss, ConfusionMatrix confusion) = Validate(Valid);
        _epochs.Add(new EpochResult(Epoch, Recorder.SmoothLoss, loss, confusion.Accuracy, Stopwatch.GetElapsedTime(start).TotalSeconds));
        foreach (Callback callback in active) callback.AfterEpoch(this);
    }

    private void RunBatch(Batch batch, List<Callback> active)
    {
        Batch = batch;
        foreach (Callback callback in active) callback.BeforeBatch(this);
        Predictions = Model.Forward(batch.Inputs);
        Tensor loss = _loss(Predictions, batch.Labels);
        LossValue = loss.Item();
        if (!double.IsFinite(LossValue))
        {
            Stop($"the loss became {LossValue} in epoch {Epoch}, batch {BatchIndex}, at learning rate {Optimizer.LearningRate:G4}; the weights are those before this batch. Use a lower rate.");
            return;
        }
        foreach (Callback callback in active) callback.AfterLoss(this);
        Optimizer.ZeroGrad();
        loss.Backward();
        foreach (Callback callback in active) callback.BeforeStep(this);
        Optimizer.Step();
        foreach (Callback callback in active) callback.AfterBatch(this);
    }

    private static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }
}
