using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>What a kernel reads next, lying here and there: it is fetched into the L2 while the kernel computes, a few lines at a time. Changes no result.</summary>
internal unsafe struct AheadLines
{
    /// <summary>Places at most.</summary>
    private const int Most = 64;

    private const int Line = Caches.Line;

    private fixed long _places[Most];
    private fixed int _lines[Most];
    private int _count, _place, _line;

    /// <summary>All lines that were added.</summary>
    public int Lines { get; private set; }

    /// <summary>Forgets all places.</summary>
    public void Clear() => (_count, _place, _line, Lines) = (0, 0, 0, 0);

    /// <summary>Adds a place, if there is room.</summary>
    public void Add(float* place, long floats)
    {
        if (_count == Most) return;
        int lines = (int)((floats + Line - 1) / Line);
        _places[_count] = (long)place;
        _lines[_count++] = lines;
        Lines += lines;
    }

    /// <summary>Fetches the next lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fetch(int lines)
    {
        while (_place < _count && lines > 0)
        {
            float* at = (float*)_places[_place] + (long)_line * Line;
            int some = Math.Min(lines, _lines[_place] - _line);
            Caches.Ahead(at, rows: 1, step: 0, some * Line);
            lines -= some;
            _line += some;
            if (_line < _lines[_place]) return;
            (_place, _line) = (_place + 1, 0);
        }
    }
}
