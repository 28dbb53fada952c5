using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Engine.Interop;

/// <summary>A safetensors file: named tensors and text metadata. One strict reader, one atomic writer.</summary>
/// <remarks>Format: u64 little-endian header length, a JSON header, then the tensors' bytes, little-endian and row-major, without holes.</remarks>
public sealed class SafetensorsFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    internal SafetensorsFile(IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        (Tensors, Metadata) = (tensors, metadata);
        _byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of the header.</summary>
    public IReadOnlyList<SafetensorsEntry> Tensors { get; }

    /// <summary>The file's <c>__metadata__</c>; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    public SafetensorsEntry this[string name] => Find(name)
        ?? throw new ArgumentException($"safetensors: no tensor '{name}'. The file has: {string.Join(", ", Tensors.Select(tensor => tensor.Name))}.", nameof(name));

    /// <summary>The tensor of a name, or null.</summary>
    /// <param name="name">Its name.</param>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ModelFormatException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafetensorsFile Read(string path) => Parse(InputFile.ReadAllBytes(path), path);

    /// <summary>Checks a file already in memory; the entries refer to its bytes.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ModelFormatException">The file breaks a rule of the format.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> file, string name) => new SafetensorsHeader(file, name).Parse();

    /// <summary>Writes a file, whole or not at all: until the last byte is on the disk the path keeps what it had.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">The tensors, in the order in which they shall stand; names must be unique.</param>
    /// <param name="metadata">Text to keep with them, or null.</param>
    /// <exception cref="ArgumentException">A name occurs twice, is reserved, or is no valid Unicode.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ReadOnlyMemory<byte> header = Header(tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header.Span);
            foreach (SafetensorsEntry tensor in tensors) stream.Write(tensor.Data.Span);
        }, header.Length + tensors.Sum(tensor => (long)tensor.Data.Length));
    }

    /// <summary>The bytes of a file, to be written by somebody else.</summary>
    internal static byte[] ToBytes(IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ReadOnlyMemory<byte> header = Header(tensors, metadata);
        byte[] file = new byte[checked(header.Length + tensors.Sum(tensor => (long)tensor.Data.Length))];
        header.CopyTo(file);
        int at = header.Length;
        foreach (SafetensorsEntry tensor in tensors)
        {
            tensor.Data.CopyTo(file.AsMemory(at));
            at += tensor.Data.Length;
        }
        return file;
    }

    /// <summary>The length and the JSON, padded with spaces so that the data starts at a multiple of 8.</summary>
    private static ReadOnlyMemory<byte> Header(IReadOnlyList<SafetensorsEntry> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArrayBufferWriter<byte> buffer = new();
        buffer.Write(stackalloc byte[SafetensorsHeader.Start]);
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 }) WriteMetadata(json, metadata);
            HashSet<string> names = new(StringComparer.Ordinal) { "__metadata__" };
            long begin = 0;
            foreach (SafetensorsEntry tensor in tensors)
            {
                if (!names.Add(Checked(tensor.Name, nameof(tensors))))
                    throw new ArgumentException($"safetensors: the name '{tensor.Name}' is {(tensor.Name == "__metadata__" ? "reserved" : "given twice")}.", nameof(tensors));
                WriteTensor(json, tensor, begin);
                begin += tensor.Data.Length;
            }
            json.WriteEndObject();
        }
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        if (header.Length - SafetensorsHeader.Start > SafetensorsHeader.MaxLength)
            throw new ArgumentException($"safetensors: the header would have {header.Length - SafetensorsHeader.Start} bytes, at most {SafetensorsHeader.MaxLength} are allowed.", nameof(tensors));
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - SafetensorsHeader.Start));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__");
        foreach ((string key, string value) in metadata) json.WriteString(Checked(key, nameof(metadata)), Checked(value, nameof(metadata)));
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, SafetensorsEntry tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.DType.ToString());
        json.WriteStartArray("shape");
        foreach (int size in tensor.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The JSON writer would put a replacement character for half a surrogate pair, and two names could become one.</summary>
    private static string Checked(string text, string parameter)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException fault)
        {
            throw new ArgumentException($"safetensors: '{text}' is no valid Unicode text (half a surrogate pair at index {fault.Index}).", parameter, fault);
        }
    }
}
