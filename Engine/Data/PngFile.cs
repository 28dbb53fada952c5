using System.Buffers.Binary;

namespace Engine.Data;

/// <summary>Reads PNG files (ISO/IEC 15948) of every colour type, bit depth and interlacing to 8 bits a sample, and accepts no file that is not whole.</summary>
/// <remarks><para>Grey files give one channel, all others three. Fewer than 8 bits are stretched (a sample of 4 bits times 17), 16 bits rounded to the
/// nearest. Transparency, as an alpha channel, of palette entries or of one colour, is laid over an even background, white unless told otherwise.
/// Colour profiles and gamma are not applied: the numbers are those of the file.</para>
/// <para>Rejected: every truncation, every flipped bit (signature, CRC-32 of each chunk, Adler-32 of the pixels) and every byte after the end. Sizes are checked against what
/// the compressed data can hold, and a limit of 100 million pixels, before memory is taken.</para></remarks>
public static class PngFile
{
    private const int MaxExpansion = 1032, ZlibHeader = 2, ZlibTrailer = 4; // deflate's limit: 258 bytes from two bits

    /// <summary>Whether a file's first bytes are those of PNG.</summary>
    /// <param name="file">The file, or its beginning.</param>
    public static bool HasSignature(ReadOnlySpan<byte> file) => file.StartsWith(PngChunks.Signature);

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="background">What shows through transparent pixels: 255 for white, 0 for black.</param>
    /// <exception cref="ModelFormatException">The file is no PNG file, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RasterImage Read(string path, byte background = 255) => Decode(InputFile.ReadAllBytes(path), path, background);

    /// <summary>Decodes a file already in memory.</summary>
    /// <param name="file">All bytes of the file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="background">What shows through transparent pixels: 255 for white, 0 for black.</param>
    /// <exception cref="ModelFormatException">The file is no PNG file, or damaged.</exception>
    public static RasterImage Decode(ReadOnlySpan<byte> file, string name, byte background = 255)
    {
        PngChunks chunks = PngChunks.Parse(file, name);
        byte[] rows = Inflate(file, chunks, name);
        return new PngPixels(chunks, name, background).Decode(rows);
    }

    /// <summary>The rows of all passes with their filter bytes.</summary>
    private static byte[] Inflate(ReadOnlySpan<byte> file, PngChunks chunks, string name)
    {
        (int start, int length) = chunks.Data[0];
        ReadOnlySpan<byte> zlib = chunks.Data.Count == 1 ? file.Slice(start, length) : Joined(file, chunks);
        if (zlib.Length <= ZlibHeader + ZlibTrailer)
            throw new ModelFormatException(name, start, "PNG data", $"more than {ZlibHeader + ZlibTrailer} bytes", $"{zlib.Length}");
        int header = BinaryPrimitives.ReadUInt16BigEndian(zlib);
        if ((header & 0x8F20) is not 0x0800 || header % 31 != 0) // deflate, window of at most 32 KB, no preset dictionary
            throw new ModelFormatException(name, start, "PNG zlib header", "deflate, a multiple of 31", $"0x{header:X4}");
        long size = chunks.Header.RawLength, limit = Math.Min(Array.MaxLength, (long)MaxExpansion * zlib.Length);
        if (size > limit)
            throw new ModelFormatException(name, start, "PNG data", $"enough for {size} bytes of {chunks.Header.Width} x {chunks.Header.Height} pixels", $"{zlib.Length} bytes, which hold at most {limit}");
        byte[] rows;
        try
        {
            rows = Inflater.Decode(zlib[ZlibHeader..^ZlibTrailer], (int)size, name, offset: ZlibHeader, sizeFrom: "the PNG header");
        }
        catch (ModelFormatException fault)
        {
            throw new ModelFormatException(name, InFile(chunks, fault.Offset), "PNG data", fault.Expected, fault.Found);
        }
        uint sum = BinaryPrimitives.ReadUInt32BigEndian(zlib[^ZlibTrailer..]), actual = Adler32(rows);
        return sum == actual ? rows
            : throw new ModelFormatException(name, InFile(chunks, zlib.Length - ZlibTrailer), "PNG Adler-32", $"0x{actual:X8} (of the rows)", $"0x{sum:X8}: the file is damaged");
    }

    private static byte[] Joined(ReadOnlySpan<byte> file, PngChunks chunks)
    {
        byte[] all = new byte[chunks.Data.Sum(chunk => chunk.Length)];
        int at = 0;
        foreach ((int start, int length) in chunks.Data)
        {
            file.Slice(start, length).CopyTo(all.AsSpan(at));
            at += length;
        }
        return all;
    }

    /// <summary>Where a byte of the joined data lies in the file.</summary>
    private static long InFile(PngChunks chunks, long offset)
    {
        foreach ((int start, int length) in chunks.Data)
        {
            if (offset < length) return start + offset;
            offset -= length;
        }
        (int last, int lastLength) = chunks.Data[^1];
        return last + lastLength;
    }

    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        const uint Prime = 65521;
        const int Most = 5552; // so many bytes cannot overflow the sums
        uint a = 1, b = 0;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> part = data[..Math.Min(Most, data.Length)];
            foreach (byte x in part)
            {
                a += x;
                b += a;
            }
            (a, b) = (a % Prime, b % Prime);
            data = data[part.Length..];
        }
        return b << 16 | a;
    }
}
