using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Engine.Data;

namespace Engine.Tests.Data;

public sealed class GzipFileTests
{
    private const int BodyStart = 10, Trailer = 8;

    /// <summary>Runs as in images and noise: literals, matches near and far, long codes.</summary>
    private static byte[] Mixed(int length, ulong seed)
    {
        Rng rng = new(seed);
        byte[] data = new byte[length];
        for (int i = 0; i < length;)
        {
            int run = Math.Min(length - i, 1 + rng.NextInt(40));
            int kind = rng.NextInt(4);
            for (int j = 0; j < run; j++, i++)
                data[i] = kind == 0 ? (byte)0 : kind == 1 || i < 100 ? (byte)rng.NextInt(256) : kind == 2 ? data[i - 97] : (byte)(97 + rng.NextInt(3) * rng.NextInt(8));
        }
        return data;
    }

    private static byte[] Noise(int length)
    {
        Rng rng = new(5);
        byte[] data = new byte[length];
        foreach (ref byte b in data.AsSpan()) b = (byte)(rng.NextInt(8) * rng.NextInt(8)); // compressible, but hardly a repetition
        return data;
    }

    private static byte[] Gzip(byte[] data, CompressionLevel level)
    {
        using MemoryStream file = new();
        using (GZipStream gzip = new(file, level, leaveOpen: true)) gzip.Write(data);
        return file.ToArray();
    }

    /// <summary>A gzip file around a given deflate stream, with whatever optional header fields the flags ask for.</summary>
    private static byte[] WithHeader(byte flags, byte[] data)
    {
        byte[] plain = Gzip(data, CompressionLevel.Optimal);
        List<byte> file = [.. plain[..3], flags, .. plain[4..BodyStart]];
        if ((flags & 4) != 0) file.AddRange([3, 0, (byte)'x', 0, (byte)'y']);
        if ((flags & 8) != 0) file.AddRange("train-images-idx3-ubyte\0"u8);
        if ((flags & 16) != 0) file.AddRange("a comment\0"u8);
        if ((flags & 2) != 0)
        {
            uint crc = Crc32.Compute(file.ToArray());
            file.AddRange([(byte)crc, (byte)(crc >> 8)]);
        }
        return [.. file, .. plain[BodyStart..]];
    }

    [Test]
    public void What_dotnet_compresses_at_any_level_and_length_comes_back(
        [Values] CompressionLevel level, [Values(0, 1, 2, 3, 7, 8, 9, 63, 258, 259, 1000, 65535, 65536, 300_000)] int length)
    {
        byte[] data = Mixed(length, 17);
        byte[] file = length == 0 ? GzipFile.Encode(data) : Gzip(data, level);
        Assert.That(GzipFile.Decode(file, "a.gz"), Is.EqualTo(data));
    }

    [Test]
    public void A_thousandfold_expansion_is_read()
    {
        byte[] zeros = new byte[5_000_000];
        byte[] file = GzipFile.Encode(zeros);
        Assert.That(file, Has.Length.LessThan(5100));
        Assert.That(GzipFile.Decode(file, "zeros.gz"), Is.EqualTo(zeros));
    }

    [Test]
    public void Optional_header_fields_are_skipped([Range(0, 31)] int flags)
    {
        byte[] data = Mixed(500, 3);
        Assert.That(GzipFile.Decode(WithHeader((byte)flags, data), "a.gz"), Is.EqualTo(data));
    }

    [Test]
    public void Every_truncation_is_rejected([Values(0, 31)] int flags)
    {
        byte[] file = WithHeader((byte)flags, Mixed(3000, 4));
        for (int length = 0; length < file.Length; length++)
            Assert.That(() => GzipFile.Decode(file.AsSpan(0, length), "cut.gz"), Throws.TypeOf<ModelFormatException>(), $"cut to {length} of {file.Length}");
    }

    [Test]
    public void Every_truncation_of_a_stored_block_is_rejected()
    {
        byte[] file = Gzip(Mixed(200, 4), CompressionLevel.NoCompression);
        for (int length = 0; length < file.Length; length++)
            Assert.That(() => GzipFile.Decode(file.AsSpan(0, length), "cut.gz"), Throws.TypeOf<ModelFormatException>(), $"cut to {length} of {file.Length}");
    }

