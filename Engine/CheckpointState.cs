using System.Globalization;

namespace Engine;

/// <summary>What a checkpoint keeps of an object, by name. The object makes the same calls when it is saved, compared with a checkpoint, and loaded.</summary>
/// <remarks>Before anything is loaded everything is compared, so that a checkpoint that does not fit changes nothing.</remarks>
public sealed class CheckpointState
{
    private readonly Use _use;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];
    private string _prefix = "";

    private CheckpointState(Use use, IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, Array> series)
    {
        _use = use;
        Texts = new Dictionary<string, string>(texts, StringComparer.Ordinal);
        Series = new Dictionary<string, Array>(series, StringComparer.Ordinal);
    }

    private enum Use
    {
        Save, Compare, Load,
    }

    /// <summary>Whether values are being set from a checkpoint, right now.</summary>
    public bool IsLoading => _use == Use.Load;

    /// <summary>Single values by their full names.</summary>
    internal Dictionary<string, string> Texts { get; }

    /// <summary>Arrays (of double, float or int) by their full names.</summary>
    internal Dictionary<string, Array> Series { get; }

    /// <summary>What does not fit, a line each.</summary>
    internal IReadOnlyList<string> Differences => _differences;

    /// <summary>Collects what an object has.</summary>
    internal static CheckpointState ToSave() => new(Use.Save, new Dictionary<string, string>(), new Dictionary<string, Array>());

    /// <summary>Finds what does not fit, and changes nothing.</summary>
    internal static CheckpointState ToCompare(IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, Array> series) => new(Use.Compare, texts, series);

    /// <summary>Sets what was compared before.</summary>
    internal static CheckpointState ToLoad(IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, Array> series) => new(Use.Load, texts, series);

    /// <summary>A setting that must be what it was: another one is a difference, for which the checkpoint is refused.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What it is here.</param>
    public void MustMatch(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_use == Use.Save) Texts.Add(Full(name), value);
        else if (_use == Use.Compare && Saved(name, Texts) is { } saved && saved != value) _differences.Add($"{Full(name)}: the checkpoint has {saved}, this training {value}");
    }

    /// <inheritdoc cref="MustMatch(string, string)"/>
    public void MustMatch(string name, double value) => MustMatch(name, value.ToString("R", CultureInfo.InvariantCulture));

    /// <inheritdoc cref="MustMatch(string, string)"/>
    public void MustMatch(string name, bool value) => MustMatch(name, value ? "true" : "false");

    /// <summary>A number that changes in training.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Read when saved, set when loaded.</param>
    public void Value(string name, ref double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        if (Exchange(name, ref text, "a number", saved => double.TryParse(saved, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Value(string, ref double)"/>
    public void Value(string name, ref long value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        if (Exchange(name, ref text, "a whole number", saved => long.TryParse(saved, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            value = long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Value(string, ref double)"/>
    public void Value(string name, ref int value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        if (Exchange(name, ref text, "a whole number of 32 bits", saved => int.TryParse(saved, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            value = int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <inheritdoc cref="Value(string, ref double)"/>
    /// <summary>A yes or no that changes in training.</summary>
    public void Value(string name, ref bool value)
    {
        string text = value ? "true" : "false";
        if (Exchange(name, ref text, "true or false", saved => saved is "true" or "false")) value = text == "true";
    }

    /// <inheritdoc cref="Value(string, ref double)"/>
    /// <summary>A text that changes in training; it may be null.</summary>
    public void Value(string name, ref string? value)
    {
        string text = value is null ? "" : $"={value}"; // so that none and an empty one are two things
        if (Exchange(name, ref text, "'=' and a text", saved => saved.Length == 0 || saved[0] == '=')) value = text.Length == 0 ? null : text[1..];
    }

    /// <summary>A random generator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rng">Its state is read when saved, set when loaded.</param>
    public void Generator(string name, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        (ulong S0, ulong S1, ulong S2, ulong S3) state = rng.State;
        GeneratorState(name, ref state);
        if (IsLoading) rng.State = state;
    }

    /// <summary>The state of a random generator that is not at hand, or is to be set later.</summary>
    internal void GeneratorState(string name, ref (ulong S0, ulong S1, ulong S2, ulong S3) state)
    {
        string text = $"{state.S0:x16} {state.S1:x16} {state.S2:x16} {state.S3:x16}";
        if (Exchange(name, ref text, "four words in hexadecimal, not all zero", saved => Words(saved) is not null)) state = Words(text)!.Value;
    }

    /// <summary>Numbers that become more in training.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="values">Read when saved; emptied and filled when loaded.</param>
    public void Values(string name, List<double> values) => Exchange(name, values);

    /// <inheritdoc cref="Values(string, List{double})"/>
    public void Values(string name, List<float> values) => Exchange(name, values);

    /// <inheritdoc cref="Values(string, List{double})"/>
    public void Values(string name, List<int> values) => Exchange(name, values);

    /// <summary>A part with a state of its own, whose names stand behind this one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="part">The part.</param>
    public void Part(string name, ICheckpointed part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Part(name, part.Checkpoint);
    }

    /// <summary>A part given by what it exchanges.</summary>
    internal void Part(string name, Action<CheckpointState> exchange)
    {
        string before = _prefix;
        _prefix = $"{before}{name}.";
        try
        {
            if (_use == Use.Save) Texts.Add(_prefix, ""); // a part is there also where it has no values
            if (_use != Use.Compare || Texts.ContainsKey(_prefix))
            {
                _known.Add(_prefix);
                exchange(this);
            }
            else _differences.Add($"{before}{name}: not in the checkpoint");
        }
        finally
        {
            _prefix = before;
        }
    }

    /// <summary>Names of the checkpoint that nothing here asked for; of a part that is not here, the part's alone.</summary>
    internal IEnumerable<string> Unknown()
    {
        string[] unknown = [.. Texts.Keys.Concat(Series.Keys).Where(name => !_known.Contains(name)).Order(StringComparer.Ordinal)];
        string[] parts = [.. unknown.Where(name => name.EndsWith('.'))];
        foreach (string name in unknown)
            if (!Array.Exists(parts, part => name != part && name.StartsWith(part, StringComparison.Ordinal))) yield return name.TrimEnd('.');
    }

    private string Full(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _prefix + name;
    }

    private T? Saved<T>(string name, Dictionary<string, T> all) where T : class
    {
        _known.Add(Full(name));
        if (all.TryGetValue(Full(name), out T? saved)) return saved;
        _differences.Add($"{Full(name)}: not in the checkpoint");
        return null;
    }

    /// <returns>Whether the text is one that was loaded.</returns>
    private bool Exchange(string name, ref string text, string rule, Func<string, bool> isRight)
    {
        if (_use == Use.Save) Texts.Add(Full(name), text);
        else if (Saved(name, Texts) is { } saved)
        {
            if (!isRight(saved)) _differences.Add($"{Full(name)}: must be {rule}, the checkpoint has '{saved}'");
            else if (IsLoading)
            {
                text = saved;
                return true;
            }
        }
        return false;
    }

    private void Exchange<T>(string name, List<T> values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        if (_use == Use.Save) Series.Add(Full(name), values.ToArray());
        else if (Saved(name, Series) is { } saved)
        {
            if (saved is not T[] array) _differences.Add($"{Full(name)}: must be numbers of type {typeof(T).Name}, the checkpoint has {saved.GetType().GetElementType()!.Name}");
            else if (IsLoading)
            {
                values.Clear();
                values.AddRange(array);
            }
        }
    }

    private static (ulong S0, ulong S1, ulong S2, ulong S3)? Words(string text)
    {
        ulong[] words = new ulong[4];
        string[] parts = text.Split(' ');
        if (parts.Length != words.Length) return null;
        for (int i = 0; i < words.Length; i++)
            if (!ulong.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i])) return null;
        return words.AsSpan().ContainsAnyExcept(0UL) ? (words[0], words[1], words[2], words[3]) : null;
    }
}
