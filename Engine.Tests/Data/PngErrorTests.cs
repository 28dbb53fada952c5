using Engine.Data;

namespace Engine.Tests.Data;

/// <summary>What is wrong with a PNG file, and where, word for word.</summary>
public sealed class PngErrorTests
{
    private static readonly PngWriter Plain = new(2, 2, 8, 0);
    private static readonly byte[] Pixels = PngWriter.Zlib(Plain.Rows([1, 2, 3, 4]));

    private static string Fault(params ReadOnlySpan<byte> file)
    {
        try
        {
            _ = PngFile.Decode(file, "x.png");
        }
        catch (ModelFormatException fault)
        {
            return fault.Message;
        }
        return "none";
    }

    /// <summary>A file of chunks.</summary>
    private static byte[] Of(params (string Type, byte[] Data)[] chunks) =>
        [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. chunks.SelectMany(chunk => PngWriter.Chunk(chunk.Type, chunk.Data))];

    private static byte[] Header(int at, byte value, int color = 0)
    {
        byte[] header = (Plain with { ColorType = color }).Header();
        header[at] = value;
        return header;
    }

    [Test]
    public void Files_of_other_kinds()
    {
        Assert.That(Fault([]), Is.EqualTo("x.png: PNG signature at offset 0: expected 89504E470D0A1A0A, found an empty file"));
        Assert.That(Fault(0x89, (byte)'P'), Is.EqualTo("x.png: PNG signature at offset 0: expected 89504E470D0A1A0A, found 8950: the file was cut off"));
        Assert.That(Fault(0xFF, 0xD8, 0xFF), Is.EqualTo("x.png: PNG signature at offset 0: expected 89504E470D0A1A0A, found FFD8FF: this looks like a JPEG file"));
        Assert.That(Fault("GIF89a"u8), Does.EndWith("found 474946383961: this looks like a GIF file"));
        Assert.That(Fault("<!DOCTYPE html>"u8), Does.EndWith("found 3C21444F43545950: not a PNG file"));
        Assert.That(PngFile.HasSignature(Of()), Is.True);
        Assert.That(PngFile.HasSignature([0x89]), Is.False);
    }

    [TestCase(3, (byte)0, "PNG width at offset 16: expected 1 to 2147483647, found 0")]
    [TestCase(0, (byte)128, "PNG width at offset 16: expected 1 to 2147483647, found 2147483650")]
    [TestCase(7, (byte)0, "PNG height at offset 20: expected 1 to 2147483647, found 0")]
    [TestCase(8, (byte)3, "PNG bit depth at offset 24: expected 1, 2, 4, 8 or 16 for colour type 0, found 3")]
    [TestCase(9, (byte)5, "PNG colour type at offset 25: expected 0, 2, 3, 4 or 6, found 5")]
    [TestCase(10, (byte)1, "PNG compression at offset 26: expected 0 (deflate), found 1")]
    [TestCase(11, (byte)1, "PNG filter method at offset 27: expected 0, found 1")]
    [TestCase(12, (byte)2, "PNG interlacing at offset 28: expected 0 (none) or 1 (Adam7), found 2")]
    [TestCase(0, (byte)64, "PNG size at offset 16: expected at most 100000000 pixels, found 1073741826 x 2")]
    public void Fields_of_the_header(int at, byte value, string expected) => Assert.That(Fault(Of(("IHDR", Header(at, value)), ("IDAT", Pixels), ("IEND", []))), Is.EqualTo($"x.png: {expected}"));

    [Test]
    public void Sizes_whose_product_overflows() => Assert.That(Fault(Of(("IHDR", [0, 1, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0]))), // 65536 * 65536 is 0 in 32 bits
        Is.EqualTo("x.png: PNG size at offset 16: expected at most 100000000 pixels, found 65536 x 65536"));

    [TestCase(2, 4, "8 or 16"), TestCase(3, 16, "1, 2, 4 or 8"), TestCase(4, 2, "8 or 16"), TestCase(6, 1, "8 or 16")]
    public void Depths_that_a_colour_type_cannot_have(int color, int depth, string allowed) => Assert.That(Fault(Of(("IHDR", Header(8, (byte)depth, color)))),
        Is.EqualTo($"x.png: PNG bit depth at offset 24: expected {allowed} for colour type {color}, found {depth}"));

