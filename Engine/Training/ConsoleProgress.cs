using System.Diagnostics;
using System.Globalization;

namespace Engine.Training;

/// <summary>Tells how training goes on: plain lines, one an epoch, and within long epochs one every few seconds. For terminals, files and pipes alike.</summary>
public sealed class ConsoleProgress : Callback
{
    private readonly TextWriter? _writer;
    private readonly double _seconds;
    private long _shown;

    /// <summary>Chooses where lines go.</summary>
    /// <param name="writer">Gets the lines, each flushed; null for the console.</param>
    /// <param name="seconds">Seconds between lines within an epoch; infinity for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">seconds is not positive.</exception>
    public ConsoleProgress(TextWriter? writer = null, double seconds = 5)
    {
        if (!(seconds > 0)) throw new ArgumentOutOfRangeException(nameof(seconds), $"console progress: the seconds between lines must be positive, got {seconds}.");
        (_writer, _seconds) = (writer, seconds);
    }

    /// <summary>Late: it shows what others have done.</summary>
    public override int Order => 70;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner) => _shown = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override void AfterBatch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (Stopwatch.GetElapsedTime(_shown).TotalSeconds < _seconds) return;
        _shown = Stopwatch.GetTimestamp();
        double seconds = learner.FitSeconds(), done = learner.Step + 1;
        Line(string.Create(CultureInfo.InvariantCulture,
            $"epoch {learner.Epoch + 1}/{learner.EpochCount}  batch {learner.BatchIndex + 1}/{learner.Train.BatchCount}  loss {learner.Recorder.SmoothLoss:F4}  {done * learner.Train.BatchSize / seconds:N0} images/s  {TimeSpan.FromSeconds(seconds / done * (learner.StepCount - done)):h\\:mm\\:ss} left"));
    }

    /// <inheritdoc/>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        EpochResult epoch = learner.Epochs[^1];
        string metrics = string.Concat(epoch.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"  {metric.Name} {metric.Value:F4}")));
        Line(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch + 1}/{learner.EpochCount}  train_loss {epoch.TrainLoss:F4}  valid_loss {epoch.ValidLoss:F4}{metrics}  {epoch.Seconds:F1} s"));
    }

    /// <inheritdoc/>
    public override void AfterFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (learner.StopReason is { } reason) Line($"stopped: {reason}");
    }

    private void Line(string text)
    {
        TextWriter writer = _writer ?? Console.Out;
        writer.WriteLine(text);
        writer.Flush();
    }
}
