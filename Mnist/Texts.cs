using System.Globalization;
using System.Text;
using Engine.Training;

namespace Mnist;

/// <summary>Results in words and columns.</summary>
internal static class Texts
{
    private const int PairsListed = 5;

    /// <summary>"epoch 1/5  train_loss 0.1917  valid_loss 0.1217  accuracy 0.9609  2.1 s".</summary>
    public static string Epoch(EpochResult epoch, int count) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {epoch.Epoch + 1}/{count}  train_loss {epoch.TrainLoss:F4}  valid_loss {epoch.ValidLoss:F4}  accuracy {epoch.Accuracy:F4}  {epoch.Seconds:F1} s");

    /// <summary>A count with its thousands set off; nothing for 0.</summary>
    public static string Count(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The matrix in aligned columns. Classes with long names are numbered, and named at the end of their row.</summary>
    public static string Confusion(ConfusionMatrix matrix)
    {
        int classes = matrix.Classes.Count;
        bool named = matrix.Classes.All(name => name.Length <= 3);
        string[] labels = [.. Enumerable.Range(0, classes).Select(i => named ? matrix.Classes[i] : $"{i}")];
        int width = 1 + Enumerable.Range(0, classes * classes).Max(i => matrix[i / classes, i % classes].ToString(CultureInfo.InvariantCulture).Length);
        width = Math.Max(width, 1 + labels.Max(label => label.Length));
        StringBuilder text = new();
        text.AppendLine("confusion matrix: rows are the true classes, columns the predicted ones");
        text.Append("    ").AppendLine(string.Concat(labels.Select(label => label.PadLeft(width))));
        for (int i = 0; i < classes; i++)
        {
            text.Append(labels[i].PadLeft(4));
            for (int j = 0; j < classes; j++) text.Append(matrix[i, j].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            text.AppendLine(named ? "" : $"  {matrix.Classes[i]}");
        }
        return text.ToString();
    }

    /// <summary>"most confused: 4 taken for 9 (12 times), ...".</summary>
    public static string MostConfused(ConfusionMatrix matrix)
    {
        IEnumerable<string> pairs = matrix.MostConfused().Take(PairsListed)
            .Select(pair => $"{matrix.Classes[pair.Actual]} taken for {matrix.Classes[pair.Predicted]} ({pair.Count} {(pair.Count == 1 ? "time" : "times")})");
        string list = string.Join(", ", pairs);
        return $"most confused: {(list.Length == 0 ? "none" : list)}";
    }

    /// <summary>"largest losses: image 247, 4 taken for 9 (loss 8.12), ...".</summary>
    public static string TopLosses(Interpretation interpretation)
    {
        IEnumerable<string> items = interpretation.TopLosses(PairsListed).Select(item => string.Create(CultureInfo.InvariantCulture,
            $"image {item.Index}, {interpretation.Classes[item.Actual]} taken for {interpretation.Classes[item.Predicted]} (loss {item.Loss:F2})"));
        return $"largest losses: {string.Join("; ", items)}";
    }

    /// <summary>An image of 28 x 28 in letters, two rows a line, as those are about twice as high as wide.</summary>
    public static IEnumerable<string> Picture(ReadOnlySpan<byte> pixels, int width)
    {
        const string Ramp = " .:-=+*#%@"; // dark to light
        List<string> lines = [];
        for (int row = 0; row + 2 * width <= pixels.Length; row += 2 * width)
        {
            StringBuilder line = new();
            for (int x = 0; x < width; x++) line.Append(Ramp[(pixels[row + x] + pixels[row + width + x]) * Ramp.Length / (2 * 255 + 1)]);
            lines.Add(line.ToString());
        }
        return lines;
    }
}
