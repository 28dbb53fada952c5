using System.Globalization;

namespace Engine.Benchmarks.Doors;

/// <summary>Arguments of a <see cref="Door"/>: options as <c>--name value</c> or <c>--name=value</c> in any order, once each, and values between them.</summary>
internal sealed class DoorArguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _values = [];

    /// <summary>Reads arguments.</summary>
    /// <param name="args">What was given.</param>
    /// <param name="options">The options there are.</param>
    /// <param name="values">Name of the values, of which one is needed; null where none may be given.</param>
    /// <exception cref="ArgumentException">An unknown or repeated option, one without its value, or the wrong number of values.</exception>
    public DoorArguments(string[] args, string[] options, string? values)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                if (values is null) throw new ArgumentException($"unrecognized argument '{args[i]}'.");
                _values.Add(args[i]);
                continue;
            }
            string[] parts = args[i].Split('=', 2);
            if (!options.Contains(parts[0])) throw new ArgumentException($"unrecognized option '{parts[0]}': expected some of {string.Join(", ", options)}.");
            if (parts.Length == 1 && i + 1 == args.Length) throw new ArgumentException($"{parts[0]}: its value is missing.");
            if (!_options.TryAdd(parts[0], parts.Length == 2 ? parts[1] : args[++i])) throw new ArgumentException($"{parts[0]}: given more than once.");
        }
        if (values is not null && _values.Count == 0) throw new ArgumentException($"at least one {values} is required.");
    }

    /// <summary>What is not an option, in order.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>Threads to use.</summary>
    public int Threads => _options.ContainsKey("--threads") ? Whole("--threads", Text("--threads")!, most: 1024) : Compute.Threads;

    /// <summary>Seconds of measuring: more than 0.</summary>
    public double Seconds => Text("--seconds") is not { } text ? 1
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 3600 ? seconds
        : throw new ArgumentException($"--seconds: expected a number above 0, up to 3600, got '{text}'.");

    /// <summary>An option's text; null where it was not given.</summary>
    public string? Text(string option) => _options.GetValueOrDefault(option);

    /// <summary>An option's parts between commas.</summary>
    public string[] List(string option, string standard) => (Text(option) ?? standard).Split(',');

    /// <summary>Reads a whole number of at least 1.</summary>
    /// <param name="option">Where it stands, for the message.</param>
    /// <param name="text">What was given.</param>
    /// <param name="most">The largest that will do.</param>
    public static int Whole(string option, string text, int most = int.MaxValue) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= most ? number
        : throw new ArgumentException($"{option}: expected a whole number of at least 1{(most == int.MaxValue ? "" : $", at most {most}")}, got '{text}'.");
}
