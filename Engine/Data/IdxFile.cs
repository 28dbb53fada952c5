using System.Buffers.Binary;

namespace Engine.Data;

/// <summary>Reads and writes idx files, the format of MNIST: big-endian magic (0, 0, type, rank), one 32-bit size per dimension, then the items.</summary>
/// <remarks>Plain or gzip-compressed: the contents decide, not the name. Only unsigned bytes are supported.</remarks>
public static class IdxFile
{
    /// <summary>The largest rank read or written.</summary>
    public const int MaxRank = 4;

    private const int UInt8 = 0x08;
    private const uint ImagesMagic = 0x0803, LabelsMagic = 0x0801;

    /// <summary>Reads a file of unsigned bytes of rank 1 to 4.</summary>
    /// <param name="path">Path of a plain or gzip-compressed idx file.</param>
    /// <exception cref="ModelFormatException">The file is not such an idx file, or damaged, or holds no items.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IdxData Read(string path) => Parse(Contents(path), path, expectedMagic: null);

    /// <summary>Reads images, [N, H, W].</summary>
    /// <param name="path">Path of a plain or gzip-compressed idx file.</param>
    /// <exception cref="ModelFormatException">The file is no 3-D idx file of unsigned bytes, or damaged, or holds no items.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IdxData ReadImages(string path) => Parse(Contents(path), path, ImagesMagic);

    /// <summary>Reads labels, [N].</summary>
    /// <param name="path">Path of a plain or gzip-compressed idx file.</param>
    /// <exception cref="ModelFormatException">The file is no 1-D idx file of unsigned bytes, or damaged, or holds no items.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IdxData ReadLabels(string path) => Parse(Contents(path), path, LabelsMagic);

    /// <summary>Writes a file, whole or not at all; compressed where the name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="shape">Sizes, rank 1 to 4.</param>
    /// <param name="values">The items in row-major order, <c>shape.Count</c> of them.</param>
    /// <exception cref="ArgumentException">The rank is not 1 to 4, or the number of values is not the shape's.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, Shape shape, ReadOnlySpan<byte> values)
    {
        if (shape.Rank is < 1 or > MaxRank)
            throw new ArgumentException($"idx: rank must be 1 to {MaxRank}. Received: shape {shape}.", nameof(shape));
        if (values.Length != shape.Count)
            throw new ArgumentException($"idx: shape {shape} needs {shape.Count} values, got {values.Length}.", nameof(values));
        int header = 4 + 4 * shape.Rank;
        byte[] file = new byte[checked(header + values.Length)];
        (file[2], file[3]) = (UInt8, (byte)shape.Rank);
        for (int dim = 0; dim < shape.Rank; dim++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * dim), shape[dim]);
        values.CopyTo(file.AsSpan(header));
        AtomicFile.WriteAllBytes(path, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? GzipFile.Encode(file) : file);
    }

    private static byte[] Contents(string path)
    {
        byte[] file = InputFile.ReadAllBytes(path);
        // a .gz that is none (a web page saved under its name) is better told by the gzip reader
        return GzipFile.HasMagic(file) || path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? GzipFile.Decode(file, path) : file;
    }

    private static IdxData Parse(byte[] file, string path, uint? expectedMagic)
    {
        if (file.Length < 4)
            throw new ModelFormatException(path, file.Length, "magic", "4 bytes", $"{file.Length}: the file was cut off");
        CheckMagic(BinaryPrimitives.ReadUInt32BigEndian(file), expectedMagic, path);
        int rank = file[3], header = 4 + 4 * rank;
        if (file.Length < header)
            throw new ModelFormatException(path, file.Length, "sizes", $"{rank} sizes of 4 bytes", $"the end after {file.Length} bytes: the file was cut off");
        Span<int> sizes = stackalloc int[rank];
        for (int dim = 0; dim < rank; dim++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(4 + 4 * dim));
            string field = dim == 0 ? "item count" : $"size of dimension {dim}";
            if (size == 0)
                throw new ModelFormatException(path, 4 + 4 * dim, field, "at least 1", $"0: dataset is empty: 0 samples in {path}");
            if (size > int.MaxValue)
                throw new ModelFormatException(path, 4 + 4 * dim, field, $"at most {int.MaxValue}", $"{size}");
            sizes[dim] = (int)size;
        }
        Int128 claimed = 1; // four sizes under 2^31: cannot overflow
        foreach (int size in sizes) claimed *= size;
        long present = file.Length - header;
        if (claimed > present)
            throw new ModelFormatException(path, file.Length, "items", $"{claimed} bytes for shape [{string.Join(", ", sizes.ToArray())}]", $"{present}: the file was cut off or its sizes lie");
        if (claimed < present)
            throw new ModelFormatException(path, header + (long)claimed, "items", $"the end after {claimed} bytes for shape [{string.Join(", ", sizes.ToArray())}]", $"{present - (long)claimed} bytes more");
        return new IdxData(new Shape(sizes), file.AsSpan(header).ToArray(), path);
    }

    private static void CheckMagic(uint magic, uint? expected, string path)
    {
        if (magic == expected) return;
        uint rank = magic & 0xFF;
        bool known = magic >> 8 == UInt8 && rank is >= 1 and <= MaxRank;
        if (known && expected is null) return;
        string wanted = expected is { } one ? $"0x{one:X8} ({one & 0xFF}-D uint8)" : $"0x00000801 to 0x{UInt8 << 8 | MaxRank:X8} (1-D to {MaxRank}-D uint8)";
        string hint = (magic, expected) switch
        {
            (LabelsMagic, ImagesMagic) => "; this looks like a label file",
            (ImagesMagic, LabelsMagic) => "; this looks like an image file",
            _ when known => $" ({rank}-D uint8)",
            _ => magic >> 16 == 0 && TypeName(magic >> 8) is { } type ? $" ({rank}-D {type})" : "; this is no idx file",
        };
        throw new ModelFormatException(path, 0, "bad magic", wanted, $"0x{magic:X8}{hint}");
    }

    private static string? TypeName(uint code) => code switch
    {
        UInt8 => "uint8", 0x09 => "int8", 0x0B => "int16", 0x0C => "int32", 0x0D => "float32", 0x0E => "float64", _ => null,
    };
}
