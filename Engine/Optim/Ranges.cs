using System.Globalization;
using System.Runtime.CompilerServices;

namespace Engine.Optim;

/// <summary>The ranges of optimizer and schedule settings, checked where a setting enters.</summary>
internal static class Ranges
{
    /// <summary>Finite, at least 0: learning rates, weight decay, epsilon.</summary>
    public static double NonNegative(string op, string what, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value) ? value : throw Outside(op, what, "a finite number of at least 0", value, name);

    /// <summary>Finite, above 0: divisors.</summary>
    public static double Positive(string op, string what, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && double.IsFinite(value) ? value : throw Outside(op, what, "a finite number above 0", value, name);

    /// <summary>0 to 1, without 1: momentum and the betas.</summary>
    public static double Momentum(string op, string what, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and < 1 ? value : throw Outside(op, what, "at least 0 and below 1", value, name);

    /// <summary>0 to 1: parts of a whole.</summary>
    public static double Fraction(string op, string what, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and <= 1 ? value : throw Outside(op, what, "0 to 1", value, name);

    /// <summary>Finite.</summary>
    public static double Finite(string op, string what, double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw Outside(op, what, "a finite number", value, name);

    /// <summary>A count of at least <paramref name="least"/>.</summary>
    public static int AtLeast(string op, string what, int least, int value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, $"{op}: {what} must be at least {least}, got {value}.");

    /// <summary>A step of a run: 0 to totalSteps - 1.</summary>
    public static void Step(string op, int step, int totalSteps)
    {
        AtLeast(op, "total steps", 1, totalSteps);
        if (step < 0 || step >= totalSteps)
            throw new ArgumentOutOfRangeException(nameof(step), $"{op}: step must be 0 to {totalSteps - 1} (total steps {totalSteps}), got {step}.");
    }

    private static ArgumentOutOfRangeException Outside(string op, string what, string range, double value, string? name) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"{op}: {what} must be {range}, got {value}."));
}
