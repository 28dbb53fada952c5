using Engine.Reporting;

namespace Engine.Tests.Reporting;

[TestFixture]
internal sealed class TicksTests
{
    [TestCase(0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(0, 1, 5, "0.0 0.5 1.0")]
    [TestCase(0, 10.5, 6, "0 2 4 6 8 10")]
    [TestCase(-0.3, 0.3, 7, "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3")]
    [TestCase(0.0024, 0.06, 7, "0.01 0.02 0.03 0.04 0.05 0.06")]
    [TestCase(0, 59999.5, 5, "0 20000 40000")]
    [TestCase(0, 2.5e6, 6, "0 5e5 1e6 1.5e6 2e6 2.5e6")]
    [TestCase(1e-7, 3e-7, 5, "1e-7 1.5e-7 2e-7 2.5e-7 3e-7")]
    [TestCase(0.00011, 0.00032, 5, "1.5e-4 2e-4 2.5e-4 3e-4", Description = "a step of 5e-5 needs five decimals: exponents are shorter")]
    [TestCase(1e9, 1e9 + 1.5, 4, "1000000000.0 1000000000.5 1000000001.0 1000000001.5")]
    [TestCase(-1e308, 1e308, 5, "-1e308 -5e307 0 5e307 1e308")]
    [TestCase(-1.7e308, 1.7e308, 3, "-1e308 0 1e308")]
    [TestCase(1e-280, 2e-280, 3, "1e-280 1.5e-280 2e-280")]
    [TestCase(99.99, 100.01, 4, "99.99 100.00 100.01")]
    public void Linear_ticks_are_multiples_of_1_2_or_5_with_as_many_decimals_as_the_step(double low, double high, int atMost, string expected) =>
        Assert.That(Labels([low, high], atMost, isLog: false), Is.EqualTo(expected));

    [TestCase(0, 2, 12, "0 1 2")]
    [TestCase(0, 936, 6, "0 200 400 600 800")]
    [TestCase(5, 5, 9, "4 5 6")]
    [TestCase(1000, 1000, 5, "900 950 1000 1050 1100")]
    [TestCase(0, 2.5, 6, "0.0 0.5 1.0 1.5 2.0 2.5", Description = "not all are integers")]
    public void Integers_have_no_ticks_between_them(double low, double high, int atMost, string expected) =>
        Assert.That(Labels([low, high], atMost, isLog: false, counts: true), Is.EqualTo(expected));

    [TestCase(1e-7, 10, 12, "1e-7 1e-6 1e-5 1e-4 0.001 0.01 0.1 1 10")]
    [TestCase(1e-7, 10, 5, "1e-6 1e-4 0.01 1")]
    [TestCase(0.003, 4000, 9, "0.01 0.1 1 10 100 1000")]
    [TestCase(1e-200, 1e200, 5, "1e-200 1e-100 1 1e100 1e200")]
    [TestCase(0.8, 60, 9, "1 2 5 10 20 50", Description = "less than two decades: 1, 2, 5 are labelled")]
    [TestCase(11, 14, 5, "11 12 13 14", Description = "less than a step of 1, 2, 5: linear ticks")]
    public void Logarithmic_ticks_are_powers_of_ten_where_there_are_some(double low, double high, int atMost, string expected) =>
        Assert.That(Labels([low, high], atMost, isLog: true), Is.EqualTo(expected));

    [Test]
    public void There_are_never_more_labels_than_asked_for_and_always_some()
    {
        Rng rng = new(1);
        for (int round = 0; round < 3000; round++)
        {
            double size = Math.Pow(10, rng.NextDouble() * 500 - 250), low = (rng.NextDouble() - 0.5) * size, high = low + Math.Abs(low) * Math.Pow(10, -rng.NextDouble() * 11);
            bool isLog = round % 3 == 0;
            if (isLog) (low, high) = (size, size * Math.Pow(10, rng.NextDouble() * 40));
            int atMost = 2 + rng.NextInt(11);
            Axis axis = Axis.Around([low, high], isLog, margin: 0.04);
            List<Tick> ticks = Ticks.Of(axis, atMost);
            Assert.That(ticks.Count(tick => tick.Label.Length > 0), Is.InRange(1, atMost), $"{low:R} to {high:R}");
            foreach (Tick tick in ticks) Assert.That(axis.Position(tick.Value), Is.InRange(-1e-6, 1 + 1e-6), $"{tick} in {low:R} to {high:R}");
            Assert.That(ticks.Where(tick => tick.Label.Length > 0).Select(tick => tick.Label), Is.Unique, $"{low:R} to {high:R}");
        }
    }

    [Test]
    public void A_label_says_the_value()
    {
        Rng rng = new(2);
        for (int round = 0; round < 2000; round++)
        {
            double size = Math.Pow(10, rng.NextDouble() * 60 - 30), low = (rng.NextDouble() - 0.5) * size, high = low + rng.NextDouble() * size;
            foreach (Tick tick in Ticks.Of(Axis.Around([low, high], isLog: false), 7))
                Assert.That(double.Parse(tick.Label, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(tick.Value).Within(1e-9 * size), tick.ToString());
        }
    }

    [Test]
    public void An_axis_of_one_value_is_widened_and_one_without_values_is_empty()
    {
        Axis zero = Axis.Around([0, 0], isLog: false), seven = Axis.Around([7.5], isLog: false), log = Axis.Around([8, -1, 0], isLog: true);
        Assert.That((zero.Low, zero.High), Is.EqualTo((-1, 1)));
        Assert.That((seven.Low, seven.High), Is.EqualTo((6.75, 8.25)));
        Assert.That((log.Low, log.High), Is.EqualTo((4, 16)));
        Assert.That(Axis.Around([double.NaN, double.NegativeInfinity], isLog: false).IsEmpty);
        Assert.That(Axis.Around([0, -3], isLog: true).IsEmpty);
    }

    private static string Labels(double[] range, int atMost, bool isLog, bool counts = false) =>
        string.Join(' ', Ticks.Of(Axis.Around(range, isLog, counts: counts), atMost).Select(tick => tick.Label).Where(label => label.Length > 0));
}
