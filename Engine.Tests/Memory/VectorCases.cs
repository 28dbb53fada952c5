using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Kernels;
using Engine.Kernels.Statistics;

namespace Engine.Tests.Memory;

/// <summary>Kernels over dense memory: element by element, sums, softmax, optimizers. Every length up to two and a bit of the longest vectors, and around a piece of parallel work.</summary>
internal static class VectorCases
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 40), 47, 48, 49, 63, 64, 65, 80, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 33_001];

    public static IEnumerable<KernelCase> All => Lengths.SelectMany(Elements).Concat(Enumerable.Range(1, 36).SelectMany(Softmax)).Concat(Turns());

    private static IEnumerable<KernelCase> Elements(int n)
    {
        string sizes = $"{n}";
        yield return new("elementwise", sizes, m => Elementwise.Map(default(Fma), m.Input(n), m.Output(n)));
        yield return new("elementwise", sizes + ", two", m => Elementwise.Map(default(Fma), m.Input(n), m.Input(n), m.Output(n)));
        yield return new("elementwise", sizes + ", three", m => Elementwise.Map(default(Fma), m.Input(n), m.Input(n), m.Input(n), m.Output(n)));
        yield return new("elementwise", sizes + ", one repeated", m => Elementwise.Map(default(Fma), m.Input(1), m.Input(n), m.Input(1), m.Output(n)));
        if (n > 0)
        {
            yield return new("activation statistics", sizes, m => ActivationKernel.Run(m.Output(n), rectify: true, MemoryMarshal.Cast<float, int>(m.Output(ActivationKernel.Bins))));
            yield return new("activation statistics", sizes + ", no histogram", m => ActivationKernel.Run(m.Output(n), rectify: false, []));
        }
        yield return new("row sum", sizes, m => { ReadOnlySpan<float> x = m.Input(n); m.Output(1)[0] = RowSum.Of(x); });
        yield return new("sgd", sizes, m => OptimizerKernel.Run(new SgdRule { Sign = 1, Keep = 1, BufferFactor = 0.5f, GradientFactor = 1, MinusRate = -0.5f, HasBuffer = true }, m.Input(n), m.Output(n), m.Output(n), [], []));
        yield return new("adam", sizes, m => OptimizerKernel.Run(new AdamRule { Keep = 1, Beta1 = 0.5f, OneMinusBeta1 = 0.5f, RootScale = 1, Epsilon = 2, MinusStep = -0.5f }, m.Input(n), m.Output(n), m.Output(n), m.Output(n), m.Output(n)));
    }

    private static IEnumerable<KernelCase> Softmax(int length)
    {
        foreach (int rows in (int[])[1, 3])
            foreach (bool log in (bool[])[false, true])
            {
                int n = rows * length;
                string sizes = $"{rows} {length}{(log ? ", logarithm" : "")}";
                yield return new("softmax forward", sizes, m => SoftmaxKernel.Forward(m.Input(n), length, log, m.Output(n)));
                yield return new("softmax backward", sizes, m => SoftmaxKernel.Backward(m.Input(n), m.Input(n), length, log, m.Output(n)));
            }
    }

    private static IEnumerable<KernelCase> Turns()
    {
        for (int rows = 1; rows <= 18; rows++)
            for (int columns = 1; columns <= 18; columns++)
            {
                (int r, int c) = (rows, columns);
                yield return new("transposition", $"{r} {c}", m => Turn(m, r, c));
            }
    }

    private static unsafe void Turn(Operands m, int rows, int columns)
    {
        fixed (float* from = m.Input(rows * columns), to = m.Output(rows * columns)) Transposition.Run(from, columns, to, rows, rows, columns);
    }

    /// <summary>a * b + c.</summary>
    private readonly struct Fma : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Fma(a, b, c);
    }
}
