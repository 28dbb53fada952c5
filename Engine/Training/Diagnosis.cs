namespace Engine.Training;

/// <summary>Findings of a <see cref="TrainingDoctor"/> about how a fit went.</summary>
internal sealed class Diagnosis
{
    /// <summary>Batches that tell how a fit went; of fewer nothing is said.</summary>
    private const int Least = 20;

    private readonly Learner _learner;
    private readonly Casebook _book;
    private readonly ActivationStats? _stats;
    private readonly double[] _losses;
    private readonly double _start, _end, _movement, _chance;
    private readonly bool _isStuck;

    public Diagnosis(Learner learner, Casebook book, ActivationStats? stats)
    {
        (_learner, _book, _stats) = (learner, book, stats);
        _losses = [.. learner.Recorder.Losses.Skip(book.FirstLoss)];
        (_start, _end) = (Mean(0, Window), Mean(_losses.Length - Window, _losses.Length));
        _movement = book.Movement();
        _chance = Elementary.Log(learner.Valid.Images.Classes.Count);
        _isStuck = Loss.SmoothingOf(learner.LossFunction) is not null && _losses.Length >= Least && _end >= 0.9 * _chance;
    }

    /// <summary>Batches at the beginning and at the end that are averaged.</summary>
    private int Window => Math.Max(1, _losses.Length / 20);

    /// <summary>The loss stays at that of guessing, one class is predicted for everything, and the weights did move: the net has died. Steps B and C of the book.</summary>
    public Finding? Collapse()
    {
        if (!_isStuck || _movement < 0.05 || TopShare(out int top) is not ({ } share and >= 0.9)) return null;
        int peak = 0;
        for (int i = 0; i < _losses.Length; i++)
            if (_losses[i] > _losses[peak]) peak = i;
        string where = "model", layers = "";
        if (Dying() is { } dying)
        {
            (where, int from) = ($"layer {dying.Module.Path}", From(dying));
            layers = TrainingDoctor.Text($" {dying.NearZero[^1]:P1} of what layer {dying.Module.Path} ({dying.Module.Kind}) gives is at most .05, over 90 % from batch {from} on.");
        }
        return new Finding("collapse", where,
            TrainingDoctor.Text($"the loss ended at {_end:F3}, that of guessing is ln {_learner.Valid.Images.Classes.Count} = {_chance:F3}, and {share:P1} of the validation set is taken for class {_learner.Valid.Images.Classes[top]}.{layers} The largest loss was {_losses[peak]:G4} in batch {peak}, at learning rate {_learner.Recorder.Rates[_book.FirstLoss + peak]:G4}."),
            "Use a lower rate, a warm-up (FitOneCycle), batch normalisation, or larger batches.");
    }

    /// <summary>The loss is no number any more, or ended above where it began or far above its best.</summary>
    public Finding? RateTooHigh()
    {
        const string Advice = "Use a rate three to ten times lower; a warm-up (FitOneCycle) or clipped gradients allow higher ones.";
        string rate = TrainingDoctor.Text($"{Highest:G4}");
        if (_losses.Length > 0 && !double.IsFinite(_learner.LossValue))
            return new Finding("rate-too-high", $"epoch {_learner.Epoch}, batch {_learner.BatchIndex}", TrainingDoctor.Text($"the loss became {_learner.LossValue} after {_losses.Length} batches at learning rates up to {rate}; it began at {_start:G4}."), Advice);
        if (_losses.Length < Least || Collapse() is not null) return null;
        double best = _start;
        for (int i = 0; i + Window <= _losses.Length; i++) best = Math.Min(best, Mean(i, i + Window));
        if (_end <= 1.25 * _start && _end <= Math.Max(4 * best, 0.5 * _start)) return null;
        return new Finding("rate-too-high", "loss", TrainingDoctor.Text($"the loss began at {_start:G4}, was {best:G4} at best and ended at {_end:G4}, at learning rates up to {rate}."), Advice);
    }

