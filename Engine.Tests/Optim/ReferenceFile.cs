using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Engine.Tests.Golden;

namespace Engine.Tests.Optim;

/// <summary>A reference case in a safetensors file.</summary>
internal sealed class ReferenceFile : IReferenceCase
{
    private readonly byte[] _bytes;
    private readonly JsonElement _header;
    private readonly int _data;
    private readonly double _atol, _rtol;

    public ReferenceFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes);
        _data = 8 + length;
        _header = JsonDocument.Parse(_bytes.AsMemory(8, length)).RootElement;
        JsonElement metadata = _header.GetProperty("__metadata__");
        Op = metadata.GetProperty("op").GetString()!;
        Args = JsonDocument.Parse(metadata.GetProperty("args").GetString()!).RootElement;
        _atol = double.Parse(metadata.GetProperty("atol").GetString()!, CultureInfo.InvariantCulture);
        _rtol = double.Parse(metadata.GetProperty("rtol").GetString()!, CultureInfo.InvariantCulture);
    }

    public string Op { get; }

    public JsonElement Args { get; }

    public int Compared { get; private set; }

    /// <summary>The files of a folder; none where the reference cases are not there.</summary>
    public static IEnumerable<string> In(string folder)
    {
        string root = Environment.GetEnvironmentVariable("ENGINE_GOLDEN_DIR") ?? Path.Combine(AppContext.BaseDirectory, "Golden", "Vectors");
        string path = Path.Combine(root, folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.safetensors").Order(StringComparer.Ordinal) : [];
    }

    public bool Has(string name) => _header.TryGetProperty(name, out _);

    public int[] Shape(string name) => [.. _header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    public float[] Floats(string name) => Read<float>(name, "F32");

    public double[] Doubles(string name) => Read<double>(name, "F64");

    public void Expect(string name, ReadOnlySpan<float> actual)
    {
        float[] expected = Floats(name);
        Assert.That(actual.Length, Is.EqualTo(expected.Length), name);
        for (int i = 0; i < actual.Length; i++) Near(name, i, actual[i], expected[i], _atol + _rtol * Math.Abs(expected[i]));
    }

    public void Expect(string name, ReadOnlySpan<double> actual)
    {
        double[] expected = Doubles(name);
        Assert.That(actual.Length, Is.EqualTo(expected.Length), name);
        for (int i = 0; i < actual.Length; i++) Near(name, i, actual[i], expected[i], 1e-9 * Math.Abs(expected[i]));
    }

    private void Near(string name, int index, double actual, double expected, double tolerance)
    {
        Compared++;
        if (!(Math.Abs(actual - expected) <= tolerance)) Assert.Fail($"{Op} {Args}: {name}[{index}] is {actual:R}, expected {expected:R} within {tolerance:R}");
    }

    private T[] Read<T>(string name, string type) where T : unmanaged
    {
        JsonElement entry = _header.GetProperty(name), offsets = entry.GetProperty("data_offsets");
        Assert.That(entry.GetProperty("dtype").GetString(), Is.EqualTo(type), name);
        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_data + offsets[0].GetInt32(), offsets[1].GetInt32() - offsets[0].GetInt32())).ToArray();
    }
}
