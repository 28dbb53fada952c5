using System.Buffers.Binary;

namespace Engine.Data;

/// <summary>The IHDR chunk of a PNG file, and what follows from it.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, int ColorType, bool IsInterlaced)
{
    public const int Length = 13, Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, RgbAlpha = 6;
    public const long MaxPixels = 100_000_000; // 300 MB decoded: a file of 12 KB can claim them (one bit each, deflated to a thousandth)

    /// <summary>First column, first row, step of columns, step of rows of the seven passes of Adam7, one after the other.</summary>
    private static ReadOnlySpan<byte> Adam7 => [0, 0, 8, 8, 4, 0, 8, 8, 0, 4, 4, 8, 2, 0, 4, 4, 0, 2, 2, 4, 1, 0, 2, 2, 0, 1, 1, 2];

    /// <summary>Numbers stored for a pixel.</summary>
    public int Samples => ColorType switch { Rgb => 3, GrayAlpha => 2, RgbAlpha => 4, _ => 1 };

    /// <summary>Channels of the decoded picture.</summary>
    public int Channels => ColorType is Gray or GrayAlpha ? 1 : 3;

    /// <summary>How far back a filter looks for "the pixel before".</summary>
    public int FilterStep => Math.Max(1, Samples * BitDepth / 8);

    /// <summary>How many times the image is gone through.</summary>
    public int Passes => IsInterlaced ? 7 : 1;

    /// <summary>Bytes of a row of so many pixels, without its filter byte.</summary>
    public long RowLength(int width) => ((long)width * Samples * BitDepth + 7) / 8;

    /// <summary>Bytes of all rows with their filter bytes.</summary>
    public long RawLength
    {
        get
        {
            long length = 0;
            for (int i = 0; i < Passes; i++)
                if (Pass(i) is { Width: > 0 } pass) length += pass.Height * (RowLength(pass.Width) + 1);
            return length;
        }
    }

    /// <summary>Where the pixels of a pass lie in the image: at (FirstX + i * StepX, FirstY + j * StepY).</summary>
    public (int Width, int Height, int FirstX, int FirstY, int StepX, int StepY) Pass(int index)
    {
        if (!IsInterlaced) return (Width, Height, 0, 0, 1, 1);
        ReadOnlySpan<byte> p = Adam7.Slice(4 * index, 4);
        return (Count(Width, p[0], p[2]), Count(Height, p[1], p[3]), p[0], p[1], p[2], p[3]);

        static int Count(int size, int first, int step) => size <= first ? 0 : (size - first - 1) / step + 1;
    }

    /// <summary>Reads and checks the chunk's data.</summary>
    /// <param name="data">13 bytes.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="offset">Where the data starts in the file.</param>
    /// <exception cref="ModelFormatException">A field has a value it may not have.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data, string name, int offset)
    {
        (uint width, uint height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        if (width is 0 or > int.MaxValue) throw new ModelFormatException(name, offset, "PNG width", $"1 to {int.MaxValue}", $"{width}");
        if (height is 0 or > int.MaxValue) throw new ModelFormatException(name, offset + 4, "PNG height", $"1 to {int.MaxValue}", $"{height}");
        (int depth, int color) = (data[8], data[9]);
        string? depths = color switch { Gray => "1, 2, 4, 8 or 16", Palette => "1, 2, 4 or 8", Rgb or GrayAlpha or RgbAlpha => "8 or 16", _ => null };
        if (depths is null) throw new ModelFormatException(name, offset + 9, "PNG colour type", "0, 2, 3, 4 or 6", $"{color}");
        bool isDepth = depth is 8 || (depth is 16 && color != Palette) || (depth is 1 or 2 or 4 && color is Gray or Palette);
        if (!isDepth) throw new ModelFormatException(name, offset + 8, "PNG bit depth", $"{depths} for colour type {color}", $"{depth}");
        if (data[10] != 0) throw new ModelFormatException(name, offset + 10, "PNG compression", "0 (deflate)", $"{data[10]}");
        if (data[11] != 0) throw new ModelFormatException(name, offset + 11, "PNG filter method", "0", $"{data[11]}");
        if (data[12] > 1) throw new ModelFormatException(name, offset + 12, "PNG interlacing", "0 (none) or 1 (Adam7)", $"{data[12]}");
        PngHeader header = new((int)width, (int)height, depth, color, data[12] == 1);
        if ((long)width * height > MaxPixels) throw new ModelFormatException(name, offset, "PNG size", $"at most {MaxPixels} pixels", $"{width} x {height}");
        return header;
    }
}
