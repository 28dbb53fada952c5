using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Engine.Data;

/// <summary>Decodes one deflate stream (RFC 1951) and knows exactly where it ends.</summary>
/// <remarks>System.IO.Compression reads ahead, takes a truncated stream for a finished one and does not tell what it left over;
/// a file is only known to be whole when all three are known.</remarks>
internal ref struct Inflater
{
    private static ReadOnlySpan<ushort> LengthBase => [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static ReadOnlySpan<ushort> DistanceBase => [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
    private static ReadOnlySpan<byte> DistanceExtra => [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly ReadOnlySpan<byte> _source;
    private readonly string _file, _sizeFrom;
    private readonly int _offset;
    private readonly int _size;
    private readonly HuffmanTable _literals = new(), _distances = new();
    private byte[] _output;
    private int _written;
    private ulong _bits; // the next bits of the stream, first bit lowest
    private int _bitCount; // how many of them count
    private int _position; // of the next byte to load

    private Inflater(ReadOnlySpan<byte> source, int size, string file, int offset, string sizeFrom)
    {
        _source = source;
        (_size, _file, _offset, _sizeFrom) = (size, file, offset, sizeFrom);
        // a size that lies costs no memory: the buffer starts at 8 times the input and doubles only as data really comes
        _output = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, 8L * source.Length + 1024));
    }

    /// <summary>Decodes a deflate stream that must fill its source to the last bit and give exactly so many bytes.</summary>
    /// <param name="source">The compressed bytes, no more.</param>
    /// <param name="size">Bytes it decodes to.</param>
    /// <param name="file">Name of the file, for messages.</param>
    /// <param name="offset">Where the source starts in the file, for messages.</param>
    /// <param name="sizeFrom">What says the size, for messages.</param>
    /// <exception cref="ModelFormatException">The stream is damaged, cut off, or followed by something else.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> source, int size, string file, int offset, string sizeFrom = "the trailer")
    {
        Inflater inflater = new(source, size, file, offset, sizeFrom);
        while (!inflater.Block())
        {
        }
        inflater.SkipPadding();
        int end = inflater._position - inflater._bitCount / 8;
        if (end != source.Length)
            throw inflater.Fault("the end of the compressed data", $"{source.Length - end} bytes more before the trailer", end);
        if (inflater._written != size)
            throw inflater.Fault($"{size} decompressed bytes as {sizeFrom} says", $"{inflater._written}", end);
        return inflater._output;
    }

    /// <summary>Decodes one block.</summary>
    /// <returns>Whether it was the last.</returns>
    private bool Block()
    {
        bool last = Take(1) == 1;
        int kind = (int)Take(2);
        switch (kind)
        {
            case 0:
                Stored();
                break;
            case 1:
                FixedCodes();
                Codes();
                break;
            case 2:
                DynamicCodes();
                Codes();
                break;
            default:
                throw Fault("a block of kind 0, 1 or 2", "kind 3");
        }
        return last;
    }

    private void Stored()
    {
        SkipPadding();
        int length = (int)Take(16), complement = (int)Take(16);
        if (length != (~complement & 0xFFFF)) throw Fault($"the complement of the stored length {length}", $"0x{complement:X4}");
        Reserve(length);
        int start = _position - _bitCount / 8;
        if (length > _source.Length - start) throw Truncated();
        _source.Slice(start, length).CopyTo(_output.AsSpan(_written));
        _written += length;
        (_position, _bits, _bitCount) = (start + length, 0, 0);
    }

    private readonly void FixedCodes()
    {
        Span<byte> lengths = stackalloc byte[288];
        lengths[..144].Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        lengths[280..].Fill(8);
        _literals.TryBuild(lengths, allowIncomplete: false);
        lengths[..32].Fill(5); // 30 and 31 take part in the code but may not occur
        _distances.TryBuild(lengths[..32], allowIncomplete: false);
    }

    private void DynamicCodes()
    {
        int literals = (int)Take(5) + 257, distances = (int)Take(5) + 1, count = (int)Take(4) + 4;
        if (literals > 286 || distances > 30) throw Fault("at most 286 literal and 30 distance codes", $"{literals} and {distances}");
        Span<byte> lengths = stackalloc byte[286 + 30];
        lengths.Clear();
        for (int i = 0; i < count; i++) lengths[LengthOrder[i]] = (byte)Take(3);
        if (!_literals.TryBuild(lengths[..19], allowIncomplete: false)) throw Fault("a complete code for the code lengths", "one that is not");
        lengths[..19].Clear();
        for (int i = 0; i < literals + distances;)
        {
            int symbol = Symbol(_literals);
            if (symbol < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }
            if (symbol == 16 && i == 0) throw Fault("a code length to repeat", "none before it");
            byte value = symbol == 16 ? lengths[i - 1] : (byte)0;
            int repeat = symbol == 16 ? 3 + (int)Take(2) : symbol == 17 ? 3 + (int)Take(3) : 11 + (int)Take(7);
            if (repeat > literals + distances - i) throw Fault($"{literals + distances} code lengths", "more");
            lengths.Slice(i, repeat).Fill(value);
            i += repeat;
        }
        if (lengths[256] == 0) throw Fault("a code for the end of the block", "none");
        if (!_literals.TryBuild(lengths[..literals], allowIncomplete: false)) throw Fault("a complete code for literals and lengths", "one that is not");
        if (!_distances.TryBuild(lengths.Slice(literals, distances), allowIncomplete: true)) throw Fault("a complete code for distances", "one that is not");
    }

    /// <summary>Decodes literals and matches until the block ends: the loop where all the time goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Codes()
    {
        ReadOnlySpan<ushort> fast = _literals.Fast;
        while (true)
        {
            Refill(); // 56 bits: enough for a length code with its extra bits (20) and a distance code with its own (28)
            int entry = fast[(int)_bits & ((1 << HuffmanTable.FastBits) - 1)];
            if (entry == 0) entry = Long(_literals);
            Drop(entry & 15);
            int symbol = entry >> 4;
            if (symbol < 256)
            {
                if (_written == _output.Length) Reserve(1);
                _output[_written++] = (byte)symbol;
                continue;
            }
            if (symbol == 256) return;
            if (symbol > 285) throw Fault("a length code up to 285", $"{symbol}");
            int length = LengthBase[symbol - 257] + (int)Bits(LengthExtra[symbol - 257]);
            symbol = Symbol(_distances);
            if (symbol > 29) throw Fault("a distance code up to 29", $"{symbol}");
            int distance = DistanceBase[symbol] + (int)Bits(DistanceExtra[symbol]);
            if (distance > _written) throw Fault($"a distance of at most {_written}", $"{distance}");
            if (length > _output.Length - _written) Reserve(length);
            Span<byte> to = _output.AsSpan(_written, length);
            if (distance >= length) _output.AsSpan(_written - distance, length).CopyTo(to);
            else if (distance == 1) to.Fill(_output[_written - 1]);
            else
                for (int i = 0; i < to.Length; i++) to[i] = _output[_written - distance + i]; // overlapping: repeats the last bytes
            _written += length;
        }
    }

    private int Symbol(HuffmanTable table)
    {
        if (_bitCount < 28) Refill();
        int entry = table.Fast[(int)_bits & ((1 << HuffmanTable.FastBits) - 1)];
        if (entry == 0) entry = Long(table);
        Drop(entry & 15);
        return entry >> 4;
    }

    private readonly int Long(HuffmanTable table)
    {
        int entry = table.DecodeSlowly(_bits);
        return entry != 0 ? entry : throw (_bitCount < HuffmanTable.MaxBits ? Truncated() : Fault("a code of the block's table", "bits that are none"));
    }

    private uint Take(int count)
    {
        if (_bitCount < count) Refill();
        return Bits(count);
    }

    private uint Bits(int count)
    {
        uint value = (uint)_bits & ((1u << count) - 1);
        Drop(count);
        return value;
    }

    private void Drop(int count)
    {
        if (count > _bitCount) throw Truncated();
        _bits >>= count;
        _bitCount -= count;
    }

    private void Refill()
    {
        if (_source.Length - _position >= 8)
        {
            _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_source[_position..]) << _bitCount; // bits above 56 are loaded again, equal, next time
            _position += (63 - _bitCount) >> 3;
            _bitCount |= 56;
            return;
        }
        for (; _bitCount <= 56 && _position < _source.Length; _bitCount += 8) _bits |= (ulong)_source[_position++] << _bitCount;
    }

    /// <summary>Goes to the next whole byte. The bits between mean nothing, but every encoder writes zeros and a flipped one is damage.</summary>
    private void SkipPadding()
    {
        if (Bits(_bitCount & 7) != 0) throw Fault("padding bits of 0", "1");
    }

    private void Reserve(int count)
    {
        if (count > _size - _written) throw Fault($"{_size} decompressed bytes as {_sizeFrom} says", "more");
        if (count > _output.Length - _written) Array.Resize(ref _output, (int)Math.Min(_size, 2L * _output.Length + count));
    }

    private readonly ModelFormatException Truncated() => new(_file, _offset + _source.Length, "compressed data",
        "more of it", "the end: the file is damaged or was cut off");

    private readonly ModelFormatException Fault(string expected, string found, int? at = null) =>
        new(_file, _offset + (at ?? _position - _bitCount / 8), "compressed data", expected, $"{found}: the file is damaged or was cut off");
}
