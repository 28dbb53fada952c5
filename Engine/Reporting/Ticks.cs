using System.Globalization;

namespace Engine.Reporting;

/// <summary>One mark of an axis.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">What stands there; empty for the finer marks of a logarithmic axis.</param>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Round numbers within a range, with labels.</summary>
internal static class Ticks
{
    /// <summary>At most so many labelled ticks (at least 2 are allowed for), ascending.</summary>
    public static List<Tick> Of(Axis axis, int atMost)
    {
        atMost = Math.Max(2, atMost);
        return axis.IsLog ? Logarithmic(axis.Low, axis.High, atMost) : Linear(axis.Low, axis.High, atMost, axis.IsWhole);
    }

    /// <summary>Multiples of the smallest of 1, 2, 5 times a power of ten that has no more than so many of them in the range.</summary>
    private static List<Tick> Linear(double low, double high, int atMost, bool isWhole = false)
    {
        int e = Decades.Floor(Math.Max(high / (atMost + 1) - low / (atMost + 1), 1e-300));
        if (isWhole) e = Math.Max(e, 0);
        for (; ; e++)
            foreach (int m in (ReadOnlySpan<int>)[1, 2, 5])
            {
                if (e >= 308 && m > 1) break;
                double first = Math.Ceiling(Multiples(low, m, e) - 1e-9), last = Math.Floor(Multiples(high, m, e) + 1e-9);
                if (last - first + 1 > atMost) continue;
                List<double> values = [];
                for (double i = first; i <= last; i++) values.Add(e < 0 ? i * m / Decades.Power(-e) : i * m * Decades.Power(e));
                return Labelled(values, e);
            }
    }

    private static double Multiples(double value, int m, int e) => e < 0 ? value * Decades.Power(-e) / m : value / Decades.Power(e) / m;

    /// <summary>All with as many decimals as a step needs; with exponents where that is shorter.</summary>
    private static List<Tick> Labelled(List<double> values, int stepExponent)
    {
        double largest = values.Count == 0 ? 0 : values.Max(Math.Abs);
        int top = largest == 0 ? stepExponent : Decades.Floor(largest), digits = top - stepExponent + 1;
        bool isFixed = (top < 6 && stepExponent >= -4) || (digits > 6 && top < 15 && stepExponent > -15);
        return [.. values.Select(value => new Tick(value, Label(value)))];

        string Label(double value)
        {
            if (isFixed) return (value + 0.0).ToString($"F{Math.Max(0, -stepExponent)}", CultureInfo.InvariantCulture); // + 0.0: no "-0"
            if (value == 0) return "0";
            return Markup.Scientific(value, Decades.Floor(Math.Abs(value)) - stepExponent);
        }
    }

    private static List<Tick> Logarithmic(double low, double high, int atMost)
    {
        int from = Decades.Floor(low), to = Decades.Floor(high);
        if (Decades.Power(from) < low) from++; // powers from 10^from to 10^to are in the range
        if (to - from >= 2) return OfDecades(low, high, from, to, atMost);
        List<Tick> ticks = [.. Within(low, high, from - 1, to, [1, 2, 5]).Select(value => new Tick(value, Power(value)))];
        if (ticks.Count >= 2 && ticks.Count <= atMost) return ticks;
        return to > from ? OfDecades(low, high, from, to, atMost) : Linear(low, high, atMost);
    }

    /// <summary>Every decade, with fine marks between them where those are few; otherwise multiples of the first stride that has room.</summary>
    private static List<Tick> OfDecades(double low, double high, int from, int to, int atMost)
    {
        foreach (int stride in (ReadOnlySpan<int>)[1, 2, 5, 10, 20, 50, 100, 200, 500])
        {
            List<Tick> ticks = [.. Enumerable.Range(from, to - from + 1).Where(k => k % stride == 0).Select(k => Decades.Power(k)).Select(value => new Tick(value, Power(value)))];
            if (ticks.Count > atMost) continue;
            if (stride > 1 || ticks.Count > 12) return ticks;
            return [.. Within(low, high, from - 1, to, [1, 2, 3, 4, 5, 6, 7, 8, 9])
                .Select(value => new Tick(value, value == Decades.Power(Decades.Floor(value)) ? Power(value) : ""))];
        }
        return [];
    }

    private static IEnumerable<double> Within(double low, double high, int lowest, int highest, int[] multiples) =>
        from k in Enumerable.Range(lowest, highest - lowest + 1)
        from m in multiples
        let value = Decades.Power(m, k)
        where value >= low && value <= high
        select value;

    private static string Power(double value) => value is >= 1e-3 and < 1e5
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : Markup.Scientific(value, 0);
}
