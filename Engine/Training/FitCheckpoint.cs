using System.Globalization;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Optim;

namespace Engine.Training;

/// <summary>What a checkpoint has of a learner in the midst of a fit: says everything by name, for saving, comparing and loading alike.</summary>
/// <param name="learner">The learner.</param>
/// <param name="callbacks">Of the fit.</param>
/// <param name="epochs">Of the fit.</param>
internal sealed class FitCheckpoint(Learner learner, IReadOnlyList<Callback> callbacks, int epochs)
{
    private const string OptimizerPrefix = "optimizer.";
    private string? _train, _valid; // they take milliseconds
    private int _epoch, _batch;
    private (ulong, ulong, ulong, ulong) _orderStart, _orderNow;
    private Checkpoint? _compared;

    /// <summary>Whether a checkpoint was found to be of this fit.</summary>
    public bool IsResumed => _compared is not null;

    /// <summary>Writes a checkpoint of this moment.</summary>
    /// <param name="path">The file.</param>
    /// <param name="epoch">The epoch in which training would go on.</param>
    /// <param name="batch">The batch of that epoch, 0 the first.</param>
    /// <param name="notes">Texts of the program's own.</param>
    public void Save(string path, int epoch, int batch, IReadOnlyDictionary<string, string> notes)
    {
        (_epoch, _batch) = (epoch, batch);
        _orderNow = learner.Train.Shuffling?.State ?? default;
        _orderStart = batch == 0 ? _orderNow : learner.Fitting.OrderStart ?? default;
        CheckpointState state = CheckpointState.ToSave();
        Exchange(state);
        OptimizerState optimizer = learner.Optimizer.State();
        foreach ((string name, float[] values) in optimizer.Arrays) state.Series.Add(OptimizerPrefix + name, values);
        foreach ((string name, long count) in optimizer.Counters) state.Texts.Add(OptimizerPrefix + name, count.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, double value) in optimizer.Options) state.Texts.Add(OptimizerPrefix + name, value.ToString("R", CultureInfo.InvariantCulture));
        Checkpoint.Write(path, learner.Model, state, notes);
    }

    /// <summary>Whether this fit goes on from a checkpoint; if not, it was over when that was written and is counted as done.</summary>
    /// <exception cref="CheckpointMismatchException">It is of another fit; nothing was changed.</exception>
    public bool Resumes(Checkpoint checkpoint)
    {
        if (checkpoint.Fit > learner.Fitting.Fits)
        {
            learner.Fitting.Fits++;
            return false;
        }
        Compare(checkpoint);
        (_compared, learner.Fitting.ResumeFrom) = (checkpoint, null);
        return true;
    }

    /// <summary>Sets everything to what the compared checkpoint has, as often as wanted.</summary>
    public void Load()
    {
        Checkpoint checkpoint = _compared!;
        Exchange(CheckpointState.ToLoad(checkpoint.Texts, checkpoint.Series));
        ModelWeights.Load(learner.Model, checkpoint.ModelEntries, checkpoint.Path);
        learner.Optimizer.LoadState(Optimizer(checkpoint, learner.Optimizer.Kind));
        if (learner.Train.Shuffling is { } order) order.State = _orderStart;
    }

    /// <summary>After the order of the epoch under way was drawn again: what was drawn since then is not drawn twice.</summary>
    public void LoadOrderNow()
    {
        if (learner.Train.Shuffling is { } order) order.State = _orderNow;
    }

    private void Compare(Checkpoint checkpoint)
    {
        CheckpointState state = CheckpointState.ToCompare(checkpoint.Texts, checkpoint.Series);
        Exchange(state);
        List<string> differences = [.. state.Differences, .. ModelWeights.Problems(learner.Model, checkpoint.ModelEntries)];
        if (!EpochsFit(checkpoint)) differences.Add("epochs: the checkpoint's lines of epochs are not of one number");
        if (checkpoint.Epoch > epochs || checkpoint.Batch > learner.Train.BatchCount)
            differences.Add($"fit: the checkpoint is of epoch {checkpoint.Epoch}, batch {checkpoint.Batch}, this training has {epochs} epochs of {learner.Train.BatchCount} batches");
        try
        {
            _ = learner.Optimizer.Checked(Optimizer(checkpoint, learner.Optimizer.Kind));
        }
        catch (ArgumentException fault)
        {
            differences.Add(fault.Message);
        }
        differences.AddRange(state.Unknown().Where(name => !name.StartsWith(OptimizerPrefix, StringComparison.Ordinal)).Select(name => $"{name}: only in the checkpoint"));
        if (differences.Count > 0) throw new CheckpointMismatchException(checkpoint.Path, differences);
    }

    private void Exchange(CheckpointState state)
    {
        Loss(state);
        state.MustMatch("optimizer", learner.Optimizer.Description);
        state.MustMatch("train", _train ??= Fingerprint.Of(learner.Train));
        state.MustMatch("valid", _valid ??= Fingerprint.Of(learner.Valid));
        state.Part("layer", part => Layers(part, learner.Model, [1, .. learner.Train.Images.Shape.Sizes[1..]]));
        Frozen(state);
        Fit(state);
        Epochs(state);
        foreach ((string name, ICheckpointed callback) in Named(callbacks)) state.Part($"callback.{name}", callback);
    }

    private void Loss(CheckpointState state)
    {
        string name = learner.LossFunction.Method.Name; // one the compiler made up, of a lambda, is another in each version of the program
        state.MustMatch("loss", Training.Loss.SmoothingOf(learner.LossFunction) is { } smoothing ? string.Create(CultureInfo.InvariantCulture, $"cross-entropy, label smoothing {smoothing:R}")
            : name.Contains('<') ? "a function of the program's" : name);
        state.MustMatch("metrics", string.Join(", ", learner.Metrics.Select(metric => metric.Name)));
    }

    /// <summary>Type and output of each layer tell what names and shapes of weights leave open: stride, padding.</summary>
    private static void Layers(CheckpointState state, Module module, Shape? input)
    {
        string path = module.Path.Length == 0 ? "model" : module.Path;
        Shape? output = input is { } known ? module.OutputShape(known) : null;
        state.MustMatch(path, output is { } shape ? $"{module.Kind} to {shape}" : module.Kind);
        if (module is ICheckpointed own) state.Part(path, own);
        foreach ((_, Module child) in module.Children)
        {
            Layers(state, child, module is Sequential ? input : null);
            if (module is Sequential && input is { } before) input = child.OutputShape(before);
        }
    }

    /// <summary>Which parameters are not trained; a callback may have changed that since the beginning.</summary>
    private void Frozen(CheckpointState state)
    {
        Parameter[] parameters = [.. learner.Model.Parameters()];
        List<int> frozen = [.. Enumerable.Range(0, parameters.Length).Where(i => !parameters[i].IsTrainable)];
        state.Values("frozen_parameters", frozen);
        if (!state.IsLoading) return;
        for (int i = 0; i < parameters.Length; i++)
            if (parameters[i].IsTrainable == frozen.Contains(i)) parameters[i].IsTrainable = !frozen.Contains(i);
    }

    private void Fit(CheckpointState state)
    {
        double seconds = learner.Fitting.Seconds, epochSeconds = _batch == 0 ? 0 : learner.Fitting.EpochSeconds, loss = learner.LossValue;
        string? stopped = learner.Fitting.IsInterrupted ? null : learner.StopReason;
        state.MustMatch("fit.number", learner.Fitting.Fits);
        state.MustMatch("fit.epochs", epochs);
        state.Value("fit.epoch", ref _epoch);
        state.Value("fit.batch", ref _batch);
        state.Value("fit.seconds", ref seconds);
        state.Value("fit.epoch_seconds", ref epochSeconds);
        state.Value("fit.loss", ref loss);
        state.Value("fit.stopped", ref stopped);
        if (learner.Train.Shuffling is not null)
        {
            state.GeneratorState("order.start", ref _orderStart);
            state.GeneratorState("order.now", ref _orderNow);
        }
        if (!state.IsLoading) return;
        (learner.Epoch, learner.BatchIndex, learner.Step, learner.LossValue, learner.StopReason) = (_epoch, _batch, _epoch * learner.Train.BatchCount + _batch, loss, stopped);
        learner.Fitting.StartFit(seconds);
        learner.Fitting.EpochSecondsBefore = epochSeconds;
    }

    private void Epochs(CheckpointState state)
    {
        IReadOnlyList<EpochResult> done = learner.Epochs;
        List<int> number = [.. done.Select(epoch => epoch.Epoch)];
        List<double> trainLoss = [.. done.Select(epoch => epoch.TrainLoss)], validLoss = [.. done.Select(epoch => epoch.ValidLoss)],
            accuracy = [.. done.Select(epoch => epoch.Accuracy)], seconds = [.. done.Select(epoch => epoch.Seconds)],
            metrics = [.. done.SelectMany(epoch => epoch.Metrics.Select(metric => metric.Value))];
        state.Values("epochs.number", number);
        state.Values("epochs.train_loss", trainLoss);
        state.Values("epochs.valid_loss", validLoss);
        state.Values("epochs.accuracy", accuracy);
        state.Values("epochs.metrics", metrics); // [epoch, metric]
        state.Values("epochs.seconds", seconds);
        if (!state.IsLoading) return;
        string[] names = [.. learner.Metrics.Select(metric => metric.Name)];
        learner.Epochs.Clear();
        for (int i = 0; i < number.Count; i++)
            learner.Epochs.Add(new EpochResult(number[i], trainLoss[i], validLoss[i], accuracy[i], seconds[i]) { Metrics = [.. names.Select((name, m) => (name, metrics[i * names.Length + m]))] });
    }

    private bool EpochsFit(Checkpoint checkpoint)
    {
        int Length(string name) => checkpoint.Series.GetValueOrDefault(name)?.Length ?? 0;
        int count = Length("epochs.number");
        return Length("epochs.train_loss") == count && Length("epochs.valid_loss") == count && Length("epochs.accuracy") == count && Length("epochs.seconds") == count
            && Length("epochs.metrics") == count * learner.Metrics.Count;
    }

    /// <summary>Callbacks with a state, by type; a second one of a type is "Type#2".</summary>
    private static IEnumerable<(string Name, ICheckpointed Callback)> Named(IReadOnlyList<Callback> callbacks)
    {
        Dictionary<string, int> seen = [];
        foreach (Callback callback in callbacks)
        {
            if (callback is not ICheckpointed own) continue;
            string type = callback.GetType().Name;
            int count = seen[type] = seen.GetValueOrDefault(type) + 1;
            yield return (count == 1 ? type : $"{type}#{count}", own);
        }
    }

    /// <summary>The optimizer's state, said to be of a kind: that is compared by the description.</summary>
    private static OptimizerState Optimizer(Checkpoint checkpoint, string kind)
    {
        Dictionary<string, float[]> arrays = [];
        Dictionary<string, long> counters = [];
        Dictionary<string, double> options = [];
        foreach ((string name, Array values) in checkpoint.Series)
            if (name.StartsWith(OptimizerPrefix, StringComparison.Ordinal) && values is float[] numbers) arrays.Add(name[OptimizerPrefix.Length..], numbers);
        foreach ((string name, string text) in checkpoint.Texts)
        {
            if (!name.StartsWith(OptimizerPrefix, StringComparison.Ordinal)) continue;
            string own = name[OptimizerPrefix.Length..];
            if (own.StartsWith("group", StringComparison.Ordinal) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double option)) options.Add(own, option);
            else if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)) counters.Add(own, count);
        }
        return new OptimizerState(kind, arrays, counters, options);
    }
}
