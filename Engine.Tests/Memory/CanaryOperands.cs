using System.Runtime.InteropServices;

namespace Engine.Tests.Memory;

/// <summary>Operands between NaNs of a pattern of their own: read, they spoil the result; overwritten, they are missed.</summary>
internal sealed unsafe class CanaryOperands : Operands
{
    private const int Around = 80; // more than the widest tile reads at once
    private static readonly float Canary = BitConverter.Int32BitsToSingle(0x7FC5_A5A5);
    private readonly List<(float[] Array, int From, int Bytes)> _arrays = [];

    public override void Dispose() => _arrays.Clear();

    public override string? Damage()
    {
        for (int operand = 0; operand < _arrays.Count; operand++)
        {
            (float[] array, int from, int bytes) = _arrays[operand];
            ReadOnlySpan<byte> all = MemoryMarshal.AsBytes(array.AsSpan()), canary = MemoryMarshal.AsBytes([Canary]);
            for (int i = 0, start = from * sizeof(float); i < all.Length; i++)
                if ((i < start || i >= start + bytes) && all[i] != canary[i % sizeof(float)])
                    return $"operand {operand} of {bytes} bytes: something was written at byte {i - start}";
        }
        return base.Damage();
    }

    protected override byte* Allocate(int bytes)
    {
        int from = Around + _arrays.Count % 4; // not all at the same distance from a cache line
        float[] array = GC.AllocateArray<float>(from + (bytes + sizeof(float) - 1) / sizeof(float) + Around, pinned: true);
        Array.Fill(array, Canary);
        _arrays.Add((array, from, bytes));
        fixed (float* start = array) return (byte*)(start + from);
    }
}
