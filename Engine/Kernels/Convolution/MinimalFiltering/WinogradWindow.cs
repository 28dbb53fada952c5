using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>A window of 6 x 6 pixels on its way to the points of <see cref="Winograd"/>: down its columns to memory in L1, then along the rows. Pixels outside the image are zeros.</summary>
internal unsafe struct WinogradWindow
{
    /// <summary>Floats of a pixel that are transformed together: the window, 36 times as much, stays in L1.</summary>
    public const int Run = 128;

    /// <summary>Floats that stand for pixels outside the image: as far as the narrowest lanes of a full block reach.</summary>
    private const int Spare = Run / BatchLanes.Step * BatchLanes.FullWidth;

    /// <summary>Floats of <see cref="Memory"/>.</summary>
    public const int Length = Winograd.Points * Run + Spare;

    /// <summary>The window, the zeros after it; and the image.</summary>
    public float* Memory, Source;

    /// <summary>Size of the image in pixels, and where in it the window's first pixel lies.</summary>
    public int Height, Width, Top, Left;

    /// <summary>Floats from one pixel to the next; from one point's values to the next.</summary>
    public long Pixel, ValueStep;

    /// <summary>Columns outside the image are never written, and rows outside it read zeros.</summary>
    public readonly void Clear()
    {
        if (Left < 0 || Left + Winograd.Window > Width) new Span<float>(Memory, Winograd.Points * Run).Clear();
        if (Top < 0 || Top + Winograd.Window > Height) new Span<float>(Memory + Winograd.Points * Run, Spare).Clear();
    }

    /// <summary>Takes <paramref name="rows"/> runs of <paramref name="lanes"/> floats of each pixel, <paramref name="fromRow"/> apart, to values <paramref name="toRow"/> apart;
    /// what will be taken next lies <paramref name="ahead"/> floats further on, where not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void ToPoints<TV, TS>(long at, long fromRow, int rows, int lanes, float* values, long toRow, long ahead) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* spare = Memory + Winograd.Points * Run;
        long row = Width * Pixel;
        for (int q = 0; q < Winograd.Window; q++)
        {
            if ((uint)(Left + q) >= (uint)Width) continue; // stays zero
            float* first = Source + (Left + q) * Pixel + at;
            SixPlaces pixels = new()
            {
                P0 = (uint)Top < (uint)Height ? first + Top * row : spare,
                P1 = (uint)(Top + 1) < (uint)Height ? first + (Top + 1) * row : spare,
                P2 = (uint)(Top + 2) < (uint)Height ? first + (Top + 2) * row : spare,
                P3 = (uint)(Top + 3) < (uint)Height ? first + (Top + 3) * row : spare,
                P4 = (uint)(Top + 4) < (uint)Height ? first + (Top + 4) * row : spare,
                P5 = (uint)(Top + 5) < (uint)Height ? first + (Top + 5) * row : spare,
            };
            if (ahead > 0)
                for (int r = Math.Max(0, -Top); r < Math.Min(Winograd.Window, Height - Top); r++) Caches.Ahead(first + (Top + r) * row + ahead, rows, fromRow, lanes);
            WinogradLines.ToPoints<TV, TS>(pixels, fromRow, Memory + q * Run, Winograd.Window * Run, lanes, rows, lanes);
        }
        for (int r = 0; r < Winograd.Window; r++)
            WinogradLines.ToPoints<TV, TS>(new(Memory + r * Winograd.Window * Run, Run), lanes, values + r * Winograd.Window * ValueStep, ValueStep, toRow, rows, lanes);
    }
}