    /// <summary>The loss hardly fell and the weights hardly moved.</summary>
    public Finding? RateTooLow() => _losses.Length < Least || _movement >= 0.05 || _end < 0.9 * _start || !double.IsFinite(_end) || _end > 1.25 * _start ? null
        : new Finding("rate-too-low", "loss", TrainingDoctor.Text($"the loss fell from {_start:G4} to {_end:G4} only, and the weights moved by {_movement:P2} of their length in {_losses.Length} batches, at learning rates up to {Highest:G4}."),
            "Use a rate ten times higher, or find one by LrFind.");

    /// <summary>A gradient a hundred times as long as usual, and long.</summary>
    public Finding? ExplodingGradients()
    {
        IReadOnlyList<double> norms = _book.GradientNorms;
        if (norms.Count == 0) return null;
        int at = 0;
        for (int i = 0; i < norms.Count; i++)
            if (double.IsNaN(norms[i]) || norms[i] > norms[at])
            {
                at = i;
                if (double.IsNaN(norms[i])) break;
            }
        double median = norms.Order().ElementAt(norms.Count / 2);
        if (norms[at] <= Math.Max(100 * Math.Max(median, 0.01), 50)) return null;
        return new Finding("exploding-gradients", $"batch {at}", TrainingDoctor.Text($"the norm of all gradients was {norms[at]:G4} there, the median of {norms.Count} batches is {median:G4}; the loss was {_losses[Math.Min(at, _losses.Length - 1)]:G4}."),
            "Clip gradients (ClipGradients.ByNorm), use a lower rate, or normalise inputs and activations.");
    }

    /// <summary>Half of a ReLU's units, or more, are 0 for every image of a validation batch.</summary>
    public Finding? DeadUnits()
    {
        if (_losses.Length < Least || !double.IsFinite(_learner.LossValue) || Collapse() is not null) return null;
        (Nn.Module Layer, int Dead, int Units) worst = Casebook.DeadUnits(_learner).OrderByDescending(found => (double)found.Dead / found.Units).FirstOrDefault();
        return worst.Layer is null || worst.Dead == 0 || 2 * worst.Dead < worst.Units ? null
            : new Finding("dead-units", $"layer {worst.Layer.Path}", $"{worst.Dead} of {worst.Units} units of {worst.Layer.Kind} are 0 for each of the first {Math.Min(512, _learner.Valid.Images.Count)} validation images, so they learn nothing any more.",
                "Use a lower rate or a warm-up, batch normalisation before or after the ReLU, or another initialisation.");
    }

    private double Highest => _learner.Recorder.Rates.Skip(_book.FirstLoss).DefaultIfEmpty().Max();

    /// <summary>The share of the class that is predicted most; null before the first validation.</summary>
    private double? TopShare(out int top)
    {
        ReadOnlySpan<int> predicted = _book.Predicted;
        top = 0;
        double all = 0;
        for (int i = 0; i < predicted.Length; i++)
        {
            all += predicted[i];
            if (predicted[i] > predicted[top]) top = i;
        }
        return all == 0 ? null : predicted[top] / all;
    }

    /// <summary>The layer nearest to the output, that one left out, nearly all of which is near zero; null where none is.</summary>
    private ActivationSeries? Dying() => _stats?.Layers.SkipLast(1).LastOrDefault(layer => layer.Count > 0 && layer.MeanNearZero(Math.Max(0, layer.Count - Math.Max(1, layer.Count / 10)), layer.Count) > 0.9);

    /// <summary>The batch from which on a layer was mostly near zero.</summary>
    private static int From(ActivationSeries layer)
    {
        int record = layer.Count - 1;
        while (record > 0 && layer.NearZero[record - 1] > 0.9) record--;
        return layer.Steps[record];
    }

    private double Mean(int from, int to)
    {
        double sum = 0;
        for (int i = Math.Max(0, from); i < to; i++) sum += _losses[i];
        return sum / Math.Max(1, to - Math.Max(0, from));
    }
}
