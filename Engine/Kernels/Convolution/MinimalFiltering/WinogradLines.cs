using System.Runtime.CompilerServices;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>Six places in memory: the pixels of a window, or the points of a tile, along one direction.</summary>
internal unsafe struct SixPlaces
{
    public float* P0, P1, P2, P3, P4, P5;

    /// <summary>Places that lie <paramref name="step"/> floats apart.</summary>
    public SixPlaces(float* first, long step)
    {
        P0 = first;
        P1 = first + step;
        P2 = P1 + step;
        P3 = P2 + step;
        P4 = P3 + step;
        P5 = P4 + step;
    }
}

/// <summary>The one-dimensional transforms of <see cref="Winograd"/>, for a run of lanes side by side.</summary>
internal static unsafe class WinogradLines
{
    /// <summary>Pixels to points: to[k * step + row * toRow + i] for k below 6, for <paramref name="rows"/> runs of <paramref name="lanes"/>. By itself, and with few numbers under way at once: so that the
    /// loop needs no more registers than there are (Engine.Tests/Disassembly).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToPoints<TV, TS>(in SixPlaces from, long fromRow, float* to, long step, long toRow, int rows, int lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* p0 = from.P0, p1 = from.P1, p2 = from.P2, p3 = from.P3, p4 = from.P4, p5 = from.P5;
        float* to3 = to + 3 * step;
        TV a = TS.Create(Winograd.A), b = TS.Create(Winograd.B), a2 = TS.Create(-Winograd.A2), b2 = TS.Create(-Winograd.B2);
        TV a2b2 = TS.Create(Winograd.A2B2), sum = TS.Create(-Winograd.SumOfSquares), minusA = TS.Create(-Winograd.A), minusB = TS.Create(-Winograd.B);
        fromRow -= lanes;
        toRow -= lanes;
        for (long i = 0; rows > 0; rows--, i += fromRow, to += toRow, to3 += toRow)
            for (long end = i + lanes; i < end; i += TS.Count, to += TS.Count, to3 += TS.Count)
            {
                TV x2 = TS.Load(p2 + i), x4 = TS.Load(p4 + i);
                TS.Store(TS.Fma(a2b2, TS.Load(p0 + i), TS.Fma(sum, x2, x4)), to);
                TV evenA = TS.Fma(b2, x2, x4), evenB = TS.Fma(a2, x2, x4), x1 = TS.Load(p1 + i), x3 = TS.Load(p3 + i);
                TS.Store(TS.Fma(a2b2, x1, TS.Fma(sum, x3, TS.Load(p5 + i))), to3 + 2 * step);
                TV odd = TS.Fma(b2, x1, x3);
                TS.Store(TS.Fma(a, odd, evenA), to + step);
                TS.Store(TS.Fma(minusA, odd, evenA), to + 2 * step);
                odd = TS.Fma(a2, x1, x3);
                TS.Store(TS.Fma(b, odd, evenB), to3);
                TS.Store(TS.Fma(minusB, odd, evenB), to3 + step);
            }
    }

    /// <summary>Points to results: to[k * step + i] for k below 4 and i below <paramref name="lanes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToResults<TV, TS>(in SixPlaces from, float* to, long step, int lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* p0 = from.P0, p1 = from.P1, p2 = from.P2, p3 = from.P3, p4 = from.P4, p5 = from.P5;
        TV a = TS.Create(Winograd.A), b = TS.Create(Winograd.B), a2 = TS.Create(Winograd.A2), b2 = TS.Create(Winograd.B2), a3 = TS.Create(Winograd.A3), b3 = TS.Create(Winograd.B3);
        for (long i = 0; i < lanes; i += TS.Count)
        {
            TV m1 = TS.Load(p1 + i), m2 = TS.Load(p2 + i), m3 = TS.Load(p3 + i), m4 = TS.Load(p4 + i);
            TV sumA = TS.Add(m1, m2), sumB = TS.Add(m3, m4), differenceA = TS.Subtract(m1, m2), differenceB = TS.Subtract(m3, m4);
            TS.Store(TS.Add(TS.Add(TS.Load(p0 + i), sumA), sumB), to + i);
            TS.Store(TS.Fma(b, differenceB, TS.Multiply(a, differenceA)), to + step + i);
            TS.Store(TS.Fma(b2, sumB, TS.Multiply(a2, sumA)), to + 2 * step + i);
            TS.Store(TS.Fma(b3, differenceB, TS.Fma(a3, differenceA, TS.Load(p5 + i))), to + 3 * step + i);
        }
    }

    /// <summary>Points to results in four places of their own, a bias added (one for all lanes, or one for each where there are such), and below zero made zero where asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToResults<TV, TS>(in SixPlaces from, in SixPlaces to, float bias, float* biases, bool relu, int lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        float* p0 = from.P0, p1 = from.P1, p2 = from.P2, p3 = from.P3, p4 = from.P4, p5 = from.P5, y0 = to.P0, y1 = to.P1, y2 = to.P2, y3 = to.P3;
        TV a = TS.Create(Winograd.A), b = TS.Create(Winograd.B), a2 = TS.Create(Winograd.A2), b2 = TS.Create(Winograd.B2), a3 = TS.Create(Winograd.A3), b3 = TS.Create(Winograd.B3);
        TV shift = TS.Create(bias);
        for (long i = 0; i < lanes; i += TS.Count)
        {
            TV m1 = TS.Load(p1 + i), m2 = TS.Load(p2 + i), m3 = TS.Load(p3 + i), m4 = TS.Load(p4 + i);
            TV sumA = TS.Add(m1, m2), sumB = TS.Add(m3, m4), differenceA = TS.Subtract(m1, m2), differenceB = TS.Subtract(m3, m4);
            if (biases != null) shift = TS.Load(biases + i);
            TV r0 = TS.Add(TS.Add(TS.Add(TS.Load(p0 + i), sumA), sumB), shift), r1 = TS.Add(TS.Fma(b, differenceB, TS.Multiply(a, differenceA)), shift);
            TV r2 = TS.Add(TS.Fma(b2, sumB, TS.Multiply(a2, sumA)), shift), r3 = TS.Add(TS.Fma(b3, differenceB, TS.Fma(a3, differenceA, TS.Load(p5 + i))), shift);
            if (relu)
            {
                r0 = TS.Max(r0, default);
                r1 = TS.Max(r1, default);
                r2 = TS.Max(r2, default);
                r3 = TS.Max(r3, default);
            }
            TS.Store(r0, y0 + i);
            TS.Store(r1, y1 + i);
            TS.Store(r2, y2 + i);
            TS.Store(r3, y3 + i);
        }
    }

    /// <summary>A tile's four numbers for a filter to its six points, for <paramref name="rows"/> runs of lanes: to[k * step + row * toRow + i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TileToPoints<TV, TS>(float* from, long fromStep, float* to, long step, int rows, long fromRow, long toRow, int lanes) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV a = TS.Create(Winograd.A), b = TS.Create(Winograd.B), a2 = TS.Create(Winograd.A2), b2 = TS.Create(Winograd.B2), minusA = TS.Create(-Winograd.A), minusB = TS.Create(-Winograd.B);
        float* from3 = from + 3 * fromStep, to3 = to + 3 * step;
        for (int row = 0; row < rows; row++, from += fromRow, from3 += fromRow, to += toRow, to3 += toRow)
            for (long i = 0; i < lanes; i += TS.Count)
            {
                TV d0 = TS.Load(from + i), d1 = TS.Load(from + fromStep + i), d2 = TS.Load(from + 2 * fromStep + i), d3 = TS.Load(from3 + i);
                TV even = TS.Fma(a2, d2, d0), odd = TS.Fma(a2, d3, d1);
                TS.Store(d0, to + i);
                TS.Store(TS.Fma(a, odd, even), to + step + i);
                TS.Store(TS.Fma(minusA, odd, even), to + 2 * step + i);
                even = TS.Fma(b2, d2, d0);
                odd = TS.Fma(b2, d3, d1);
                TS.Store(TS.Fma(b, odd, even), to3 + i);
                TS.Store(TS.Fma(minusB, odd, even), to3 + step + i);
                TS.Store(d3, to3 + 2 * step + i);
            }
    }

    /// <summary>Six points to three weights, one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToWeights<TV, TS>(float* from, long fromStep, float* to, long step) where TV : unmanaged where TS : struct, ISimd<TV>
    {
        TV m1 = TS.Load(from + fromStep), m2 = TS.Load(from + 2 * fromStep), m3 = TS.Load(from + 3 * fromStep), m4 = TS.Load(from + 4 * fromStep);
        TV sumA = TS.Add(m1, m2), sumB = TS.Add(m3, m4);
        TS.Store(TS.Add(TS.Add(TS.Load(from), sumA), sumB), to);
        TS.Store(TS.Fma(TS.Create(Winograd.B), TS.Subtract(m3, m4), TS.Multiply(TS.Create(Winograd.A), TS.Subtract(m1, m2))), to + step);
        TS.Store(TS.Fma(TS.Create(Winograd.B2), sumB, TS.Fma(TS.Create(Winograd.A2), sumA, TS.Load(from + 5 * fromStep))), to + 2 * step);
    }
}
