using System.Globalization;

namespace Engine.Training;

/// <summary>What a search for a learning rate found: the smoothed loss at each rate, and the rates that fastai's rules suggest.</summary>
/// <remarks>The rules look at the curve without its first tenth and its last 5 points; where fewer are left than a rule needs it suggests nothing.</remarks>
public sealed class LrSearch
{
    internal LrSearch(IReadOnlyList<double> rates, IReadOnlyList<double> losses, int steps)
    {
        (Rates, Losses) = (rates, losses);
        int skipped = steps / 10, last = losses.Count - 5;
        double[] x = [.. rates.Take(last).Skip(skipped)], y = [.. losses.Take(last).Skip(skipped)];
        (Valley, Slide, Minimum, Steep) = (LrSuggestions.Valley(x, y), LrSuggestions.Slide(x, y), LrSuggestions.Minimum(x, y), LrSuggestions.Steep(x, y));
    }

    /// <summary>The learning rates tried.</summary>
    public IReadOnlyList<double> Rates { get; }

    /// <summary>The smoothed loss after each.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>Half way down the longest valley: fastai's own choice.</summary>
    public double? Valley { get; }

    /// <summary>By the interval slide rule: shortly before the loss grows.</summary>
    public double? Slide { get; }

    /// <summary>A tenth of the rate with the lowest loss.</summary>
    public double? Minimum { get; }

    /// <summary>Where the loss falls fastest.</summary>
    public double? Steep { get; }

    /// <summary>The four suggestions in a line.</summary>
    public override string ToString() => $"valley {Text(Valley)}, slide {Text(Slide)}, minimum {Text(Minimum)}, steep {Text(Steep)} (from {Rates.Count} rates)";

    private static string Text(double? rate) => rate?.ToString("G3", CultureInfo.InvariantCulture) ?? "none";
}
