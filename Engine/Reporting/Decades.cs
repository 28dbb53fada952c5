using System.Globalization;

namespace Engine.Reporting;

/// <summary>Powers of ten.</summary>
internal static class Decades
{
    private const double Ln10 = 2.302585092994045684;

    /// <summary>10 to the k, the nearest double.</summary>
    public static double Power(int k) => Power(1, k);

    /// <summary>m times 10 to the k, the nearest double.</summary>
    public static double Power(int m, int k) => double.Parse(string.Create(CultureInfo.InvariantCulture, $"{m}e{k}"), CultureInfo.InvariantCulture);

    /// <summary>The decimal logarithm.</summary>
    public static double Log10(double value) => Elementary.Log(value) / Ln10;

    /// <summary>The largest k with 10^k &lt;= value, for a finite value above zero.</summary>
    public static int Floor(double value)
    {
        int k = (int)Math.Floor(Log10(value));
        if (Power(k) > value) return k - 1;
        return k < 308 && Power(k + 1) <= value ? k + 1 : k;
    }
}
