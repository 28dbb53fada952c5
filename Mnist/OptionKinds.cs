using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Engine;

namespace Mnist;

/// <summary>The kinds of options: each refuses a bad value in one line that names the option, its rule and what came.</summary>
internal static class OptionKinds
{
    /// <summary>A whole number in a range, with a default.</summary>
    public static Option<int> Count(string name, string description, int defaultValue, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description, HelpName = "N", DefaultValueFactory = _ => defaultValue, CustomParser = result => ParseCount(result, name, least, most),
    };

    /// <summary>A whole number of at least 1, or nothing.</summary>
    public static Option<int?> OptionalCount(string name, string description) => new(name)
    {
        Description = description, HelpName = "N", CustomParser = result => ParseCount(result, name, 1, int.MaxValue),
    };

    /// <summary>Given or not.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>0 to 2^64 - 1.</summary>
    public static Option<ulong> Seed(string name, string description, ulong defaultValue) => new(name)
    {
        Description = description, HelpName = "N", DefaultValueFactory = _ => defaultValue,
        CustomParser = result => ulong.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value : Refuse<ulong>(result, name, "a whole number from 0 to 18446744073709551615"),
    };

    /// <summary>A finite number above 0.</summary>
    public static Option<double> Positive(string name, string description, double defaultValue) => new(name)
    {
        Description = description, HelpName = "X", DefaultValueFactory = _ => defaultValue,
        CustomParser = result => double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)
            ? value : Refuse<double>(result, name, "a finite number above 0"),
    };

    /// <summary>One of some words; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] choices) =>
        AmongThese(new Option<string>(name) { DefaultValueFactory = _ => choices[0], CustomParser = result => ParseChoice(result, name, choices) }, description, choices);

    /// <summary>One of some words, or nothing.</summary>
    public static Option<string?> OptionalChoice(string name, string description, params string[] choices) =>
        AmongThese(new Option<string?>(name) { CustomParser = result => ParseChoice(result, name, choices) }, description, choices);

    /// <summary>How many threads.</summary>
    public static Option<int> Threads() => Count("--threads", "Threads to use; changes no result.", Compute.Threads, most: 1024);

    /// <summary>A path, or nothing.</summary>
    public static Option<string?> OptionalPath(string name, string description, string helpName) => new(name)
    {
        Description = description, HelpName = helpName, CustomParser = result => ParsePath(result, name),
    };

    /// <summary>A path with a default.</summary>
    public static Option<string> Path(string name, string description, string helpName, string defaultValue) => new(name)
    {
        Description = description, HelpName = helpName, DefaultValueFactory = _ => defaultValue, CustomParser = result => ParsePath(result, name),
    };

    private static int ParseCount(ArgumentResult result, string name, int least, int most) =>
        int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value : Refuse<int>(result, name, most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}");

    private static string? ParseChoice(ArgumentResult result, string name, string[] choices) =>
        choices.Contains(Text(result)) ? Text(result) : Refuse<string>(result, name, $"one of {string.Join(", ", choices)}");

    private static Option<T> AmongThese<T>(Option<T> option, string description, string[] choices)
    {
        (option.Description, option.HelpName) = (description, string.Join('|', choices));
        option.CompletionSources.Add(choices);
        return option;
    }

    private static string? ParsePath(ArgumentResult result, string name) =>
        Text(result) is { Length: > 0 } path && !path.Contains('\0') ? path : Refuse<string>(result, name, "a path");

    private static string Text(ArgumentResult result) => result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string name, string rule)
    {
        result.AddError($"{name} must be {rule}, got '{Text(result)}'.");
        return default;
    }
}