    [Test]
    public void Chunks_in_the_wrong_place()
    {
        (string, byte[]) header = ("IHDR", Plain.Header()), data = ("IDAT", Pixels), end = ("IEND", []), palette = ("PLTE", [1, 2, 3]);
        (string, byte[]) indexed = ("IHDR", (Plain with { ColorType = 3 }).Header()), rgb = ("IHDR", (Plain with { ColorType = 2 }).Header()), alpha = ("IHDR", (Plain with { ColorType = 6 }).Header());
        ((string Type, byte[] Data)[] Chunks, string Expected)[] cases =
        [
            ([data], "at offset 8: expected IHDR first, and once, found 'IDAT'"),
            ([header, header], "at offset 33: expected IHDR first, and once, found 'IHDR'"),
            ([header, ("ABcD", [])], "at offset 33: expected IHDR, PLTE, IDAT, IEND or a chunk that may be skipped, found 'ABcD'"),
            ([header, ("A1\0\xff", [])], "at offset 33: expected IHDR, PLTE, IDAT, IEND or a chunk that may be skipped, found 'A\\x31\\x00\\xFF'"),
            ([header, end], "at offset 33: expected IDAT before IEND, found 'IEND'"),
            ([header, data, ("tEXt", []), data], $"at offset {33 + 12 + Pixels.Length + 12}: expected all IDAT chunks one after the other, found 'IDAT'"),
            ([header, palette], "at offset 33: expected no palette for colour type 0, found 'PLTE'"),
            ([indexed, data], "at offset 33: expected PLTE before IDAT for colour type 3, found 'IDAT'"),
            ([indexed, palette, palette], "at offset 48: expected PLTE once, before tRNS and IDAT, found 'PLTE'"),
            ([indexed, ("tRNS", [1])], "at offset 33: expected PLTE before tRNS, found 'tRNS'"),
            ([rgb, ("tRNS", [0, 1, 0, 2, 0, 3]), palette], "at offset 51: expected PLTE once, before tRNS and IDAT, found 'PLTE'"),
            ([rgb, ("tRNS", [0, 1, 0, 2, 0, 3]), ("tRNS", [0, 1, 0, 2, 0, 3])], "at offset 51: expected tRNS once, before IDAT, found 'tRNS'"),
            ([alpha, ("tRNS", [0, 1])], "at offset 33: expected no tRNS for colour type 6, which has an alpha channel, found 'tRNS'"),
        ];
        foreach ((var chunks, string expected) in cases) Assert.That(Fault(Of(chunks)), Is.EqualTo($"x.png: PNG chunk {expected}"));
    }

    [Test]
    public void Lengths_that_cannot_be()
    {
        (string, byte[]) header = ("IHDR", Plain.Header()), data = ("IDAT", Pixels), indexed = ("IHDR", (Plain with { ColorType = 3, BitDepth = 1 }).Header());
        Assert.That(Fault(Of(("IHDR", new byte[12]))), Is.EqualTo("x.png: PNG header length at offset 8: expected 13, found 12"));
        Assert.That(Fault(Of(indexed, ("PLTE", new byte[9]))), Is.EqualTo("x.png: PNG palette length at offset 33: expected a multiple of 3 up to 6, found 9"));
        Assert.That(Fault(Of(indexed, ("PLTE", new byte[4]))), Is.EqualTo("x.png: PNG palette length at offset 33: expected a multiple of 3 up to 6, found 4"));
        Assert.That(Fault(Of(indexed, ("PLTE", new byte[3]), ("tRNS", new byte[2]))), Is.EqualTo("x.png: PNG tRNS length at offset 48: expected 1 to 1, found 2"));
        Assert.That(Fault(Of(header, ("tRNS", new byte[3]))), Is.EqualTo("x.png: PNG tRNS length at offset 33: expected 2, found 3"));
        Assert.That(Fault(Of(header, data, ("IEND", [1]))), Is.EqualTo($"x.png: PNG IEND length at offset {45 + Pixels.Length}: expected 0, found 1"));
        byte[] whole = Of(header, data, ("IEND", []));
        Assert.That(Fault([.. whole, 1, 2]), Is.EqualTo($"x.png: PNG end at offset {whole.Length}: expected the end of the file after IEND, found 2 bytes more"));
        Assert.That(Fault(whole.AsSpan(0, whole.Length - 1)), Is.EqualTo($"x.png: PNG chunk at offset {whole.Length - 12}: expected at least 12 bytes, found 11: the file was cut off"));
        Assert.That(Fault(whole.AsSpan(0, 40)), Is.EqualTo("x.png: PNG chunk at offset 33: expected at least 12 bytes, found 7: the file was cut off"));
        whole[34] = 1;
        Assert.That(Fault(whole), Is.EqualTo($"x.png: PNG chunk length at offset 33: expected at most {whole.Length - 45}, found {0x10000 + Pixels.Length}: the file is damaged or was cut off"));
    }

