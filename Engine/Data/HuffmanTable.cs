namespace Engine.Data;

/// <summary>A canonical Huffman code of deflate: short codes by one look-up, long ones bit by bit.</summary>
internal sealed class HuffmanTable
{
    /// <summary>Codes up to this length are in <see cref="Fast"/>. 10 bits are 2 KiB: both tables of a block stay in the first-level cache.</summary>
    public const int FastBits = 10;

    /// <summary>The longest code deflate allows.</summary>
    public const int MaxBits = 15;

    private readonly int[] _count = new int[MaxBits + 1]; // codes of each length
    private readonly ushort[] _symbols = new ushort[288]; // in order of code

    /// <summary>By the next <see cref="FastBits"/> bits: symbol * 16 + code length; 0 where the code is longer or does not exist.</summary>
    public ushort[] Fast { get; } = new ushort[1 << FastBits];

    /// <summary>Builds the code from the length of each symbol's code.</summary>
    /// <param name="lengths">Per symbol, 0 (unused) to <see cref="MaxBits"/>.</param>
    /// <param name="allowIncomplete">Whether one single code of one bit, or none at all, will do: distances may be so.</param>
    /// <returns>Whether the lengths form a complete prefix code.</returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool allowIncomplete)
    {
        Array.Clear(_count);
        Array.Clear(Fast);
        foreach (byte length in lengths) _count[length]++;
        int used = lengths.Length - _count[0], left = 1;
        _count[0] = 0;
        Span<int> offset = stackalloc int[MaxBits + 2], code = stackalloc int[MaxBits + 2];
        offset.Clear();
        code.Clear();
        for (int length = 1; length <= MaxBits; length++)
        {
            left = left * 2 - _count[length];
            if (left < 0) return false; // over-subscribed
            offset[length + 1] = offset[length] + _count[length];
            code[length + 1] = (code[length] + _count[length]) << 1;
        }
        if (left > 0 && !(allowIncomplete && (used == 0 || (used == 1 && _count[1] == 1)))) return false;
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0) continue;
            _symbols[offset[length]++] = (ushort)symbol;
            int reversed = Reverse(code[length]++, length);
            if (length <= FastBits)
                for (int i = reversed; i < Fast.Length; i += 1 << length) Fast[i] = (ushort)(symbol << 4 | length);
        }
        return true;
    }

    /// <summary>Decodes a code of any length.</summary>
    /// <param name="bits">The next bits of the stream, first bit lowest.</param>
    /// <returns>Symbol * 16 + code length, or 0 where no code fits.</returns>
    public int DecodeSlowly(ulong bits)
    {
        int code = 0, first = 0, index = 0;
        for (int length = 1; length <= MaxBits; length++, bits >>= 1)
        {
            code |= (int)bits & 1;
            int count = _count[length];
            if (code - count < first) return _symbols[index + (code - first)] << 4 | length;
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return 0;
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int i = 0; i < length; i++, code >>= 1) reversed = reversed << 1 | (code & 1);
        return reversed;
    }
}
