using Engine.Kernels;
using Engine.Kernels.Products;

namespace Engine.Tests.Kernels.Products;

/// <summary>Matrix products around every size at which something is cut or packed; small integers, so equality is exact.</summary>
internal sealed class GemmTests
{
    [Test]
    public void Equals_the_naive_loops_exactly_around_every_cut(
        [Values(1, 2, 7, 24, 96, 97, 250)] int m, [Values(1, 10, 31, 32, 64, 65, 130)] int n, [Values(0, 1, 96, 257, 384, 385, 800)] int k, [Values] bool transposeA, [Values] bool transposeB)
    {
        Rng rng = new(9);
        float[] a = Integers(rng, m * k), b = Integers(rng, k * n), bias = Integers(rng, n), c = Integers(rng, m * n);
        double[] product = Reference.MatMul(m, n, k, transposeA ? Turned(a, k, m) : a, transposeB ? Turned(b, n, k) : b);
        float[] added = [.. c], withBias = new float[m * n];
        Gemm.Multiply(m, n, k, a, transposeA, b, transposeB, added, SumStart.Accumulate);
        Gemm.Multiply(m, n, k, a, transposeA, b, transposeB, withBias, SumStart.LaneBias, bias);
        for (int i = 0; i < product.Length; i++)
        {
            if (added[i] != c[i] + product[i]) Assert.Fail($"c[{i / n}, {i % n}] + product: {added[i]} instead of {c[i] + product[i]}");
            if (withBias[i] != bias[i % n] + product[i]) Assert.Fail($"bias + product[{i / n}, {i % n}]: {withBias[i]} instead of {bias[i % n] + product[i]}");
        }
    }

    private static float[] Integers(Rng rng, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(rng.NextInt(9) - 4))];

    /// <summary>[rows, columns] to [columns, rows].</summary>
    private static float[] Turned(float[] x, int rows, int columns) => [.. Enumerable.Range(0, x.Length).Select(i => x[i % rows * columns + i / rows])];
}
