namespace Engine.Training;

/// <summary>Where on the curve of a search a good learning rate may be: fastai's four rules, step by step.</summary>
internal static class LrSuggestions
{
    private const int SlideDistance = 15;
    private const double SlideThreshold = 0.005;

    /// <summary>Half way down the longest run of falling losses, which need not be neighbours: its first third and half of another.</summary>
    public static double? Valley(ReadOnlySpan<double> rates, ReadOnlySpan<double> losses)
    {
        if (losses.IsEmpty) return null;
        int n = losses.Length, end = 0;
        int[] lengths = new int[n]; // of the longest falling run that ends here
        Array.Fill(lengths, 1);
        for (int i = 1; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                if (losses[i] < losses[j]) lengths[i] = Math.Max(lengths[i], lengths[j] + 1);
            if (lengths[end] < lengths[i]) end = i;
        }
        int start = end == 0 ? 0 : end - lengths[end]; // one before the run, where its points are neighbours; -1 is Python's last
        double third = (end - start) / 3.0;
        int index = start + (int)third + (int)(third / 2);
        return rates[index < 0 ? n + index : index];
    }

    /// <summary>From the end, an interval slides towards lower rates as long as the slopes at its two ends differ: where it comes to rest.</summary>
    public static double? Slide(ReadOnlySpan<double> rates, ReadOnlySpan<double> losses)
    {
        int right = losses.Length - 1, left = right - SlideDistance;
        if (left < 0) return null;
        double rate = rates[left];
        while (left >= 0 && Math.Abs(Slope(losses, right) - Slope(losses, left)) > SlideThreshold)
        {
            rate = rates[left];
            right--;
            left--;
        }
        return rate;
    }

    /// <summary>A tenth of the rate at the lowest loss.</summary>
    public static double? Minimum(ReadOnlySpan<double> rates, ReadOnlySpan<double> losses)
    {
        if (losses.IsEmpty) return null;
        int best = 0;
        for (int i = 1; i < losses.Length; i++)
            if (losses[i] < losses[best]) best = i;
        return rates[best] / 10;
    }

    /// <summary>The rate from which the loss falls fastest over the logarithm of the rate.</summary>
    public static double? Steep(ReadOnlySpan<double> rates, ReadOnlySpan<double> losses)
    {
        if (losses.Length < 2) return null;
        int best = 0;
        double steepest = double.PositiveInfinity;
        for (int i = 0; i + 1 < losses.Length; i++)
        {
            double slope = (losses[i + 1] - losses[i]) / (Elementary.Log(rates[i + 1]) - Elementary.Log(rates[i]));
            if (slope < steepest) (best, steepest) = (i, slope);
        }
        return rates[best];
    }

    /// <summary>numpy's gradient: half the difference of the neighbours, the whole one at the ends.</summary>
    private static double Slope(ReadOnlySpan<double> y, int i) =>
        i == 0 ? y[1] - y[0] : i == y.Length - 1 ? y[i] - y[i - 1] : (y[i + 1] - y[i - 1]) / 2;
}
