using System.Buffers.Binary;
using System.Text;

namespace Engine.Data;

/// <summary>The chunks of a PNG file, all checked: order, lengths, CRC-32, the end.</summary>
internal sealed class PngChunks
{
    private const int Frame = 12; // length, type and CRC around a chunk's data
    private readonly string _name;
    private readonly List<(int Start, int Length)> _data = [];
    private bool _dataEnded;

    private PngChunks(string name) => _name = name;

    /// <summary>The eight bytes every PNG file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The header.</summary>
    public PngHeader Header { get; private set; }

    /// <summary>Red, green, blue of each entry; empty where there is none.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Opacity of the first palette entries, or the colour that is transparent, two bytes a sample; empty where there is none.</summary>
    public byte[] Transparency { get; private set; } = [];

    /// <summary>Where the compressed data lies in the file.</summary>
    public IReadOnlyList<(int Start, int Length)> Data => _data;

    /// <summary>Reads and checks all chunks.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ModelFormatException">The file breaks a rule of the format.</exception>
    public static PngChunks Parse(ReadOnlySpan<byte> file, string name)
    {
        if (!file.StartsWith(Signature)) throw new ModelFormatException(name, 0, "PNG signature", Convert.ToHexString(Signature), Describe(file));
        PngChunks chunks = new(name);
        int at = Signature.Length;
        string type = "";
        while (type != "IEND")
        {
            if (file.Length - at < Frame) throw new ModelFormatException(name, at, "PNG chunk", $"at least {Frame} bytes", $"{file.Length - at}: the file was cut off");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - Frame)
                throw new ModelFormatException(name, at, "PNG chunk length", $"at most {file.Length - at - Frame}", $"{length}: the file is damaged or was cut off");
            int end = at + 8 + (int)length;
            uint crc = BinaryPrimitives.ReadUInt32BigEndian(file[end..]), actual = Crc32.Compute(file[(at + 4)..end]);
            if (crc != actual) throw new ModelFormatException(name, end, "PNG CRC-32", $"0x{actual:X8} (of the chunk)", $"0x{crc:X8}: the file is damaged");
            type = Encoding.Latin1.GetString(file.Slice(at + 4, 4));
            chunks.Take(type, file[(at + 8)..end], at);
            at = end + 4;
        }
        if (at < file.Length) throw new ModelFormatException(name, at, "PNG end", "the end of the file after IEND", $"{file.Length - at} bytes more");
        return chunks;
    }

    private void Take(string type, ReadOnlySpan<byte> data, int at)
    {
        if (Header.Width == 0 != (type == "IHDR")) throw Wrong(at, "IHDR first, and once", type);
        if (type != "IDAT" && _data.Count > 0) _dataEnded = true;
        switch (type)
        {
            case "IHDR":
                if (data.Length != PngHeader.Length) throw new ModelFormatException(_name, at, "PNG header length", $"{PngHeader.Length}", $"{data.Length}");
                Header = PngHeader.Parse(data, _name, at + 8);
                break;
            case "PLTE":
                TakePalette(data, at);
                break;
            case "tRNS":
                TakeTransparency(data, at);
                break;
            case "IDAT":
                if (_dataEnded) throw Wrong(at, "all IDAT chunks one after the other", type);
                if (Header.ColorType == PngHeader.Palette && Palette.Length == 0) throw Wrong(at, "PLTE before IDAT for colour type 3", type);
                _data.Add((at + 8, data.Length));
                break;
            case "IEND":
                if (data.Length != 0) throw new ModelFormatException(_name, at, "PNG IEND length", "0", $"{data.Length}");
                if (_data.Count == 0) throw Wrong(at, "IDAT before IEND", type);
                break;
            default:
                if (type[0] is >= 'A' and <= 'Z') throw Wrong(at, "IHDR, PLTE, IDAT, IEND or a chunk that may be skipped", type);
                break;
        }
    }

    private void TakePalette(ReadOnlySpan<byte> data, int at)
    {
        if (Palette.Length > 0 || Transparency.Length > 0 || _data.Count > 0) throw Wrong(at, "PLTE once, before tRNS and IDAT", "PLTE");
        if (Header.Channels == 1) throw Wrong(at, $"no palette for colour type {Header.ColorType}", "PLTE");
        int most = Header.ColorType == PngHeader.Palette ? 1 << Header.BitDepth : 256;
        if (data.Length == 0 || data.Length % 3 != 0 || data.Length > 3 * most)
            throw new ModelFormatException(_name, at, "PNG palette length", $"a multiple of 3 up to {3 * most}", $"{data.Length}");
        Palette = data.ToArray();
    }

    private void TakeTransparency(ReadOnlySpan<byte> data, int at)
    {
        if (Transparency.Length > 0 || _data.Count > 0) throw Wrong(at, "tRNS once, before IDAT", "tRNS");
        bool ofPalette = Header.ColorType == PngHeader.Palette;
        if (Header.ColorType is PngHeader.GrayAlpha or PngHeader.RgbAlpha) throw Wrong(at, $"no tRNS for colour type {Header.ColorType}, which has an alpha channel", "tRNS");
        if (ofPalette && Palette.Length == 0) throw Wrong(at, "PLTE before tRNS", "tRNS");
        if (ofPalette ? data.Length == 0 || data.Length > Palette.Length / 3 : data.Length != 2 * Header.Samples)
            throw new ModelFormatException(_name, at, "PNG tRNS length", ofPalette ? $"1 to {Palette.Length / 3}" : $"{2 * Header.Samples}", $"{data.Length}");
        Transparency = data.ToArray();
    }

    private ModelFormatException Wrong(int at, string expected, string found) => new(_name, at, "PNG chunk", expected, $"'{Printable(found)}'");

    private static string Printable(string type) => string.Concat(type.Select(c => char.IsAsciiLetter(c) ? $"{c}" : $"\\x{(int)c:X2}"));

    private static string Describe(ReadOnlySpan<byte> file)
    {
        string first = Convert.ToHexString(file[..Math.Min(8, file.Length)]);
        return file.IsEmpty ? "an empty file"
            : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? $"{first}: this looks like a JPEG file"
            : file.StartsWith("GIF8"u8) ? $"{first}: this looks like a GIF file"
            : Signature.StartsWith(file) ? $"{first}: the file was cut off"
            : $"{first}: not a PNG file";
    }
}
