using System.Globalization;
using System.Text;

namespace Engine.Training;

/// <summary>Writes a line an epoch into a file of comma-separated values, with a header: epoch, train_loss, valid_loss, the learner's metrics, seconds.</summary>
/// <remarks>Numbers have a point and as many digits as they need to come back the same. At every moment the file is whole: that of the epoch before, or the new one.</remarks>
public sealed class CsvLog : Callback, ICheckpointed
{
    private readonly bool _appends;
    private readonly StringBuilder _text = new();

    /// <summary>Chooses the file, which is replaced after the first epoch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="appends">Whether the lines of later fits follow those of earlier ones of this callback, without a header of their own.</param>
    public CsvLog(string path = "log.csv", bool appends = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (Path, _appends) = (path, appends);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Late: the epoch is over for all others.</summary>
    public override int Order => 60;

    /// <inheritdoc/>
    public override void BeforeFit(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        if (!_appends) _text.Clear();
        if (_text.Length > 0) return;
        _text.Append("epoch,train_loss,valid_loss");
        foreach (Metric metric in learner.Metrics) _text.Append(',').Append(Quoted(metric.Name));
        _text.Append(",seconds\n");
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written; what was there is unharmed.</exception>
    public override void AfterEpoch(Learner learner)
    {
        ArgumentNullException.ThrowIfNull(learner);
        EpochResult epoch = learner.Epochs[^1];
        _text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.TrainLoss},{epoch.ValidLoss}");
        foreach ((_, double value) in epoch.Metrics) _text.Append(CultureInfo.InvariantCulture, $",{value}");
        _text.Append(CultureInfo.InvariantCulture, $",{epoch.Seconds:F3}\n");
        AtomicFile.WriteAllBytes(Path, Encoding.UTF8.GetBytes(_text.ToString()));
    }

    /// <inheritdoc/>
    public void Checkpoint(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        string? text = _text.ToString();
        state.MustMatch("appends", _appends);
        state.Value("text", ref text);
        if (state.IsLoading) _text.Clear().Append(text);
    }

    private static string Quoted(string name) => name.AsSpan().IndexOfAny(",\"\n\r") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
