using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Engine.Tests.Golden;

/// <summary>One array of a reference file: floats, doubles or integers, row-major.</summary>
internal sealed record GoldenArray(string DType, int[] Sizes, byte[] Bytes)
{
    public float[] Floats => Expect("F32", MemoryMarshal.Cast<byte, float>(Bytes).ToArray());

    public double[] Doubles => DType == "F64" ? MemoryMarshal.Cast<byte, double>(Bytes).ToArray() : Array.ConvertAll(Floats, x => (double)x);

    public long[] Integers => DType switch
    {
        "I64" => MemoryMarshal.Cast<byte, long>(Bytes).ToArray(),
        "I32" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Bytes).ToArray(), x => (long)x),
        "U8" or "BOOL" => Array.ConvertAll(Bytes, x => (long)x),
        _ => throw new InvalidDataException($"golden: {DType} is not an integer type."),
    };

    public bool IsInteger => DType is "I64" or "I32" or "U8" or "BOOL";

    private T[] Expect<T>(string type, T[] values) => DType == type ? values : throw new InvalidDataException($"golden: expected {type}, got {DType}.");
}

/// <summary>A small reader of safetensors files, for the reference cases only.</summary>
internal static class GoldenFile
{
    public static (Dictionary<string, GoldenArray> Arrays, Dictionary<string, string> Metadata) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using JsonDocument json = JsonDocument.Parse(file.AsMemory(8, header));
        Dictionary<string, GoldenArray> arrays = [];
        Dictionary<string, string> metadata = [];
        foreach (JsonProperty entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (JsonProperty pair in entry.Value.EnumerateObject()) metadata[pair.Name] = pair.Value.GetString()!;
                continue;
            }
            int[] sizes = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32(), end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            arrays[entry.Name] = new GoldenArray(entry.Value.GetProperty("dtype").GetString()!, sizes, file[(8 + header + begin)..(8 + header + end)]);
        }
        return (arrays, metadata);
    }
}
