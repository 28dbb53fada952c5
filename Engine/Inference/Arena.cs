namespace Engine.Inference;

/// <summary>Gives places in one piece of memory to values that live from one operation to another: two share a place only where one has ended before the other
/// begins.</summary>
internal sealed class Arena
{
    private const int Line = 16; // floats of a cache line

    private readonly List<(long Start, long Length, int From, int To)> _values = [];

    /// <summary>Floats in all.</summary>
    public long Length { get; private set; }

    /// <summary>The lowest place that is free all the time, on a cache line.</summary>
    public long Take(long length, int from, int to)
    {
        length = (length + Line - 1) / Line * Line;
        long start = 0;
        foreach ((long taken, long size, int first, int last) in _values.Where(value => value.From <= to && value.To >= from).OrderBy(value => value.Start))
        {
            if (start + length <= taken) break;
            start = Math.Max(start, taken + size);
        }
        _values.Add((start, length, from, to));
        Length = Math.Max(Length, start + length);
        return start;
    }

    /// <summary>The value that has taken a place lives on, as another.</summary>
    public void Extend(long start, int to)
    {
        int last = _values.FindLastIndex(value => value.Start == start);
        _values[last] = _values[last] with { To = to };
    }
}
