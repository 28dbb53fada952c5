namespace Engine.Tests.Memory;

/// <summary>Operands between NaNs of a pattern of their own: read, they spoil the result; overwritten, they are missed.</summary>
internal sealed unsafe class CanaryOperands : Operands
{
    private const int Around = 80; // more than the widest tile reads at once
    private static readonly float Canary = BitConverter.Int32BitsToSingle(0x7FC5_A5A5);
    private readonly List<(float[] Array, int From, int Count)> _arrays = [];

    public override void Dispose() => _arrays.Clear();

    public override string? Damage()
    {
        for (int operand = 0; operand < _arrays.Count; operand++)
        {
            (float[] array, int from, int count) = _arrays[operand];
            for (int i = 0; i < array.Length; i++)
                if ((i < from || i >= from + count) && BitConverter.SingleToInt32Bits(array[i]) != BitConverter.SingleToInt32Bits(Canary))
                    return $"operand {operand} of {count} elements: something was written at {i - from}";
        }
        return base.Damage();
    }

    protected override float* Allocate(int count)
    {
        int from = Around + _arrays.Count % 4; // not all at the same distance from a cache line
        float[] array = GC.AllocateArray<float>(from + count + Around, pinned: true);
        Array.Fill(array, Canary);
        _arrays.Add((array, from, count));
        fixed (float* start = array) return start + from;
    }
}
