using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Engine.Data;

/// <summary>Reads and writes gzip files (RFC 1952) of one member, and accepts no file that is not whole.</summary>
/// <remarks>Rejected: every truncation, every byte after the member, and every flipped bit that would change the data. A flip can
/// pass only where gzip lets nothing depend on the bit, and then the data is equal: the text flag, the modification time, the two bytes for
/// compression level and system, the stored name and comment, and a match of the compressed data pointed at another copy of the same bytes.</remarks>
public static class GzipFile
{
    private const int HeaderLength = 10, TrailerLength = 8, MaxExpansion = 1032; // deflate's limit: 258 bytes from two bits
    private const int HeaderCrc = 2, Extra = 4, Name = 8, Comment = 16, Reserved = 0xE0; // flag bits; bit 0 (text) carries no meaning

    /// <summary>Whether a file's first bytes are those of gzip.</summary>
    /// <param name="file">The file, or its beginning.</param>
    public static bool HasMagic(ReadOnlySpan<byte> file) => file is [0x1F, 0x8B, ..];

    /// <summary>Reads and decompresses a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The decompressed bytes.</returns>
    /// <exception cref="ModelFormatException">The file is no gzip file, damaged, cut off or followed by something else.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static byte[] Read(string path) => Decode(InputFile.ReadAllBytes(path), path);

    /// <summary>Decompresses a file already in memory.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <returns>The decompressed bytes.</returns>
    /// <exception cref="ModelFormatException">The file is no gzip file, damaged, cut off or followed by something else.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> file, string name)
    {
        int start = ReadHeader(file, name), end = file.Length - TrailerLength;
        if (end <= start)
            throw new ModelFormatException(name, file.Length, "gzip trailer", "compressed data and 8 bytes after it", "the end: the file was cut off");
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(file[end..]), size = BinaryPrimitives.ReadUInt32LittleEndian(file[(end + 4)..]);
        long limit = Math.Min(Array.MaxLength, (long)MaxExpansion * (end - start));
        if (size > limit)
            throw new ModelFormatException(name, end + 4, "gzip size", $"at most {limit} ({end - start} compressed bytes can hold no more)", $"{size}: the file is damaged or was cut off");
        byte[] data = Inflater.Decode(file[start..end], (int)size, name, start);
        uint actual = Crc32.Compute(data);
        return actual == crc ? data
            : throw new ModelFormatException(name, end, "gzip CRC-32", $"0x{actual:X8} (of the data)", $"0x{crc:X8}: the file is damaged");
    }

    /// <summary>Compresses bytes to a gzip file; equal bytes give equal files on one version of .NET, as no time or name is stored.</summary>
    /// <param name="data">The bytes.</param>
    public static byte[] Encode(ReadOnlySpan<byte> data)
    {
        using MemoryStream file = new();
        using (GZipStream gzip = new(file, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(data);
        if (file.Length > 0) return file.ToArray();
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // GZipStream writes nothing at all for no data
    }

    /// <summary>Checks the header.</summary>
    /// <returns>Where the compressed data starts.</returns>
    private static int ReadHeader(ReadOnlySpan<byte> file, string name)
    {
        if (!HasMagic(file)) throw new ModelFormatException(name, 0, "gzip magic", "1F 8B", Describe(file));
        if (file.Length < HeaderLength)
            throw new ModelFormatException(name, file.Length, "gzip header", $"{HeaderLength} bytes", $"{file.Length}: the file was cut off");
        if (file[2] != 8) throw new ModelFormatException(name, 2, "gzip method", "8 (deflate)", $"{file[2]}");
        int flags = file[3], at = HeaderLength;
        if ((flags & Reserved) != 0) throw new ModelFormatException(name, 3, "gzip flags", "reserved bits of 0", $"0x{flags:X2}");
        if ((flags & Extra) != 0)
        {
            if (file.Length - at < 2) throw HeaderCutOff(file, name);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
            if (file.Length - at - 2 < length) throw HeaderCutOff(file, name);
            at += 2 + length;
        }
        if ((flags & Name) != 0) at = AfterZero(file, at, name);
        if ((flags & Comment) != 0) at = AfterZero(file, at, name);
        if ((flags & HeaderCrc) != 0)
        {
            if (file.Length - at < 2) throw HeaderCutOff(file, name);
            int found = BinaryPrimitives.ReadUInt16LittleEndian(file[at..]), actual = (ushort)Crc32.Compute(file[..at]);
            if (found != actual) throw new ModelFormatException(name, at, "gzip header CRC", $"0x{actual:X4} (of the header)", $"0x{found:X4}");
            at += 2;
        }
        return at;
    }

    private static int AfterZero(ReadOnlySpan<byte> file, int at, string name)
    {
        int length = file[at..].IndexOf((byte)0);
        return length >= 0 ? at + length + 1 : throw HeaderCutOff(file, name);
    }

    private static ModelFormatException HeaderCutOff(ReadOnlySpan<byte> file, string name) =>
        new(name, file.Length, "gzip header", "more of it", "the end: the file is damaged or was cut off");

    private static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) return "an empty file";
        ReadOnlySpan<byte> first = file[..Math.Min(4, file.Length)];
        if (first.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return $"{Convert.ToHexString(first)}: not a gzip file";
        return $"not a gzip file (starts with '{Encoding.ASCII.GetString(first)}'){(first[0] == '<' ? ": did a proxy or captive portal answer?" : "")}";
    }
}
