using System.Buffers.Binary;
using System.IO.Compression;

namespace Engine.Reporting;

/// <summary>Writes PNG files (ISO/IEC 15948): 8 bits a channel, rows one after the other.</summary>
public static class PngImage
{
    /// <summary>A file's bytes.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue, 4 with opacity.</param>
    /// <param name="pixels">[height, width, channels].</param>
    /// <exception cref="ArgumentException">Sizes that no image has, or not as many bytes as they say.</exception>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<byte> pixels)
    {
        if (width < 1 || height < 1 || channels is not (1 or 3 or 4) || (long)width * height * channels != pixels.Length)
            throw new ArgumentException($"png: needs [height, width, channels] bytes with 1, 3 or 4 channels. Received: {width} wide, {height} high, {channels} channels, {pixels.Length} bytes.", nameof(pixels));
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a channel
        header[9] = channels switch { 1 => 0, 3 => 2, _ => 6 }; // grey, RGB, RGBA; then deflate, the five filters, no interlace: all 0
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(width * channels, pixels));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(int stride, ReadOnlySpan<byte> pixels)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (; !pixels.IsEmpty; pixels = pixels[stride..])
            {
                zlib.WriteByte(0); // filter of the row: none
                zlib.Write(pixels[..stride]);
            }
        return packed.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. type, .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(body)); // over type and data
        file.Write(number);
    }
}
