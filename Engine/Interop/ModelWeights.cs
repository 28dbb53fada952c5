using System.Buffers.Binary;
using System.Security.Cryptography;
using Engine.Nn;

namespace Engine.Interop;

/// <summary>Saves and loads a model's state as safetensors under PyTorch's <c>state_dict</c> names.</summary>
public static class ModelWeights
{
    /// <summary>Writes every parameter and buffer; the file is replaced as a whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Free texts to keep with it.</param>
    /// <exception cref="IOException">The file cannot be written; what was there is unharmed.</exception>
    public static void Save(Module model, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        SafetensorsFile.Write(path, [.. Entries(model)], metadata);
    }

    /// <summary>Reads a file into a model: every name must be there, no other, each with the shape and type the model expects.</summary>
    /// <param name="model">The model; unchanged where anything is wrong.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file is not a whole safetensors file.</exception>
    /// <exception cref="ArgumentException">Names, shapes or types do not match; the message lists all of them.</exception>
    public static void Load(Module model, string path) => Load(model, SafetensorsFile.Read(path).Tensors, path);

    /// <summary>Copies entries into a model, by the same rules.</summary>
    /// <param name="model">The model; unchanged where anything is wrong.</param>
    /// <param name="entries">The new values.</param>
    /// <param name="source">Where they come from, for the message.</param>
    /// <exception cref="ArgumentException">Names, shapes or types do not match; the message lists all of them.</exception>
    public static void Load(Module model, IReadOnlyList<SafetensorsEntry> entries, string source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(entries);
        IReadOnlyList<string> problems = Problems(model, entries);
        if (problems.Count > 0)
            throw new ArgumentException($"Error(s) in loading state_dict for {model.Kind} from {source}: {string.Join(" ", problems)}", nameof(entries));
        Dictionary<string, SafetensorsEntry> given = entries.ToDictionary(e => e.Name);
        foreach (StateEntry target in model.State()) target.Value.CopyFrom(Values(target, given[target.Name]));
    }

    /// <summary>Every parameter and buffer as it is now, copied.</summary>
    internal static IEnumerable<SafetensorsEntry> Entries(Module model) => model.State().Select(Entry);

    /// <summary>Why entries cannot be loaded into a model, a sentence each; none where they can.</summary>
    internal static IReadOnlyList<string> Problems(Module model, IReadOnlyList<SafetensorsEntry> entries)
    {
        StateEntry[] state = [.. model.State()];
        Dictionary<string, SafetensorsEntry> given = entries.ToDictionary(e => e.Name);
        List<string> problems = [];
        string[] missing = [.. state.Select(s => s.Name).Where(name => !given.ContainsKey(name))];
        string[] unexpected = [.. given.Keys.Except(state.Select(s => s.Name))];
        if (missing.Length > 0) problems.Add($"Missing key(s) in state_dict: {Quote(missing)}.");
        if (unexpected.Length > 0) problems.Add($"Unexpected key(s) in state_dict: {Quote(unexpected)}.");
        foreach (StateEntry target in state)
            if (given.TryGetValue(target.Name, out SafetensorsEntry? entry) && Problem(target, entry) is { } problem) problems.Add(problem);
        return problems;
    }

    /// <summary>SHA-256 over all parameters and buffers in state order, as little-endian float32, in lower-case hexadecimal: equal exactly where all bits are.</summary>
    /// <param name="model">The model.</param>
    public static string Sha256(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (StateEntry entry in model.State())
            foreach (float value in entry.Value.AsSpan())
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                hash.AppendData(bytes);
            }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static SafetensorsEntry Entry(StateEntry entry) => entry.IsInteger
        ? SafetensorsEntry.From(entry.Name, entry.Value.Shape, Array.ConvertAll(entry.Value.ToArray(), x => (long)x))
        : SafetensorsEntry.From(entry.Name, entry.Value.Shape, entry.Value.AsSpan());

    private static string? Problem(StateEntry target, SafetensorsEntry entry)
    {
        SafetensorsDType expected = target.IsInteger ? SafetensorsDType.I64 : SafetensorsDType.F32;
        if (entry.DType != expected) return $"type mismatch for {target.Name}: the file has {entry.DType}, the model expects {expected}.";
        bool sameShape = entry.Shape == target.Value.Shape || (target.IsInteger && entry.Shape.Count == 1); // a counter may be [] or [1]
        return sameShape ? null
            : $"size mismatch for {target.Name}: copying a param with shape {entry.Shape} from checkpoint, the shape in current model is {target.Value.Shape}.";
    }

    private static float[] Values(StateEntry target, SafetensorsEntry entry) =>
        target.IsInteger ? Array.ConvertAll(entry.ToInt64s(), x => (float)x) : entry.ToSingles();

    private static string Quote(string[] names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
