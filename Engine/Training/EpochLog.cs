using System.Collections;
using System.Globalization;
using System.Text;

namespace Engine.Training;

/// <summary>The lines of a fit's epochs; as text, a table as fastai prints it.</summary>
public sealed class EpochLog : IReadOnlyList<EpochResult>
{
    private readonly List<EpochResult> _lines = [];

    internal EpochLog()
    {
    }

    /// <inheritdoc/>
    public EpochResult this[int index] => _lines[index];

    /// <inheritdoc/>
    public int Count => _lines.Count;

    /// <inheritdoc/>
    public IEnumerator<EpochResult> GetEnumerator() => _lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Epoch, losses, metrics and seconds in columns, a line each epoch, with a head.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["epoch", "train_loss", "valid_loss", .. _lines.Count == 0 ? [] : _lines[0].Metrics.Select(metric => metric.Name), "seconds"]];
        foreach (EpochResult line in _lines)
            rows.Add([line.Epoch.ToString(CultureInfo.InvariantCulture), Fixed(line.TrainLoss, 6), Fixed(line.ValidLoss, 6), .. line.Metrics.Select(metric => Fixed(metric.Value, 6)), Fixed(line.Seconds, 2)]);
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in rows) text.AppendJoin("  ", row.Select((cell, column) => cell.PadLeft(widths[column]))).Append('\n');
        return text.ToString();

        static string Fixed(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }

    internal void Clear() => _lines.Clear();

    internal void Add(EpochResult line) => _lines.Add(line);
}
