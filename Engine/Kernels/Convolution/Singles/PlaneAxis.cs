using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.Singles;

/// <summary>A tap of one axis, as lanes of pixels see it.</summary>
internal unsafe struct PlaneTap
{
    /// <summary>Number of the tap.</summary>
    public int Tap;

    /// <summary>The first and the last position that sees it.</summary>
    public int Low, High;

    /// <summary>How far its source lies from a lane's own place in the planes.</summary>
    public long Offset;

    /// <summary>Ones in the lanes that see it, zeros in the others; null where all do.</summary>
    public float* Mask;
}

/// <summary>The taps of one axis of a convolution, rows or columns, where pixels are the lanes: positions that lie a phase apart (see <see cref="TapAxis"/>) see the same
/// taps at the same distance, but for those beyond the edges of the source, which each lane leaves out for itself.</summary>
internal unsafe struct PlaneAxis
{
    private const int TapFloats = 8;
    private readonly PlaneTap* _taps;
    private readonly int _kernel, _length, _phase;

    /// <summary>Finds the taps.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="kernel">Taps of the kernel.</param>
    /// <param name="step">From one position to the next of its phase, in the planes.</param>
    /// <param name="plane">From the plane of one position of the source to that of the next.</param>
    /// <param name="memory"><see cref="Memory"/> floats.</param>
    public PlaneAxis(in TapAxis axis, int kernel, long step, long plane, float* memory)
    {
        _taps = (PlaneTap*)memory;
        (_kernel, _length, _phase) = (kernel, axis.Length, axis.Phase);
        Phases = Math.Min(axis.Phase, axis.Length);
        for (int phase = 0; phase < Phases; phase++)
        {
            PlaneTap* taps = _taps + phase * kernel;
            for (int u = 0; u < kernel; u++) taps[u].High = -1;
            for (int p = phase, a = 0, end; p < axis.Length; p = end)
            {
                end = axis.End(p);
                int last = a + (axis.Phase == 1 ? end - p : (end - p) / axis.Phase) - 1;
                for (int i = 0, u = axis.First(p), at = axis.Source(p); i < axis.Count(p); i++, u += axis.TapStep, at += axis.SourceStep)
                {
                    if (taps[u].High < 0)
                    {
                        int q = axis.Move == 1 ? at : at / axis.Move;
                        taps[u] = new() { Tap = u, Low = a, Offset = (q - a) * step + (at - q * axis.Move) * plane };
                    }
                    taps[u].High = last;
                }
                a = last + 1;
            }
        }
    }

    /// <summary>Distances of positions modulo the phase, as many as there are.</summary>
    public int Phases { get; }

    /// <summary>Working memory for so many taps.</summary>
    public static long Memory(in TapAxis axis, int kernel) => (long)axis.Phase * kernel * TapFloats;

    /// <summary>Positions of a phase.</summary>
    public readonly int Count(int phase) => _phase == 1 ? _length : (_length - phase + _phase - 1) / _phase;

    /// <summary>The taps of a phase that any position sees, and how many.</summary>
    public readonly PlaneTap* Taps(int phase, out int count)
    {
        PlaneTap* taps = _taps + phase * _kernel;
        count = 0;
        for (int u = 0; u < _kernel; u++)
            if (taps[u].High >= 0) taps[count++] = taps[u];
        for (int u = count; u < _kernel; u++) taps[u].High = -1; // found again the next time
        return taps;
    }
}
