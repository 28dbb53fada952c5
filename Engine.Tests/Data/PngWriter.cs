using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Engine.Data;

namespace Engine.Tests.Data;

/// <summary>Writes PNG files of every kind, for tests: pixels as samples of the file's own depth, every filter in turn.</summary>
internal sealed record PngWriter(int Width, int Height, int BitDepth, int ColorType)
{
    /// <summary>First column, first row, and the steps, of each pass as the standard draws them.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public bool Interlaced { get; init; }

    public byte[]? Palette { get; init; }

    public byte[]? Transparency { get; init; }

    /// <summary>Bytes of an IDAT chunk at most.</summary>
    public int ChunkLength { get; init; } = int.MaxValue;

    public int Samples => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>The whole file around samples [H, W, Samples].</summary>
    public byte[] File(int[] samples) => FileOf(Zlib(Rows(samples)));

    /// <summary>The whole file around compressed data.</summary>
    public byte[] FileOf(byte[] zlib)
    {
        List<byte> file = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR", Header())];
        if (Palette is not null) file.AddRange(Chunk("PLTE", Palette));
        if (Transparency is not null) file.AddRange(Chunk("tRNS", Transparency));
        file.AddRange(Chunk("tEXt", "a chunk to skip"u8.ToArray()));
        for (int at = 0; at < zlib.Length; at += ChunkLength) file.AddRange(Chunk("IDAT", zlib[at..Math.Min(zlib.Length, at + Math.Min(ChunkLength, zlib.Length))]));
        return [.. file, .. Chunk("IEND", [])];
    }

    public byte[] Header() => [0, 0, (byte)(Width >> 8), (byte)Width, 0, 0, (byte)(Height >> 8), (byte)Height, (byte)BitDepth, (byte)ColorType, 0, 0, (byte)(Interlaced ? 1 : 0)];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.Latin1.GetBytes(type), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.Compute(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static byte[] Zlib(byte[] rows)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        return stream.ToArray();
    }

    /// <summary>Filtered rows of all passes.</summary>
    public byte[] Rows(int[] samples)
    {
        List<byte> rows = [];
        int filter = 0, step = Math.Max(1, Samples * BitDepth / 8);
        foreach ((int firstX, int firstY, int stepX, int stepY) in Interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (int y = firstY; y < Height; y += stepY)
            {
                List<int> values = [];
                for (int x = firstX; x < Width; x += stepX) values.AddRange(samples.AsSpan((y * Width + x) * Samples, Samples));
                if (values.Count == 0) break;
                byte[] row = Pack(values);
                above ??= new byte[row.Length];
                rows.Add((byte)filter);
                for (int i = 0; i < row.Length; i++)
                {
                    int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step], p = a + b - c;
                    int nearest = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c) ? b : c;
                    rows.Add((byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => nearest }));
                }
                above = row;
                filter = (filter + 1) % 5;
            }
        }
        return [.. rows];
    }

    private byte[] Pack(List<int> values)
    {
        string bits = string.Concat(values.Select(value => Convert.ToString(value, 2).PadLeft(BitDepth, '0')));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2))];
    }
}
