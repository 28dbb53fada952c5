namespace Engine;

/// <summary>exp, log, cos, sin, tanh and erf in double precision out of additions, multiplications and divisions alone.</summary>
/// <remarks>The operating system's own differ in the last bit from machine to machine; these give the same bits everywhere
/// (RyuJIT never contracts a product and a sum). Error under 2 units in the last place (tanh 4, erf 64), far below a float's.</remarks>
internal static class Elementary
{
    internal const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10; // high part has 21 trailing zero bits
    internal const double InverseLn2 = 1.44269504088896340736;

    /// <summary>1/13!, 1/12! ... 1/1!, 1/0!.</summary>
    internal static ReadOnlySpan<double> InverseFactorials =>
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0, 1, 1,
    ];

    /// <summary>1/23, 1/21 ... 1/3.</summary>
    private static ReadOnlySpan<double> InverseOdds => [1 / 23.0, 1 / 21.0, 1 / 19.0, 1 / 17.0, 1 / 15.0, 1 / 13.0, 1 / 11.0, 1 / 9.0, 1 / 7.0, 1 / 5.0, 1 / 3.0];

    /// <summary>e to the x.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.79) return double.PositiveInfinity;
        if (x < -745.2) return 0;
        double k = Math.Round(x * InverseLn2);
        double r = x - k * Ln2High - k * Ln2Low, sum = 0; // |r| <= ln 2 / 2: 13 terms of the series reach 2^-54
        foreach (double inverse in InverseFactorials) sum = sum * r + inverse;
        return Scale(sum, (int)k);
    }

    /// <summary>The natural logarithm.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        int shift = 0;
        if (x < 2.2250738585072014e-308) (x, shift) = (x * 18014398509481984.0, -54); // subnormal
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023 + shift;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951) (m, exponent) = (m / 2, exponent + 1);
        double s = (m - 1) / (m + 1), s2 = s * s, sum = 0; // log m = 2 (s + s^3/3 + s^5/5 ...), s^2 <= 0.0295
        foreach (double inverse in InverseOdds) sum = (sum + inverse) * s2;
        return exponent * Ln2High + (exponent * Ln2Low + 2 * (s + s * sum));
    }

    /// <summary>The cosine; exact reduction up to some thousands of turns.</summary>
    public static double Cos(double x) => Turn(x, quarter: 1);

    /// <summary>The sine; exact reduction up to some thousands of turns.</summary>
    public static double Sin(double x) => Turn(x, quarter: 0);

    /// <summary>The hyperbolic tangent.</summary>
    public static double Tanh(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        if (a > 22) return Math.CopySign(1, x);
        if (a < 0.3)
        {
            double x2 = x * x, sinh = 0, cosh = 0; // series of both: no cancellation near 0
            for (int n = 15; n >= 3; n -= 2) (sinh, cosh) = ((1 + sinh) * x2 / (n * (n - 1)), (1 + cosh) * x2 / ((n - 1) * (n - 2)));
            return x * (1 + sinh) / (1 + cosh);
        }
        double e = Exp(2 * a);
        return Math.CopySign((e - 1) / (e + 1), x);
    }

    /// <summary>The error function: 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6, all terms positive).</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        if (a > 6) return Math.CopySign(1, x);
        double term = a, sum = a;
        for (int n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return Math.CopySign(Math.Min(1, 1.1283791670955126 * Exp(-a * a) * sum), x);
    }

    private static double Turn(double x, int quarter)
    {
        if (!double.IsFinite(x)) return double.NaN;
        double k = Math.Round(x * 0.63661977236758134308);
        double r = x - k * 1.57079632673412561417e+00 - k * 6.07710050650619224932e-11; // pi/2 in two parts
        long q = ((long)k + quarter) & 3;
        double r2 = r * r, sum = 0;
        int first = (q & 1) == 0 ? 17 : 16; // odd powers for the sine, even ones for the cosine
        for (int n = first; n >= 2; n -= 2) sum = (1 - sum) * r2 / (n * (n - 1.0));
        double value = (q & 1) == 0 ? r * (1 - sum) : 1 - sum;
        return (q & 2) == 0 ? value : -value;
    }

    /// <summary>x * 2^k, right for subnormal results too.</summary>
    private static double Scale(double x, int k)
    {
        if (k > 1023) (x, k) = (x * 8.98846567431158e307, k - 1023);
        if (k < -1022) (x, k) = (x * 2.2250738585072014e-308, k + 1022);
        return x * BitConverter.Int64BitsToDouble((long)(k + 1023) << 52);
    }
}
