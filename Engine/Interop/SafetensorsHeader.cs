using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Engine.Interop;

/// <summary>The checks of a safetensors file, from its first byte on.</summary>
/// <param name="file">All bytes of the file.</param>
/// <param name="name">Its name, for messages.</param>
internal sealed class SafetensorsHeader(ReadOnlyMemory<byte> file, string name)
{
    /// <summary>The longest header accepted, in bytes: the reference implementation's cap.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>Bytes before the header: its length as a little-endian u64.</summary>
    public const int Start = 8;

    private const string MetadataKey = "__metadata__";
    private readonly List<SafetensorsEntry> _tensors = [];
    private readonly List<(long Begin, long End, string Name)> _ranges = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private int _end; // of the header, where the data starts

    /// <summary>Checks everything and gives the contents.</summary>
    /// <exception cref="ModelFormatException">The file breaks a rule of the format.</exception>
    public SafetensorsFile Parse()
    {
        ReadOnlyMemory<byte> header = HeaderBytes();
        try
        {
            JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };
            using JsonDocument json = JsonDocument.Parse(header, strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Fault("header", "a JSON object", $"{json.RootElement.ValueKind}");
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                string key = property.Name;
                if (!names.Add(key)) throw Fault("header", "unique keys", $"'{key}' twice"); // the parser's own check, should it miss an escaped twin
                if (key == MetadataKey) ReadMetadata(property.Value);
                else ReadTensor(key, property.Value);
            }
        }
        catch (JsonException fault)
        {
            throw new ModelFormatException(name, Start, "header", "valid JSON with unique keys", fault.Message, fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new ModelFormatException(name, Start, "header", "JSON strings of valid Unicode", fault.Message, fault); // half a surrogate pair, escaped
        }
        CheckCoverage();
        return new SafetensorsFile(_tensors, _metadata);
    }

    private ReadOnlyMemory<byte> HeaderBytes()
    {
        if (file.Length < Start)
            throw new ModelFormatException(name, file.Length, "header length", $"{Start} bytes", $"{file.Length}: the file was cut off");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (length > MaxLength)
            throw new ModelFormatException(name, 0, "header length", $"at most {MaxLength}", $"{length}: this is no safetensors file");
        if (length > (ulong)(file.Length - Start))
            throw new ModelFormatException(name, 0, "header length", $"at most {file.Length - Start} (the rest of the file)", $"{length}: the file was cut off");
        _end = Start + (int)length;
        ReadOnlyMemory<byte> header = file[Start.._end];
        if (!Utf8.IsValid(header.Span)) throw Fault("header", "UTF-8", "bytes that are not"); // the JSON reader would only notice when a name is used
        return header.Span is [(byte)'{', ..] ? header : throw Fault("header", "'{' as its first byte", length == 0 ? "an empty header" : $"0x{header.Span[0]:X2}");
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Fault(MetadataKey, "an object of strings", $"{value.ValueKind}");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw Fault($"{MetadataKey}.{property.Name}", "a string", $"{property.Value.ValueKind}");
            if (!_metadata.TryAdd(property.Name, property.Value.GetString()!)) throw Fault(MetadataKey, "unique keys", $"'{property.Name}' twice");
        }
    }

    private void ReadTensor(string key, JsonElement value)
    {
        string field = $"tensor '{key}'";
        if (value.ValueKind != JsonValueKind.Object) throw Fault(field, "an object with dtype, shape and data_offsets", $"{value.ValueKind}");
        SafetensorsDType dtype = ReadDType(field, Member(value, "dtype", JsonValueKind.String, field));
        Shape shape = ReadShape(field, Member(value, "shape", JsonValueKind.Array, field));
        JsonElement offsets = Member(value, "data_offsets", JsonValueKind.Array, field);
        if (offsets.GetArrayLength() != 2 || !offsets[0].TryGetWhole(out long begin) || !offsets[1].TryGetWhole(out long end))
            throw Fault($"{field} data_offsets", "two whole numbers, begin and end", offsets.GetRawText());
        long available = file.Length - _end, needed = (long)shape.Count * SafetensorsEntry.ElementSize(dtype);
        if (begin > end) throw Fault($"{field} data_offsets", "begin before end", offsets.GetRawText());
        if (end > available) throw Fault($"{field} data_offsets", $"at most {available} (the bytes after the header)", $"{offsets.GetRawText()}: the file was cut off or its header lies");
        if (end - begin != needed) throw Fault($"{field} data_offsets", $"{needed} bytes for {dtype} {shape}", $"{end - begin} bytes ({offsets.GetRawText()})");
        _tensors.Add(new SafetensorsEntry(key, dtype, shape, file.Slice(_end + (int)begin, (int)needed)));
        _ranges.Add((begin, end, key));
    }

    private JsonElement Member(JsonElement value, string member, JsonValueKind kind, string field)
    {
        if (!value.TryGetProperty(member, out JsonElement found)) throw Fault(field, $"a member {member}", "none");
        return found.ValueKind == kind ? found : throw Fault($"{field} {member}", $"a JSON {kind.ToString().ToLowerInvariant()}", $"{found.ValueKind}");
    }

    private SafetensorsDType ReadDType(string field, JsonElement value)
    {
        string text = value.GetString()!;
        // compared as text: Enum.TryParse would take "3" and "f32" too
        foreach (SafetensorsDType dtype in Enum.GetValues<SafetensorsDType>())
            if (dtype.ToString() == text)
                return dtype;
        throw Fault($"{field} dtype", $"one of {string.Join(' ', Enum.GetNames<SafetensorsDType>())}", $"'{text}'");
    }

    private Shape ReadShape(string field, JsonElement value)
    {
        if (value.GetArrayLength() > Shape.MaxRank) throw Fault($"{field} shape", $"at most {Shape.MaxRank} sizes", $"{value.GetArrayLength()}");
        int[] sizes = new int[value.GetArrayLength()];
        for (int dim = 0; dim < sizes.Length; dim++)
            sizes[dim] = value[dim].TryGetWhole(out long size) && size <= int.MaxValue ? (int)size
                : throw Fault($"{field} shape", $"whole numbers, 0 to {int.MaxValue}", value.GetRawText());
        try
        {
            return new Shape(sizes);
        }
        catch (ArgumentException fault)
        {
            throw new ModelFormatException(name, Start, $"{field} shape", $"at most {Array.MaxLength} elements", value.GetRawText(), fault);
        }
    }

    /// <summary>The tensors must cover the data without overlap, hole or rest.</summary>
    private void CheckCoverage()
    {
        _ranges.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End))); // a tensor of no bytes stands before its neighbour and may share an offset
        (long covered, string before) = (0, "the start");
        foreach ((long begin, long end, string key) in _ranges)
        {
            if (begin != covered)
                throw new ModelFormatException(name, _end + Math.Min(begin, covered), $"tensor '{key}' data_offsets",
                    $"a begin of {covered}, right after {before}", $"{begin}: {(begin < covered ? "an overlap" : $"a hole of {begin - covered} bytes")}");
            (covered, before) = (end, $"tensor '{key}'");
        }
        if (covered != file.Length - _end)
            throw new ModelFormatException(name, _end + covered, "data", $"the end after {covered} bytes", $"{file.Length - _end - covered} bytes more, of no tensor");
    }

    private ModelFormatException Fault(string field, string expected, string found) => new(name, Start, field, expected, found);
}
