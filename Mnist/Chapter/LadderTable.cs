using System.Globalization;

namespace Mnist.Chapter;

/// <summary>The book's table beside the numbers of this run.</summary>
internal static class LadderTable
{
    /// <summary>Heads of the columns.</summary>
    public static IReadOnlyList<string> Header { get; } = ["Step", "What", "Call", "Batch", "Book", "PyTorch, seeds", "Here", "train_loss", "valid_loss", "Seconds"];

    /// <summary>A row for each training.</summary>
    /// <param name="results">The trainings.</param>
    public static IEnumerable<IReadOnlyList<string>> Rows(IEnumerable<LadderResult> results) => results.Select(result => (IReadOnlyList<string>)
    [
        result.Step.Name, result.Step.Title, result.Step.Call, $"{result.Step.Batch}", result.Step.Book is { } book ? Number(book, 4) : "", Range(result.Step.PyTorch),
        Number(result.Last.Accuracy, 4), Number(result.Last.TrainLoss, 4), Number(result.Last.ValidLoss, 4), Number(result.Seconds, 1),
    ]);

    /// <summary>The table as text, a line each.</summary>
    /// <param name="results">The trainings.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<LadderResult> results)
    {
        List<IReadOnlyList<string>> rows = [Header, .. Rows(results)];
        int[] widths = [.. Enumerable.Range(0, Header.Count).Select(column => rows.Max(row => row[column].Length))];
        foreach (IReadOnlyList<string> row in rows)
            yield return string.Join("  ", row.Select((cell, column) => column is 0 or 1 or 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd();
    }

    private static string Range(IReadOnlyList<double> values) => values.Count == 0 ? "" : $"{Number(values.Min(), 4)} - {Number(values.Max(), 4)}";

    private static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
