using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Engine.Tests.Reporting;

/// <summary>Takes a PNG file apart again: of the kinds that the engine writes, every check included.</summary>
internal static class PngReader
{
    public static (int Width, int Height, int Channels, byte[] Pixels) Read(byte[] file)
    {
        Assert.That(file[..8], Is.EqualTo(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }));
        Dictionary<string, byte[]> chunks = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            Assert.That(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)), Is.EqualTo(Crc(file.AsSpan(at + 4, length + 4))), "a chunk's checksum");
            chunks.Add(Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
        Assert.That(chunks.Keys, Is.EqualTo(new[] { "IHDR", "IDAT", "IEND" }));
        byte[] header = chunks["IHDR"];
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        int channels = header[9] switch { 0 => 1, 2 => 3, 6 => 4, _ => throw new NotSupportedException() };
        Assert.That(header.Length == 13 && header[8] == 8 && header[10] == 0 && header[11] == 0 && header[12] == 0, "8 bits, deflate, five filters, no interlace");
        using MemoryStream rows = new();
        using (ZLibStream zlib = new(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress)) zlib.CopyTo(rows);
        byte[] all = rows.ToArray();
        int stride = width * channels + 1;
        Assert.That(all, Has.Length.EqualTo(height * stride));
        Assert.That(Enumerable.Range(0, height).Select(y => all[y * stride]), Is.All.Zero, "no filter");
        return (width, height, channels, [.. Enumerable.Range(0, height).SelectMany(y => all[(y * stride + 1)..((y + 1) * stride)])]);
    }

    /// <summary>CRC-32 bit by bit (PNG, annex D).</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