    [Test]
    public void Checksums_and_compressed_data()
    {
        byte[] whole = Plain.FileOf(Pixels), wrong = [.. whole];
        wrong[^1] ^= 1;
        Assert.That(Fault(wrong), Is.EqualTo($"x.png: PNG CRC-32 at offset {whole.Length - 4}: expected 0xAE426082 (of the chunk), found 0xAE426083: the file is damaged"));
        int start = whole.Length - 12 - 4 - Pixels.Length;
        Assert.That(Fault(Plain.FileOf(new byte[6])), Is.EqualTo($"x.png: PNG data at offset {start}: expected more than 6 bytes, found 6"));
        Assert.That(Fault(Plain.FileOf([0x79, .. Pixels[1..]])), Does.StartWith($"x.png: PNG zlib header at offset {start}: expected deflate, a multiple of 31, found 0x79"));
        byte[] sum = [.. Pixels];
        sum[^1] ^= 1;
        Assert.That(Fault(Plain.FileOf(sum)), Does.StartWith($"x.png: PNG Adler-32 at offset {start + Pixels.Length - 4}: expected 0x").And.EndsWith(": the file is damaged"));
        Assert.That(Fault((Plain with { Width = 100, Height = 999 }).FileOf(Pixels)), Is.EqualTo($"x.png: PNG data at offset {start}: expected enough for 100899 bytes of 100 x 999 pixels, found {Pixels.Length} bytes, which hold at most {1032 * Pixels.Length}"));
        Assert.That(Fault((Plain with { Width = 3 }).FileOf(Pixels)), Does.Contain("PNG data at offset ").And.Contain("expected 8 decompressed bytes as the PNG header says, found 6: "));
        Assert.That(Fault(Plain.FileOf(PngWriter.Zlib([0, 1, 2, 5, 3, 4]))), Is.EqualTo($"x.png: PNG filter of row 1 at offset {start}: expected 0 to 4, found 5"));
        PngWriter indexed = new(2, 1, 2, 3) { Palette = [1, 2, 3, 4, 5, 6, 7, 8, 9] };
        Assert.That(Fault(indexed.File([2, 3])), Does.StartWith("x.png: PNG palette entry at row 0, column 1 at offset ").And.EndsWith(": expected 0 to 2, found 3"));
    }

    [Test]
    public void The_place_of_damage_is_found_through_several_chunks()
    {
        // the stored block's length stands at bytes 3 and 4 of the data; a byte a chunk, each in a frame of 12
        byte[] stored = [0x78, 0x01, 1, 6, 0, 0xF8, 0xFF, 0, 1, 2, 0, 3, 4, 0, 0, 0, 0];
        string whole = Fault(Plain.FileOf(stored)), cut = Fault((Plain with { ChunkLength = 1 }).FileOf(stored));
        int start = 33 + 12 + 15 + 8;
        Assert.That(whole, Is.EqualTo($"x.png: PNG data at offset {start + 7}: expected the complement of the stored length 6, found 0xFFF8: the file is damaged or was cut off"));
        Assert.That(cut, Is.EqualTo($"x.png: PNG data at offset {start + 7 * 13}: expected the complement of the stored length 6, found 0xFFF8: the file is damaged or was cut off"));
    }

    [Test]
    public void Files_that_cannot_be_read()
    {
        using TempFolder folder = new();
        Assert.That(() => PngFile.Read(folder.File("none.png")), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo($"cannot read '{folder.File("none.png")}': there is no such file."));
        Assert.That(() => PngFile.Read(folder.Path), Throws.TypeOf<IOException>().With.Message.EqualTo($"cannot read '{folder.Path}': it is a folder, not a file."));
        Assert.That(PngFile.Read(folder.Write("two by two.png", Plain.FileOf(Pixels))).Pixels, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }
}
