using System.Globalization;
using System.Security.Cryptography;
using Engine.Interop;
using Engine.Nn;

namespace Engine.Training;

/// <summary>A checkpoint read from a file: everything a training needs to go on from a moment between two batches, as if it had never stopped.</summary>
/// <remarks>The file is a safetensors file. The model's tensors are called <c>model.NAME</c>, the optimizer's <c>optimizer.0.exp_avg</c>; single values stand
/// in the metadata; the last tensor, <c>sha256</c>, is the SHA-256 of all bytes before it.</remarks>
public sealed class Checkpoint
{
    internal const string ModelPrefix = "model.", NotePrefix = "note.";
    private const string FormatKey = "format", Format = "engine-checkpoint", VersionKey = "version", Version = "1", HashName = "sha256";
    private readonly SafetensorsEntry[] _model;

    private Checkpoint(string path, SafetensorsFile file)
    {
        Path = path;
        _model = [.. file.Tensors.Where(tensor => tensor.Name.StartsWith(ModelPrefix, StringComparison.Ordinal))
            .Select(tensor => new SafetensorsEntry(tensor.Name[ModelPrefix.Length..], tensor.DType, tensor.Shape, tensor.Data))];
        Series = file.Tensors.Where(tensor => tensor.Name != HashName && !tensor.Name.StartsWith(ModelPrefix, StringComparison.Ordinal)).ToDictionary(tensor => tensor.Name, Numbers);
        Texts = file.Metadata.Where(entry => entry.Key is not (FormatKey or VersionKey) && !entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).ToDictionary();
        Notes = file.Metadata.Where(entry => entry.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[NotePrefix.Length..], entry => entry.Value);
        (Fit, Epoch, Batch) = (Whole("fit.number"), Whole("fit.epoch"), Whole("fit.batch"));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Which of the learner's fits it is from, 0 the first.</summary>
    public int Fit { get; }

    /// <summary>The epoch in which training goes on, 0 the first; the number of epochs where all are done.</summary>
    public int Epoch { get; }

    /// <summary>The batch of that epoch with which training goes on, 0 the first; the number of batches where only the validation is left.</summary>
    public int Batch { get; }

    /// <summary>The texts that the program gave to <see cref="CheckpointEvery"/>.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    internal IReadOnlyList<SafetensorsEntry> ModelEntries => _model;

    internal IReadOnlyDictionary<string, string> Texts { get; }

    internal IReadOnlyDictionary<string, Array> Series { get; }

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is damaged, cut off, or no checkpoint.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> where there is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Checkpoint Read(string path)
    {
        byte[] bytes = InputFile.ReadAllBytes(path);
        SafetensorsFile file = SafetensorsFile.Parse(bytes, path);
        string? format = file.Metadata.GetValueOrDefault(FormatKey), version = file.Metadata.GetValueOrDefault(VersionKey);
        if (format != Format)
            throw new ModelFormatException(path, 8, "metadata 'format'", $"'{Format}'", format is null ? "none: this is a safetensors file, but no checkpoint" : $"'{format}'");
        if (version != Version) throw new ModelFormatException(path, 8, "metadata 'version'", $"'{Version}'", version is null ? "none" : $"'{version}': another version of the program wrote it");
        CheckHash(path, bytes, file);
        return new Checkpoint(path, file);
    }

    /// <summary>Copies the weights into a model, for other uses than going on: every name, shape and type must be the model's.</summary>
    /// <param name="model">The model; unchanged where anything is wrong.</param>
    /// <exception cref="ArgumentException">Names, shapes or types do not match; the message lists all of them.</exception>
    public void LoadWeights(Module model) => ModelWeights.Load(model, _model, Path);

    /// <summary>Writes a file, whole or not at all.</summary>
    internal static void Write(string path, Module model, CheckpointState state, IReadOnlyDictionary<string, string> notes)
    {
        List<SafetensorsEntry> tensors = [.. ModelWeights.Entries(model).Select(entry => new SafetensorsEntry(ModelPrefix + entry.Name, entry.DType, entry.Shape, entry.Data))];
        foreach ((string name, Array numbers) in state.Series) tensors.Add(Entry(name, numbers));
        tensors.Add(SafetensorsEntry.From(HashName, [SHA256.HashSizeInBytes], new byte[SHA256.HashSizeInBytes]));
        Dictionary<string, string> metadata = new() { [FormatKey] = Format, [VersionKey] = Version };
        foreach ((string name, string text) in state.Texts) metadata.Add(name, text);
        foreach ((string name, string text) in notes) metadata.Add(NotePrefix + name, text);
        byte[] file = SafetensorsFile.ToBytes(tensors, metadata);
        SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes), file.AsSpan(file.Length - SHA256.HashSizeInBytes));
        AtomicFile.WriteAllBytes(path, file);
    }

    private static void CheckHash(string path, byte[] bytes, SafetensorsFile file)
    {
        int at = Math.Max(0, bytes.Length - SHA256.HashSizeInBytes);
        if (file.Tensors is not [.., { Name: HashName, DType: SafetensorsDType.U8, Data.Length: SHA256.HashSizeInBytes } hash])
            throw new ModelFormatException(path, at, $"tensor '{HashName}'", $"{SHA256.HashSizeInBytes} bytes of type U8 at the end", "none");
        string expected = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, at))), found = Convert.ToHexStringLower(hash.Data.Span);
        if (expected != found) throw new ModelFormatException(path, at, $"tensor '{HashName}'", $"{expected}, the hash of all bytes before it", $"{found}: the file is damaged");
    }

    private static SafetensorsEntry Entry(string name, Array numbers) => numbers switch
    {
        float[] values => SafetensorsEntry.From(name, [values.Length], values),
        double[] values => SafetensorsEntry.From(name, [values.Length], values),
        _ => SafetensorsEntry.From(name, [numbers.Length], (int[])numbers),
    };

    private Array Numbers(SafetensorsEntry tensor) => tensor.DType switch
    {
        SafetensorsDType.F32 => tensor.ToSingles(),
        SafetensorsDType.F64 => tensor.ToDoubles(),
        SafetensorsDType.I32 => tensor.ToInt32s(),
        _ => throw new ModelFormatException(Path, 8, $"tensor '{tensor.Name}' dtype", "F32, F64 or I32", $"{tensor.DType}"),
    };

    private int Whole(string name) =>
        int.TryParse(Texts.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : throw new ModelFormatException(Path, 8, $"metadata '{name}'", "a whole number of at least 0", Texts.TryGetValue(name, out string? text) ? $"'{text}'" : "none");
}
