using System.Buffers.Binary;
using System.Text;
using Engine.Interop;
using Engine.Tests.Data;
using Engine.Tests.Golden;

namespace Engine.Tests.Interop;

public sealed class SafetensorsTests
{
    /// <summary>A file from its header's text and its data.</summary>
    private static byte[] Make(string header, int dataLength, Encoding? encoding = null)
    {
        byte[] text = (encoding ?? Encoding.UTF8).GetBytes(header);
        byte[] file = new byte[8 + text.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }

    private static string Message(byte[] file) => Assert.Throws<ModelFormatException>(() => SafetensorsFile.Parse(file, "a.safetensors"))!.Message;

    [Test]
    public void What_is_written_is_read_back_in_order()
    {
        using TempFolder folder = new();
        string path = folder.File("weights ü.safetensors");
        SafetensorsEntry[] entries =
        [
            SafetensorsEntry.From("z.weight", [2, 3], [1.5f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, 3f]),
            SafetensorsEntry.From("bytes", [3], (ReadOnlySpan<byte>)[1, 2, 255]),
            SafetensorsEntry.From("a", [], [Math.PI]),
            SafetensorsEntry.From("empty", [0, 4], ReadOnlySpan<float>.Empty),
            SafetensorsEntry.From("lang \"ü\" 漢", [2], [long.MinValue, 7L]),
            SafetensorsEntry.From("i", [2], [int.MinValue, 7]),
            new("flags", SafetensorsDType.BOOL, [2], new byte[] { 1, 0 }),
            new("half", SafetensorsDType.F16, [1], new byte[] { 0, 0x3C }),
        ];
        SafetensorsFile.Write(path, entries, new Dictionary<string, string> { ["format"] = "pt", ["ö"] = "\u0001\"" });
        SafetensorsFile file = SafetensorsFile.Read(path);
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo(entries.Select(entry => entry.Name)));
        foreach (SafetensorsEntry entry in entries)
        {
            Assert.That((file[entry.Name].DType, file[entry.Name].Shape), Is.EqualTo((entry.DType, entry.Shape)));
            Assert.That(file[entry.Name].Data.ToArray(), Is.EqualTo(entry.Data.ToArray()));
        }
        Assert.That(file["z.weight"].ToSingles(), Is.EqualTo(new[] { 1.5f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, 3f }));
        Assert.That(file["a"].ToDoubles(), Is.EqualTo(new[] { Math.PI }));
        Assert.That(file["lang \"ü\" 漢"].ToInt64s(), Is.EqualTo(new[] { long.MinValue, 7L }));
        Assert.That(file["i"].ToInt32s(), Is.EqualTo(new[] { int.MinValue, 7 }));
        Assert.That(file["flags"].ToBooleans(), Is.EqualTo(new[] { true, false }));
        Assert.That(file["half"].ToHalves(), Is.EqualTo(new[] { (Half)1 }));
        Assert.That(file["bytes"].ToBytes(), Is.EqualTo(new byte[] { 1, 2, 255 }));
        Assert.That(file.Metadata, Is.EqualTo(new Dictionary<string, string> { ["format"] = "pt", ["ö"] = "\u0001\"" }));
        Assert.That(file.Find("none"), Is.Null);
        Assert.That(folder.Names(), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_bytes_of_a_file_are_as_the_format_says()
    {
        using TempFolder folder = new();
        SafetensorsFile.Write(folder.File("a"), [SafetensorsEntry.From("w", [1], [1f])]);
        byte[] bytes = File.ReadAllBytes(folder.File("a"));
        const string Header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"; // 54 characters: padded to 56
        Assert.That(bytes[..8], Is.EqualTo(new byte[] { 56, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(Encoding.UTF8.GetString(bytes, 8, 56), Is.EqualTo(Header + "  "));
        Assert.That(bytes[64..], Is.EqualTo(new byte[] { 0, 0, 0x80, 0x3F }));
    }

    [Test]
    public void Elements_are_little_endian_on_any_machine()
    {
        float[] swapped = [BitConverter.UInt32BitsToSingle(0x0000803F)];
        SafetensorsEntry.SwapBytes<float>(swapped);
        Assert.That(swapped[0], Is.EqualTo(1f)); // what a big-endian machine makes of 00 00 80 3F
        long[] longs = [0x0102030405060708];
        SafetensorsEntry.SwapBytes<long>(longs);
        Assert.That(longs[0], Is.EqualTo(0x0807060504030201));
    }

    [Test]
    public void Scalars_empty_tensors_at_a_shared_offset_and_unordered_headers_are_valid()
    {
        SafetensorsFile file = SafetensorsFile.Parse(Make("""
            {"b":{"dtype":"I16","shape":[2],"data_offsets":[4,8]},"e":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"e2":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]},
             "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"last":{"dtype":"U8","shape":[0],"data_offsets":[8,8]}}
            """, 8), "a");
        Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "b", "e", "e2", "a", "last" }));
        Assert.That(file["a"].Shape.Rank, Is.Zero);
        Assert.That(SafetensorsFile.Parse(Make("{}", 0), "a").Tensors, Is.Empty);
    }

    [TestCase("[]", 0, "header at offset 8: expected '{' as its first byte, found 0x5B")]
    [TestCase(" {}", 0, "header at offset 8: expected '{' as its first byte, found 0x20")]
    [TestCase("", 0, "header at offset 8: expected '{' as its first byte, found an empty header")]
    [TestCase("""{"a":1}""", 0, "tensor 'a' at offset 8: expected an object with dtype, shape and data_offsets, found Number")]
    [TestCase("""{"a":{"dtype":"F32","shape":[]}}""", 0, "tensor 'a' at offset 8: expected a member data_offsets, found none")]
    [TestCase("""{"a":{"dtype":"F32","shape":{},"data_offsets":[0,0]}}""", 0, "tensor 'a' shape at offset 8: expected a JSON array, found Object")]
    [TestCase("""{"a":{"dtype":"F33","shape":[],"data_offsets":[0,4]}}""", 4, "tensor 'a' dtype at offset 8: expected one of BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64, found 'F33'")]
    [TestCase("""{"a":{"dtype":"f32","shape":[],"data_offsets":[0,4]}}""", 4, "tensor 'a' dtype at offset 8: expected one of BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64, found 'f32'")]
    [TestCase("""{"a":{"dtype":"7","shape":[],"data_offsets":[0,4]}}""", 4, "tensor 'a' dtype at offset 8: expected one of BOOL U8 I8 I16 U16 F16 BF16 I32 U32 F32 F64 I64 U64, found '7'")]
    [TestCase("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "tensor 'a' shape at offset 8: expected whole numbers, 0 to 2147483647, found [-1]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor 'a' shape at offset 8: expected whole numbers, 0 to 2147483647, found [1.5]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "tensor 'a' shape at offset 8: expected at most 6 sizes, found 7")]
    [TestCase("""{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,0]}}""", 0, "tensor 'a' shape at offset 8: expected at most 2147483591 elements, found [65536,65536]")]
    [TestCase("""{"a":{"dtype":"F64","shape":[1073741824],"data_offsets":[0,0]}}""", 0, "tensor 'a' data_offsets at offset 8: expected 8589934592 bytes for F64 [1073741824], found 0 bytes ([0,0])")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'a' data_offsets at offset 8: expected 8 bytes for F32 [2], found 4 bytes ([0,4])")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor 'a' data_offsets at offset 8: expected begin before end, found [4,0]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "tensor 'a' data_offsets at offset 8: expected two whole numbers, begin and end, found [0]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}}""", 4, "tensor 'a' data_offsets at offset 8: expected two whole numbers, begin and end, found [\"0\",\"4\"]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4, "tensor 'a' data_offsets at offset 8: expected two whole numbers, begin and end, found [0,99999999999999999999]")]
    [TestCase("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "tensor 'a' data_offsets at offset 8: expected at most 4 (the bytes after the header), found [0,8]: the file was cut off or its header lies")]
    [TestCase("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "tensor 'b' data_offsets at offset 115: expected a begin of 3, right after tensor 'a', found 2: an overlap")]
    [TestCase("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", 4, "tensor 'b' data_offsets at offset 114: expected a begin of 1, right after tensor 'a', found 3: a hole of 2 bytes")]
    [TestCase("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "tensor 'a' data_offsets at offset 61: expected a begin of 0, right after the start, found 1: a hole of 1 bytes")]
    [TestCase("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 3, "data at offset 62: expected the end after 1 bytes, found 2 bytes more, of no tensor")]
    [TestCase("""{"__metadata__":{"a":1}}""", 0, "__metadata__.a at offset 8: expected a string, found Number")]
    [TestCase("""{"__metadata__":"x"}""", 0, "__metadata__ at offset 8: expected an object of strings, found String")]
    public void A_broken_rule_is_named(string header, int dataLength, string message) =>
        Assert.That(Message(Make(header, dataLength)), Is.EqualTo($"a.safetensors: {message}"));

    [TestCase("{")]
    [TestCase("""{"a":}""")]
    [TestCase("{} x")]
    [TestCase("{}\0")]
    [TestCase("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [TestCase("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [TestCase("""{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [TestCase("""{"__metadata__":{"k":"1","k":"2"}}""")]
    [TestCase("""{"a":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    public void What_is_no_JSON_or_has_a_key_twice_is_rejected(string header) =>
        Assert.That(Message(Make(header, 0)), Does.StartWith("a.safetensors: header at offset 8: expected valid JSON with unique keys, found "));

    [TestCase("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")]
    [TestCase("""{"__metadata__":{"k":"\udc00"}}""")]
    [TestCase("""{"a":{"dtype":"\ud800","shape":[0],"data_offsets":[0,0]}}""")]
    public void Half_a_surrogate_pair_is_rejected(string header) => Assert.That(Message(Make(header, 0)), Does.StartWith("a.safetensors: header at offset 8: "));

    [Test]
    public void Bytes_that_are_not_UTF8_are_rejected() =>
        Assert.That(Message(Make("{\"ü\":{}}", 0, Encoding.Latin1)), Is.EqualTo("a.safetensors: header at offset 8: expected UTF-8, found bytes that are not"));

    [Test]
    public void A_header_length_that_lies_is_rejected_before_anything_is_allocated()
    {
        byte[] file = Make("{}", 0);
        Assert.That(Message(file[..7]), Is.EqualTo("a.safetensors: header length at offset 7: expected 8 bytes, found 7: the file was cut off"));
        file[0] = 3;
        Assert.That(Message(file), Is.EqualTo("a.safetensors: header length at offset 0: expected at most 2 (the rest of the file), found 3: the file was cut off"));
        file.AsSpan(0, 8).Fill(0xFF);
        Assert.That(Message(file), Is.EqualTo("a.safetensors: header length at offset 0: expected at most 100000000, found 18446744073709551615: this is no safetensors file"));
    }

    private static byte[] Sample()
    {
        using TempFolder folder = new();
        SafetensorsFile.Write(folder.File("a"), [SafetensorsEntry.From("conv.weight", [2, 1, 2], [1f, 2, 3, 4]), SafetensorsEntry.From("steps", [], [7L])],
            new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(folder.File("a"));
    }

    [Test]
    public void Every_truncation_is_rejected()
    {
        byte[] file = Sample();
        for (int length = 0; length < file.Length; length++)
            Assert.That(() => SafetensorsFile.Parse(file.AsMemory(0, length), "cut"), Throws.TypeOf<ModelFormatException>(), $"cut to {length}");
    }

    [Test]
    public void A_damaged_header_is_read_or_rejected_and_never_causes_another_exception()
    {
        byte[] sample = Sample();
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(sample), rejected = 0;
        Rng rng = new(31);
        const string Tokens = "{}[]:,\"\\0123456789-.eEfFuU \tnulltrue_";
        for (int i = 0; i < 60_000; i++)
        {
            List<byte> file = [.. sample];
            for (int change = rng.NextInt(4); change >= 0; change--)
            {
                int at = rng.NextInt(header);
                switch (rng.NextInt(4))
                {
                    case 0: file[at] ^= (byte)(1 << rng.NextInt(8)); break;
                    case 1: file[at] = (byte)Tokens[rng.NextInt(Tokens.Length)]; break;
                    case 2: file.Insert(at, (byte)Tokens[rng.NextInt(Tokens.Length)]); break;
                    default: file.RemoveAt(at); break;
                }
            }
            if (rng.NextInt(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(file), file.Count - 24 - 8); // so that the change gets past the length
            try
            {
                foreach (SafetensorsEntry tensor in SafetensorsFile.Parse(file.ToArray(), "fuzz").Tensors)
                    Assert.That(tensor.Data.Length, Is.EqualTo(tensor.Shape.Count * SafetensorsEntry.ElementSize(tensor.DType)));
            }
            catch (ModelFormatException)
            {
                rejected++;
            }
        }
        Assert.That(rejected, Is.InRange(30_000, 60_000));
    }

    [Test]
    public void An_accessor_of_another_type_throws()
    {
        SafetensorsEntry entry = SafetensorsEntry.From("w", [2], [1, 2]);
        Assert.That(entry.ToSingles, Throws.InvalidOperationException.With.Message.EqualTo("safetensors: tensor 'w' [2] is of type I32, not F32."));
        Assert.That(() => SafetensorsFile.Parse(Sample(), "a")["x"], Throws.ArgumentException.With.Message.Contains("safetensors: no tensor 'x'. The file has: conv.weight, steps."));
    }

    [Test]
    public void The_writer_rejects_what_could_not_be_read_and_leaves_the_old_file()
    {
        using TempFolder folder = new();
        string path = folder.Write("a", [1, 2, 3]);
        SafetensorsEntry w = SafetensorsEntry.From("w", [1], [1f]);
        Assert.That(() => SafetensorsFile.Write(path, [w, w]), Throws.ArgumentException.With.Message.Contains("safetensors: the name 'w' is given twice."));
        Assert.That(() => SafetensorsFile.Write(path, [SafetensorsEntry.From("__metadata__", [1], [1f])]), Throws.ArgumentException.With.Message.Contains("the name '__metadata__' is reserved."));
        Assert.That(() => SafetensorsFile.Write(path, [SafetensorsEntry.From("\ud800", [1], [1f])]), Throws.ArgumentException.With.Message.Contains("is no valid Unicode text"));
        Assert.That(() => SafetensorsEntry.From("w", [2], [1f]), Throws.ArgumentException.With.Message.Contains("safetensors: tensor 'w' of type F32 and shape [2] needs 8 bytes, got 4."));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(folder.Names(), Has.Length.EqualTo(1));
    }

    [Test]
    public void Reference_files_made_with_PyTorch_are_read()
    {
        string[] paths = Directory.GetFiles(GoldenTests.Folder, "*.safetensors", SearchOption.AllDirectories);
        Assert.That(paths, Is.Not.Empty);
        foreach (string path in paths) Assert.That(SafetensorsFile.Read(path).Metadata, Contains.Key("op"), path);
    }
}
