using MathNet.Numerics;

namespace Engine.Tests.Kernels;

/// <summary>exp, log, cos, sin, tanh and erf against the system's, in units of the last place.</summary>
[TestFixture]
internal sealed class ElementaryTests
{
    [Test]
    public void Exp_is_within_two_units_over_its_whole_range() => Near(Elementary.Exp, Math.Exp, Range(-745, 709.7, 200_000), 2);

    [Test]
    public void Log_is_within_two_units_over_all_magnitudes()
    {
        Rng rng = new(51);
        Near(Elementary.Log, Math.Log, Enumerable.Range(0, 200_000).Select(_ => Math.ScaleB(1 + rng.NextDouble(), rng.NextInt(2098) - 1074)), 2);
        Near(Elementary.Log, Math.Log, Range(0.5, 2, 100_001), 2); // around 1, where the result goes through 0
    }

    [Test]
    public void Sine_and_cosine_are_within_two_units_or_the_error_of_pi()
    {
        // close to a multiple of pi/2 the result is tiny and the reduction's last part counts: k * 2e-21, k up to 64,000 (16,000 turns)
        Near(Elementary.Sin, Math.Sin, Range(-100_000, 100_000, 200_001), 2, slack: 2e-16);
        Near(Elementary.Cos, Math.Cos, Range(-100_000, 100_000, 200_001), 2, slack: 2e-16);
        Near(Elementary.Sin, Math.Sin, Range(-3, 3, 100_001), 2);
        Near(Elementary.Cos, Math.Cos, Range(-1.5, 1.5, 100_001), 2);
    }

    [Test]
    public void Tanh_is_within_four_units() => Near(Elementary.Tanh, Math.Tanh, Range(-23, 23, 200_001).Concat(Range(-1e-3, 1e-3, 20_001)), 4); // (e - 1) doubles exp's error where e is near 1.8

    [Test]
    public void Erf_is_within_its_stated_error() => Near(Elementary.Erf, SpecialFunctions.Erf, Range(-6.5, 6.5, 100_001).Concat(Range(-1e-3, 1e-3, 20_001)), 64);

    [Test]
    public void Special_values_are_those_of_IEEE_754()
    {
        double nan = double.NaN, infinity = double.PositiveInfinity;
        Assert.That(new[] { Elementary.Exp(0), Elementary.Exp(-0.0), Elementary.Exp(infinity), Elementary.Exp(-infinity), Elementary.Exp(710), Elementary.Exp(-746), Elementary.Exp(nan) },
            Is.EqualTo(new[] { 1, 1, infinity, 0, infinity, 0, nan }));
        Assert.That(new[] { Elementary.Log(1), Elementary.Log(0), Elementary.Log(-0.0), Elementary.Log(-1), Elementary.Log(infinity), Elementary.Log(-infinity), Elementary.Log(nan) },
            Is.EqualTo(new[] { 0, -infinity, -infinity, nan, infinity, nan, nan }));
        Assert.That(new[] { Elementary.Cos(0), Elementary.Sin(0), Elementary.Cos(infinity), Elementary.Sin(-infinity), Elementary.Sin(nan) }, Is.EqualTo(new[] { 1, 0, nan, nan, nan }));
        Assert.That(new[] { Elementary.Tanh(infinity), Elementary.Tanh(-infinity), Elementary.Tanh(nan), Elementary.Erf(infinity), Elementary.Erf(-infinity), Elementary.Erf(nan) },
            Is.EqualTo(new[] { 1, -1, nan, 1, -1, nan }));
        Assert.That(double.IsNegative(Elementary.Tanh(-0.0)) && double.IsNegative(Elementary.Erf(-0.0)), Is.True);
        Assert.That(Elementary.Log(double.Epsilon), Is.EqualTo(Math.Log(double.Epsilon)).Within(1).Ulps);
    }

    [Test]
    public void Odd_and_even_functions_are_so_to_the_bit()
    {
        foreach (double x in Range(0.001, 20, 1001))
        {
            Assert.That((Elementary.Tanh(-x), Elementary.Erf(-x), Elementary.Sin(-x)), Is.EqualTo((-Elementary.Tanh(x), -Elementary.Erf(x), -Elementary.Sin(x))));
            Assert.That(Elementary.Cos(-x), Is.EqualTo(Elementary.Cos(x)));
        }
    }

    private static IEnumerable<double> Range(double from, double to, int count) => Enumerable.Range(0, count).Select(i => from + (to - from) * i / (count - 1));

    private static void Near(Func<double, double> actual, Func<double, double> expected, IEnumerable<double> at, int units, double slack = 0)
    {
        (double worst, double where) = (0, double.NaN);
        foreach (double x in at)
        {
            double y = actual(x), e = expected(x), difference = Math.Abs(y - e);
            if (difference <= slack) continue;
            double error = difference / Math.Max(double.Epsilon, Math.BitIncrement(Math.Abs(e)) - Math.Abs(e));
            if (!(error <= worst)) (worst, where) = (error, x);
        }
        Assert.That(worst, Is.LessThanOrEqualTo(units), $"units of the last place, at {where:R}: {actual(where):R} instead of {expected(where):R}");
    }
}
