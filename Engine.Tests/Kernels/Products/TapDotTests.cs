using Engine.Kernels.Products;

namespace Engine.Tests.Kernels.Products;

/// <summary>Every lane is its own chain of fused multiply-adds in the order of taps, then vectors, and lanes are added by one tree.</summary>
[TestFixture]
internal sealed unsafe class TapDotTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17];

    [Test]
    public void All_widths_give_the_bits_of_one_chain_for_every_number_of_rows([ValueSource(nameof(Sizes))] int rows)
    {
        Rng rng = new(41);
        foreach (int columns in (int[])[0, 1, 2, 3, 4, 5, 6, 7, 10]) Check(rows, columns, taps: 1 + (rows + columns) % 4, vectors: 1 + columns % 4, rng);
    }

    [Test]
    public void Without_taps_sums_stay_as_they_are() => Check(rows: 5, columns: 4, taps: 0, vectors: 1, new Rng(42));

    [Test]
    public void Lanes_are_added_by_halves([Values(1, 3, 7, 8, 16, 63, 64, 65, 130)] int count)
    {
        float[] sums = Widths.Numbers(count * 16, new Rng(43)), result = new float[count + 1];
        result[count] = 7;
        fixed (float* pSums = sums, pResult = result) TapDot.Fold(pSums, count, pResult);
        float[] expected = [.. Enumerable.Range(0, count).Select(i => Tree(sums.AsSpan(i * 16, 16).ToArray())), 7];
        Assert.That(Widths.Bits(result), Is.EqualTo(Widths.Bits(expected)));
    }

    private static float Tree(float[] lanes)
    {
        for (int half = 8; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    /// <summary>Steps are none of each other's, so that a swapped stride shows; taps overlap and are not in order.</summary>
    private static void Check(int rows, int columns, int taps, int vectors, Rng rng)
    {
        int aRow = vectors * 16 + 5, bColumn = vectors * 16 + 11, cColumn = rows * 16 + 3;
        long[] tapsA = [.. Enumerable.Range(0, taps).Select(t => (taps - 1L - t) * 9)], tapsB = [.. Enumerable.Range(0, taps).Select(t => t * 4L)];
        float[] a = Widths.Numbers(rows * aRow + taps * 9, rng), b = Widths.Numbers(columns * bColumn + taps * 4, rng), start = Widths.Numbers(columns * cColumn + 1, rng);
        float[] expected = [.. start];
        for (int column = 0; column < columns; column++)
            for (int row = 0; row < rows; row++)
                for (int lane = 0; lane < 16; lane++)
                {
                    ref float sum = ref expected[column * cColumn + row * 16 + lane];
                    for (int t = 0; t < taps; t++)
                        for (int k = 0; k < vectors; k++)
                            sum = MathF.FusedMultiplyAdd(a[tapsA[t] + row * aRow + k * 16 + lane], b[tapsB[t] + column * bColumn + k * 16 + lane], sum);
                }
        foreach (int width in Widths.All.Append(0))
        {
            float[] c = [.. start];
            fixed (float* pa = a, pb = b, pc = c)
            fixed (long* pTapsA = tapsA, pTapsB = tapsB)
            {
                TapDot g = new() { A = pa, B = pb, C = pc, TapsA = pTapsA, TapsB = pTapsB, Taps = taps, Vectors = vectors, ARow = aRow, BColumn = bColumn, CColumn = cColumn };
                if (width == 0) TapDot.Run(g, rows, columns);
                else Widths.Run(width, g, rows, columns);
            }
            Assert.That(Widths.Bits(c), Is.EqualTo(Widths.Bits(expected)), $"{rows} x {columns}, {taps} taps of {vectors}, width {width}");
        }
    }
}
