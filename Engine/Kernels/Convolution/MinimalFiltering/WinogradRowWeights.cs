using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Engine.Kernels.Convolution.Singles;

namespace Engine.Kernels.Convolution.MinimalFiltering;

/// <summary>The numbers of <see cref="WinogradWeights"/> in rows, for single images: for each point [source channel][result channel]. Eight kernels at a time.</summary>
internal static unsafe class WinogradRowWeights
{
    /// <summary>Weights in a piece of work: some 1 us.</summary>
    private const int PieceSize = 400;

    /// <summary>Kernels side by side.</summary>
    public const int Lanes = 8;

    private const double A = Winograd.A, B = Winograd.B, A2 = A * A, B2 = B * B;

    /// <summary>Weights [O, C, 3, 3] to rows for the forward pass, or with the kernel turned for the input gradient. Result channels are a multiple of 8.</summary>
    public static void Pack(in Conv2dGeometry g, float* weight, float* packed, bool toInputs)
    {
        using Scratch rows = Scratch.Rent(Conv2dRowWeights.Length(g, toInputs)); // [tap][source channel][result channel]
        Conv2dRowWeights.Pack(g, weight, rows.Pointer, toInputs);
        Body body = new() { Rows = rows.Pointer, Packed = packed, Sources = toInputs ? g.OutChannels : g.InChannels, Results = toInputs ? g.InChannels : g.OutChannels, Turned = toInputs };
        Work.For(body.Sources, 1 + PieceSize / body.Results, ref body);
    }

    /// <summary>An item is one source channel.</summary>
    private struct Body : IWorkBody
    {
        public float* Rows, Packed;
        public int Sources, Results;
        public bool Turned;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int from, int to)
        {
            long tap = (long)Sources * Results * (Turned ? -1 : 1), step = WinogradWeights.PointStep(Sources, Results);
            float* first = Rows + (Turned ? 8L * Sources * Results : 0);
            ToPoints(first + (long)from * Results, tap, Packed + (long)from * Results, step, (to - from) * Results);
        }
    }

    /// <summary>Kernels side by side, taps <paramref name="tap"/> apart, to points <paramref name="step"/> apart. Where the last are fewer than eight, more are read, but not written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToPoints(float* w, long tap, float* to, long step, int count)
    {
        Vector512<double>* columns = stackalloc Vector512<double>[18];
        float* line = stackalloc float[Winograd.Window * Lanes];
        for (int left = count; left > 0; left -= Lanes, w += Lanes, to += Lanes)
        {
            float* row = w, at = to;
            for (int v = 0; v < 3; v++, row += tap) Line(Load(row), Load(row + 3 * tap), Load(row + 6 * tap), out columns[v], out columns[3 + v], out columns[6 + v], out columns[9 + v], out columns[12 + v], out columns[15 + v]);
            for (int r = 0; r < Winograd.Window; r++, at += Winograd.Window * step)
            {
                Line(columns[3 * r], columns[3 * r + 1], columns[3 * r + 2], out Vector512<double> q0, out Vector512<double> q1, out Vector512<double> q2, out Vector512<double> q3, out Vector512<double> q4, out Vector512<double> q5);
                float* points = left < Lanes ? line : at;
                long apart = left < Lanes ? Lanes : step;
                Store(q0, points);
                Store(q1, points + apart);
                Store(q2, points + 2 * apart);
                Store(q3, points + 3 * apart);
                Store(q4, points + 4 * apart);
                Store(q5, points + 5 * apart);
                for (int q = 0; left < Lanes && q < Winograd.Window; q++) new ReadOnlySpan<float>(line + q * Lanes, left).CopyTo(new Span<float>(at + q * step, left));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line(Vector512<double> w0, Vector512<double> w1, Vector512<double> w2, out Vector512<double> q0, out Vector512<double> q1, out Vector512<double> q2, out Vector512<double> q3, out Vector512<double> q4, out Vector512<double> q5)
    {
        q0 = w0 * WinogradWeights.ByZero;
        Vector512<double> even = (w0 + A2 * w2) * WinogradWeights.ByA, odd = A * WinogradWeights.ByA * w1;
        q1 = even + odd;
        q2 = even - odd;
        even = (w0 + B2 * w2) * WinogradWeights.ByB;
        odd = B * WinogradWeights.ByB * w1;
        q3 = even + odd;
        q4 = even - odd;
        q5 = w2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(float* from)
    {
        Vector256<float> values = Vector256.Load(from);
        return Avx512F.IsSupported ? Avx512F.ConvertToVector512Double(values) : Vector512.Create(Vector256.WidenLower(values), Vector256.WidenUpper(values));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> values, float* to) =>
        (Avx512F.IsSupported ? Avx512F.ConvertToVector256Single(values) : Vector256.Narrow(values.GetLower(), values.GetUpper())).Store(to);
}
