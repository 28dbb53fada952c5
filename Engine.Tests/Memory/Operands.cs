namespace Engine.Tests.Memory;

/// <summary>Where the operands of one kernel call lie. The same calls give the same numbers in any memory.</summary>
internal abstract unsafe class Operands : IDisposable
{
    private readonly Rng _rng = new(3);
    private readonly List<(nint Pointer, float[] Before, bool IsOutput)> _taken = [];

    /// <summary>What the outputs hold now.</summary>
    public float[][] Results => [.. _taken.Where(t => t.IsOutput).Select(t => new Span<float>((float*)t.Pointer, t.Before.Length).ToArray())];

    /// <summary>An operand that is only read: random numbers.</summary>
    public ReadOnlySpan<float> Input(int count) => Take(count, isOutput: false);

    /// <summary>An operand that is written, and read where the kernel adds to it: random numbers at first.</summary>
    public Span<float> Output(int count) => Take(count, isOutput: true);

    /// <summary>What was damaged, or null.</summary>
    public virtual string? Damage()
    {
        for (int i = 0; i < _taken.Count; i++)
            if (!_taken[i].IsOutput && !new Span<float>((float*)_taken[i].Pointer, _taken[i].Before.Length).SequenceEqual(_taken[i].Before)) return $"operand {i}, an input, was changed";
        return null;
    }

    public abstract void Dispose();

    /// <summary>Memory for one operand.</summary>
    protected abstract float* Allocate(int count);

    private Span<float> Take(int count, bool isOutput)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = _rng.Uniform(-1, 1);
        float* pointer = Allocate(count);
        Span<float> span = new(pointer, count);
        values.CopyTo(span);
        _taken.Add(((nint)pointer, values, isOutput));
        return span;
    }
}

/// <summary>Ordinary memory: the expected results.</summary>
internal sealed unsafe class PlainOperands : Operands
{
    private readonly List<float[]> _arrays = [];

    public override void Dispose() => _arrays.Clear();

    protected override float* Allocate(int count)
    {
        float[] array = GC.AllocateArray<float>(count + 1, pinned: true);
        _arrays.Add(array);
        fixed (float* start = array) return start;
    }
}
