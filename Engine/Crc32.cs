namespace Engine;

/// <summary>CRC-32 of gzip, PNG and zip (IEEE 802.3, reflected polynomial 0xEDB88320), eight bytes at a time.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables(); // [8, 256]: table k advances a byte over k more zero bytes

    /// <summary>The checksum of bytes.</summary>
    /// <param name="data">The bytes.</param>
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> t = Tables;
        uint crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            ulong eight = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(data) ^ crc;
            crc = t[7 * 256 + (byte)eight] ^ t[6 * 256 + (byte)(eight >> 8)] ^ t[5 * 256 + (byte)(eight >> 16)] ^ t[4 * 256 + (byte)(eight >> 24)]
                ^ t[3 * 256 + (byte)(eight >> 32)] ^ t[2 * 256 + (byte)(eight >> 40)] ^ t[256 + (byte)(eight >> 48)] ^ t[(byte)(eight >> 56)];
        }
        foreach (byte b in data) crc = t[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint b = 0; b < 256; b++)
        {
            uint crc = b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            tables[b] = crc;
        }
        for (int i = 256; i < tables.Length; i++) tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