    [Test]
    public void Every_flipped_bit_is_rejected_save_those_that_mean_nothing([Values(CompressionLevel.Optimal, CompressionLevel.Fastest, CompressionLevel.NoCompression)] CompressionLevel level)
    {
        byte[] data = Noise(600), file = Gzip(data, level);
        List<string> passed = [];
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            file[bit / 8] ^= (byte)(1 << bit % 8);
            if (Accepts(file, data)) passed.Add($"{bit / 8}.{bit % 8}");
            file[bit / 8] ^= (byte)(1 << bit % 8);
        }
        // FTEXT, then MTIME (bytes 4 to 7), XFL (8) and OS (9): nothing in the file covers them
        IEnumerable<string> meaningless = Enumerable.Range(32, 48).Select(bit => $"{bit / 8}.{bit % 8}").Prepend("3.0");
        Assert.That(passed, Is.EqualTo(meaningless));
    }

    [Test]
    public void With_a_header_checksum_every_flipped_header_bit_is_rejected()
    {
        byte[] data = Noise(300), file = WithHeader(30, data);
        int header = file.Length - (Gzip(data, CompressionLevel.Optimal).Length - BodyStart);
        for (int bit = 0; bit < 8 * header; bit++)
        {
            file[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.That(Accepts(file, data), Is.False, $"bit {bit % 8} of byte {bit / 8}");
            file[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Test]
    public void A_flipped_bit_that_passes_among_repetitions_leaves_the_data_equal()
    {
        byte[] data = Mixed(2000, 9), file = Gzip(data, CompressionLevel.Optimal);
        int passed = 0;
        for (int bit = 8 * BodyStart; bit < 8 * file.Length; bit++)
        {
            file[bit / 8] ^= (byte)(1 << bit % 8);
            if (Accepts(file, data)) passed++; // throws where it decodes to other data
            file[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.That(passed, Is.LessThan(20)); // a match in a run of zeros, moved to other zeros
    }

    private static bool Accepts(byte[] file, byte[] data)
    {
        try
        {
            byte[] decoded = GzipFile.Decode(file, "flipped.gz");
            Assert.That(decoded, Is.EqualTo(data));
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    [Test]
    public void Random_bytes_behind_a_header_never_cause_another_exception()
    {
        Rng rng = new(99);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = new byte[18 + rng.NextInt(60)];
            foreach (ref byte b in file.AsSpan()) b = (byte)rng.NextInt(256);
            GzipFile.Encode([])[..BodyStart].CopyTo(file, 0);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 4), rng.NextInt(300));
            Assert.That(() => GzipFile.Decode(file, "noise.gz"), Throws.TypeOf<ModelFormatException>());
        }
    }

    [Test]
    public void Bytes_after_the_member_are_rejected([Values(1, 2, 7, 8, 9, 30)] int extra)
    {
        byte[] file = [.. GzipFile.Encode(Mixed(300, 1)), .. new byte[extra]];
        Assert.That(() => GzipFile.Decode(file, "a.gz"), Throws.TypeOf<ModelFormatException>());
    }

    [Test]
    public void A_second_member_is_rejected()
    {
        byte[] one = GzipFile.Encode(Mixed(300, 1));
        ModelFormatException? fault = Assert.Throws<ModelFormatException>(() => GzipFile.Decode([.. one, .. one], "two.gz"));
        Assert.That(fault!.Message, Is.EqualTo($"two.gz: compressed data at offset {one.Length - Trailer}: expected the end of the compressed data, found {one.Length} bytes more before the trailer: the file is damaged or was cut off"));
    }

    [Test]
    public void A_checksum_that_is_wrong_is_named()
    {
        byte[] file = GzipFile.Encode("123456789"u8); // the check value of CRC-32 is CBF43926
        file[^8] ^= 1;
        ModelFormatException? fault = Assert.Throws<ModelFormatException>(() => GzipFile.Decode(file, "a.gz"));
        Assert.That(fault!.Message, Is.EqualTo($"a.gz: gzip CRC-32 at offset {file.Length - 8}: expected 0xCBF43926 (of the data), found 0xCBF43927: the file is damaged"));
    }

    [Test]
    public void A_size_no_such_file_can_hold_is_rejected_before_it_is_allocated()
    {
        byte[] file = GzipFile.Encode(new byte[100]);
        file[^1] = 0x7F; // claims 2 GiB
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFormatException? fault = Assert.Throws<ModelFormatException>(() => GzipFile.Decode(file, "a.gz"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        Assert.That(fault!.Message, Does.Contain("gzip size").And.Contain("found 2130706532: the file is damaged or was cut off"));
    }

    [TestCase("<!DOCTYPE html>", "gzip magic at offset 0: expected 1F 8B, found not a gzip file (starts with '<!DO'): did a proxy or captive portal answer?")]
    [TestCase("PK..", "gzip magic at offset 0: expected 1F 8B, found not a gzip file (starts with 'PK..')")]
    [TestCase("\u0001\u0002", "gzip magic at offset 0: expected 1F 8B, found 0102: not a gzip file")]
    [TestCase("", "gzip magic at offset 0: expected 1F 8B, found an empty file")]
    public void What_is_no_gzip_file_is_told_by_its_beginning(string contents, string message)
    {
        ModelFormatException? fault = Assert.Throws<ModelFormatException>(() => GzipFile.Decode(Encoding.ASCII.GetBytes(contents), "page.gz"));
        Assert.That(fault!.Message, Is.EqualTo($"page.gz: {message}"));
    }

    [Test]
    public void A_folder_and_a_missing_file_are_told_apart()
    {
        using TempFolder folder = new();
        Assert.That(() => GzipFile.Read(folder.Path), Throws.TypeOf<IOException>().With.Message.EqualTo($"cannot read '{folder.Path}': it is a folder, not a file."));
        string missing = folder.File("no such.gz");
        Assert.That(() => GzipFile.Read(missing), Throws.TypeOf<FileNotFoundException>().With.Message.EqualTo($"cannot read '{missing}': there is no such file."));
    }
}
