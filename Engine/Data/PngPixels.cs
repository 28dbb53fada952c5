using System.Buffers.Binary;

namespace Engine.Data;

/// <summary>Decompressed rows of a PNG file to pixels: filters, interlacing, bit depths, palette, transparency.</summary>
/// <param name="chunks">Header, palette and transparency.</param>
/// <param name="name">The file's name, for messages.</param>
/// <param name="background">What shows through transparent pixels.</param>
internal sealed class PngPixels(PngChunks chunks, string name, byte background)
{
    private const int Opaque = 255;
    private readonly PngHeader _header = chunks.Header;
    private readonly byte[] _pixels = new byte[(long)chunks.Header.Channels * chunks.Header.Height * chunks.Header.Width];
    private readonly int[] _sample = new int[4];

    /// <summary>Decodes.</summary>
    /// <param name="rows">The rows of all passes with their filter bytes; changed.</param>
    public RasterImage Decode(Span<byte> rows)
    {
        for (int i = 0; i < _header.Passes; i++)
        {
            (int width, int height, int firstX, int firstY, int stepX, int stepY) = _header.Pass(i);
            if (width == 0) continue;
            int length = (int)_header.RowLength(width);
            ReadOnlySpan<byte> above = new byte[length];
            for (int y = 0; y < height; y++)
            {
                Span<byte> row = rows.Slice(1, length);
                Unfilter(rows[0], row, above, firstY + y * stepY);
                for (int x = 0; x < width; x++) Put(row, x, (firstY + y * stepY) * _header.Width + firstX + x * stepX);
                above = row;
                rows = rows[(1 + length)..];
            }
        }
        return new RasterImage(_header.Channels, _header.Height, _header.Width, _pixels);
    }

    /// <summary>Undoes a row's filter in place: each byte is the difference to a guess from its neighbours.</summary>
    private void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int y)
    {
        if (filter > 4) throw new ModelFormatException(name, chunks.Data[0].Start, $"PNG filter of row {y}", "0 to 4", $"{filter}");
        int step = _header.FilterStep;
        for (int i = 0; filter != 0 && i < row.Length; i++)
        {
            int left = i < step ? 0 : row[i - step], up = above[i], corner = i < step ? 0 : above[i - step];
            row[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    /// <summary>Whichever neighbour is nearest to left + up - corner.</summary>
    private static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    /// <summary>Decodes a pixel of a row to a place of the picture.</summary>
    private void Put(ReadOnlySpan<byte> row, int x, int place)
    {
        int samples = _header.Samples, channels = _header.Channels, alpha = Opaque;
        for (int s = 0; s < samples; s++) _sample[s] = Sample(row, x * samples + s);
        if (_header.ColorType == PngHeader.Palette) alpha = LookUp(_sample[0], place);
        else
        {
            if (IsTransparent(samples)) alpha = 0;
            for (int s = 0; s < samples; s++) _sample[s] = To8Bits(_sample[s]);
            if (samples > channels) alpha = _sample[channels];
        }
        int plane = _header.Height * _header.Width;
        for (int c = 0; c < channels; c++)
            _pixels[c * plane + place] = (byte)((_sample[c] * alpha + background * (Opaque - alpha) + Opaque / 2) / Opaque);
    }

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        int depth = _header.BitDepth;
        if (depth == 8) return row[index];
        if (depth == 16) return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]);
        int bit = index * depth;
        return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }

    /// <summary>The colour of a palette entry.</summary>
    /// <returns>Its opacity.</returns>
    private int LookUp(int entry, int place)
    {
        if (3 * entry >= chunks.Palette.Length)
            throw new ModelFormatException(name, chunks.Data[0].Start, $"PNG palette entry at row {place / _header.Width}, column {place % _header.Width}", $"0 to {chunks.Palette.Length / 3 - 1}", $"{entry}");
        for (int c = 0; c < 3; c++) _sample[c] = chunks.Palette[3 * entry + c];
        return entry < chunks.Transparency.Length ? chunks.Transparency[entry] : Opaque;
    }

    private bool IsTransparent(int samples)
    {
        if (chunks.Transparency.Length == 0) return false;
        for (int s = 0; s < samples; s++)
            if (BinaryPrimitives.ReadUInt16BigEndian(chunks.Transparency.AsSpan(2 * s)) != _sample[s]) return false;
        return true;
    }

    private int To8Bits(int sample)
    {
        int most = (1 << _header.BitDepth) - 1;
        return (sample * 255 + most / 2) / most;
    }
}
