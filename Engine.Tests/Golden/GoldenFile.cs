using Engine.Interop;

namespace Engine.Tests.Golden;

/// <summary>One array of a reference file: floats, doubles or integers, row-major.</summary>
internal sealed class GoldenArray(SafetensorsEntry entry)
{
    public int[] Sizes => entry.Shape.Sizes.ToArray();

    public byte[] Bytes => entry.Data.ToArray();

    public float[] Floats => entry.ToSingles();

    public double[] Doubles => entry.DType == SafetensorsDType.F64 ? entry.ToDoubles() : Array.ConvertAll(Floats, x => (double)x);

    public long[] Integers => entry.DType switch
    {
        SafetensorsDType.I64 => entry.ToInt64s(),
        SafetensorsDType.I32 => Array.ConvertAll(entry.ToInt32s(), x => (long)x),
        SafetensorsDType.U8 or SafetensorsDType.BOOL => Array.ConvertAll(Bytes, x => (long)x),
        _ => throw new InvalidDataException($"golden: {entry.DType} of '{entry.Name}' is not an integer type."),
    };

    public bool IsInteger => entry.DType is SafetensorsDType.I64 or SafetensorsDType.I32 or SafetensorsDType.U8 or SafetensorsDType.BOOL;
}

/// <summary>Reads a reference case with the project's one reader.</summary>
internal static class GoldenFile
{
    public static (Dictionary<string, GoldenArray> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        return (file.Tensors.ToDictionary(tensor => tensor.Name, tensor => new GoldenArray(tensor)), file.Metadata);
    }
}
