using System.Runtime.InteropServices;

namespace Engine.Tests.Memory;

/// <summary>Where the operands of one kernel call lie. The same calls give the same numbers in any memory.</summary>
internal abstract unsafe class Operands : IDisposable
{
    private readonly Rng _rng = new(3);
    private readonly List<(nint Pointer, byte[] Before, bool IsOutput)> _taken = [];

    /// <summary>What the outputs hold now.</summary>
    public byte[][] Results => [.. _taken.Where(t => t.IsOutput).Select(t => new Span<byte>((byte*)t.Pointer, t.Before.Length).ToArray())];

    /// <summary>An operand that is only read: random numbers.</summary>
    public ReadOnlySpan<float> Input(int count) => Take(count, isOutput: false);

    /// <summary>An operand that is written, and read where the kernel adds to it: random numbers at first.</summary>
    public Span<float> Output(int count) => Take(count, isOutput: true);

    /// <summary>Bytes that are only read: random ones.</summary>
    public ReadOnlySpan<byte> InputBytes(int count) => TakeBytes(count, isOutput: false);

    /// <summary>Bytes that are written: random ones at first.</summary>
    public Span<byte> OutputBytes(int count) => TakeBytes(count, isOutput: true);

    /// <summary>What was damaged, or null.</summary>
    public virtual string? Damage()
    {
        for (int i = 0; i < _taken.Count; i++)
            if (!_taken[i].IsOutput && !new Span<byte>((byte*)_taken[i].Pointer, _taken[i].Before.Length).SequenceEqual(_taken[i].Before)) return $"operand {i}, an input, was changed";
        return null;
    }

    public abstract void Dispose();

    /// <summary>Memory for one operand; of floats where the number divides by their size.</summary>
    protected abstract byte* Allocate(int bytes);

    private Span<float> Take(int count, bool isOutput)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = _rng.Uniform(-1, 1);
        return MemoryMarshal.Cast<byte, float>(Place(MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), isOutput));
    }

    private Span<byte> TakeBytes(int count, bool isOutput) => Place([.. Enumerable.Range(0, count).Select(_ => (byte)_rng.NextInt(256))], isOutput);

    private Span<byte> Place(byte[] values, bool isOutput)
    {
        byte* pointer = Allocate(values.Length);
        Span<byte> span = new(pointer, values.Length);
        values.CopyTo(span);
        _taken.Add(((nint)pointer, values, isOutput));
        return span;
    }
}

/// <summary>Ordinary memory: the expected results.</summary>
internal sealed unsafe class PlainOperands : Operands
{
    private readonly List<byte[]> _arrays = [];

    public override void Dispose() => _arrays.Clear();

    protected override byte* Allocate(int bytes)
    {
        byte[] array = GC.AllocateArray<byte>(bytes + 1, pinned: true);
        _arrays.Add(array);
        fixed (byte* start = array) return start;
    }
}
