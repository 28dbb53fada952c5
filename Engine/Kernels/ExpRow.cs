using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>The exponentials of many numbers: <see cref="Elementary.Exp"/>, step by step the same arithmetic on four at once, so the same bits.</summary>
internal static unsafe class ExpRow
{
    /// <summary>Within it neither the result nor 2^k leaves the range of normal numbers.</summary>
    private const double Safe = 700;

    /// <summary>What is added to a whole number below 2^51 leaves it in the low bits.</summary>
    private const double ToBits = 6755399441055744; // 1.5 * 2^52

    /// <summary>x[i] = exp(x[i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(double* x, int count)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (Vector256<double> safe = Vector256.Create(Safe); i + 16 <= count; i += 16)
            {
                Vector256<double> a = Vector256.Load(x + i), b = Vector256.Load(x + i + 4), c = Vector256.Load(x + i + 8), d = Vector256.Load(x + i + 12);
                Vector256<double> largest = Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)));
                if (Vector256.LessThanAll(largest, safe)) Four(x + i, a, b, c, d);
                else for (int j = i; j < i + 16; j++) x[j] = Elementary.Exp(x[j]);
            }
        for (; i < count; i++) x[i] = Elementary.Exp(x[i]);
    }

    /// <summary>Four chains at once, for each waits some eight cycles between its terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(double* x, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        Vector256<double> ka = Turns(a), kb = Turns(b), kc = Turns(c), kd = Turns(d);
        (a, b, c, d) = (Rest(a, ka), Rest(b, kb), Rest(c, kc), Rest(d, kd));
        Vector256<double> sumA = default, sumB = default, sumC = default, sumD = default;
        foreach (double inverse in Elementary.InverseFactorials)
        {
            Vector256<double> term = Vector256.Create(inverse);
            (sumA, sumB, sumC, sumD) = (sumA * a + term, sumB * b + term, sumC * c + term, sumD * d + term);
        }
        (sumA * Power(ka)).Store(x);
        (sumB * Power(kb)).Store(x + 4);
        (sumC * Power(kc)).Store(x + 8);
        (sumD * Power(kd)).Store(x + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Turns(Vector256<double> x) => Vector256.Round(x * Elementary.InverseLn2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Rest(Vector256<double> x, Vector256<double> k) => x - k * Elementary.Ln2High - k * Elementary.Ln2Low;

    /// <summary>2 to the k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Power(Vector256<double> k) => (((k + Vector256.Create(ToBits)).AsInt64() + Vector256.Create(1023L)) << 52).AsDouble();
}
