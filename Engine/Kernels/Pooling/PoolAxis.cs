namespace Engine.Kernels.Pooling;

/// <summary>One axis of a pooling, rows or columns: for each position of what is computed, the positions it is computed from, in rising order.</summary>
/// <remarks>Forward these are the places of a window; backward the windows that see an input position. Each comes with its number within its window (places
/// in the padding not counted) and with how many places that window has along the axis.</remarks>
internal unsafe struct PoolAxis
{
    private int* _starts;
    private PoolEntry* _entries;

    /// <summary>Positions that are computed.</summary>
    public int Length { get; private init; }

    /// <summary>Positions they are computed from.</summary>
    public int SourceLength { get; private init; }

    /// <summary>Working memory, in floats, that an axis of a pooling takes.</summary>
    public static long Memory(in Pool2dGeometry g, bool rows)
    {
        long entries = 0;
        for (int window = 0, windows = Windows(g, rows); window < windows; window++) entries += Window(g, rows, window).Count;
        return Math.Max(Windows(g, rows), Inputs(g, rows)) + 1L + 3 * entries;
    }

    /// <summary>Windows over the input.</summary>
    public static PoolAxis Forward(in Pool2dGeometry g, bool rows, float* memory)
    {
        PoolAxis axis = new() { Length = Windows(g, rows), SourceLength = Inputs(g, rows) };
        axis.Use(memory);
        for (int window = 0, at = 0; window < axis.Length; window++)
        {
            (int from, int step, int count) = Window(g, rows, window);
            for (int i = 0; i < count; i++) axis._entries[at++] = new(from + i * step, i, count);
            axis._starts[window + 1] = at;
        }
        return axis;
    }

    /// <summary>Input positions over the windows' gradients.</summary>
    public static PoolAxis Backward(in Pool2dGeometry g, bool rows, float* memory)
    {
        PoolAxis axis = new() { Length = Inputs(g, rows), SourceLength = Windows(g, rows) };
        axis.Use(memory);
        int* starts = axis._starts; // counted, then summed up, then moved on by each entry: in the end where the next position's entries begin
        new Span<int>(starts, axis.Length + 1).Clear();
        for (int window = 0; window < axis.SourceLength; window++)
        {
            (int from, int step, int count) = Window(g, rows, window);
            for (int i = 0; i < count; i++)
                if (from + i * step + 2 <= axis.Length) starts[from + i * step + 2]++;
        }
        for (int p = 2; p <= axis.Length; p++) starts[p] += starts[p - 1];
        for (int window = 0; window < axis.SourceLength; window++)
        {
            (int from, int step, int count) = Window(g, rows, window);
            for (int i = 0; i < count; i++) axis._entries[starts[from + i * step + 1]++] = new(window, i, count);
        }
        return axis;
    }

    /// <summary>The first entry of position <paramref name="p"/>; the last is before the next position's first.</summary>
    public readonly PoolEntry* First(int p) => _entries + _starts[p];

    private static int Windows(in Pool2dGeometry g, bool rows) => rows ? g.OutHeight : g.OutWidth;

    private static int Inputs(in Pool2dGeometry g, bool rows) => rows ? g.InHeight : g.InWidth;

    private static (int From, int Step, int Count) Window(in Pool2dGeometry g, bool rows, int window)
    {
        (int from, int to) = rows ? g.Rows(window) : g.Columns(window);
        int step = rows ? g.Dilation.Height : g.Dilation.Width;
        return (from, step, (to - from + step - 1) / step);
    }

    private void Use(float* memory)
    {
        _starts = (int*)memory;
        _entries = (PoolEntry*)(_starts + Math.Max(Length, SourceLength) + 1);
        _starts[0] = 0;
    }
}

/// <summary>A place of a window, seen from either side.</summary>
/// <param name="Source">The position that is read.</param>
/// <param name="Number">The place's number in its window.</param>
/// <param name="Extent">How many places the window has.</param>
internal readonly record struct PoolEntry(int Source, int Number, int Extent);
