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
        return axis.IsLog ? Logarithmic(axis.Low, axis.High, atMost) : Linear(axis.Low, axis.High, atMost);
    }

    /// <summary>Multiples of the smallest of 1, 2, 5 times a power of ten that has no more than so many of them in the range.</summary>
    private static List<Tick> Linear(double low, double high, int atMost)
    {
        int e = Decades.Floor(Math.Max(high / (atMost + 1) - low / (atMost + 1), 1e-300));
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
            if (value == 0) return "0";
            if (isFixed) return value.ToString($"F{Math.Max(0, -stepExponent)}", CultureInfo.InvariantCulture);
            return Markup.Scientific(value, Decades.Floor(Math.Abs(value)) - stepExponent);
        }
    }

    private static List<Tick> Logarithmic(double low, double high, int atMost)
    {
        int from = Decades.Floor(low), to = Decades.Floor(high);
        int inside = to - from + (Decades.Power(from) == low ? 1 : 0);
        if (inside >= 2) return OfDecades(low, high, from, to, atMost, inside);
        List<Tick> ticks = [.. Within(low, high, from, to, [1, 2, 5]).Select(value => new Tick(value, Power(value)))];
        return ticks.Count >= 2 && ticks.Count <= atMost ? ticks : Linear(low, high, atMost);
    }

    private static List<Tick> OfDecades(double low, double high, int from, int to, int atMost, int inside)
    {
        int stride = 1;
        while ((inside - 1) / stride + 1 > atMost) stride++;
        if (stride > 1 || inside > 12)
            return [.. Enumerable.Range(from, to - from + 1).Where(k => k % stride == 0 && Decades.Power(k) >= low)
                .Select(Decades.Power).Select(value => new Tick(value, Power(value)))];
        return [.. Within(low, high, from, to, [1, 2, 3, 4, 5, 6, 7, 8, 9])
            .Select(value => new Tick(value, value == Decades.Power(Decades.Floor(value)) ? Power(value) : ""))];
    }

    private static IEnumerable<double> Within(double low, double high, int lowest, int highest, int[] multiples) =>
        from k in Enumerable.Range(lowest, highest - lowest + 1)
        from m in multiples
        let value = double.Parse($"{m}e{k}", CultureInfo.InvariantCulture)
        where value >= low && value <= high
        select value;

    private static string Power(double value) => value is >= 1e-3 and < 1e5
        ? value.ToString("0.####", CultureInfo.InvariantCulture)
        : Markup.Scientific(value, 0);
}
