using Engine.Kernels.Products;

namespace Engine.Tests.Kernels.Products;

/// <summary>Sums of chains of sixteen, against a loop over single floats.</summary>
[TestFixture]
internal sealed unsafe class ChainGemmTests
{
    private static readonly int[] Rows = [1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17], Lanes = [1, 3, 16, 17, 32, 40, 48, 64, 80, 112, 131], Depths = [1, 15, 16, 17, 31, 32, 33, 48, 64, 65];

    [Test]
    public void Every_element_is_chains_of_sixteen_added_in_order([Values] bool fromZero, [Values] bool isTurned)
    {
        Rng rng = new(91);
        foreach (int rows in Rows)
            foreach (int lanes in Lanes)
                foreach (int depth in Depths)
                {
                    long bStep = lanes + 5, cRow = lanes + 3;
                    float[] a = Random(rng, rows * depth), b = Random(rng, (int)bStep * depth), c = Random(rng, (int)cRow * rows), expected = [.. c];
                    fixed (float* pa = a, pb = b, pc = c)
                    {
                        ChainGemm gemm = new() { A = pa, B = pb, C = pc, ARow = isTurned ? 1 : depth, AStep = isTurned ? rows : 1, BStep = bStep, CRow = cRow, Depth = depth, FromZero = fromZero };
                        ChainGemm.Run(gemm, rows, lanes);
                        for (int row = 0; row < rows; row++)
                            for (int lane = 0; lane < lanes; lane++)
                            {
                                float sum = fromZero ? -0f : expected[row * cRow + lane];
                                for (int from = 0; from < depth; from += 16)
                                {
                                    float chain = 0;
                                    for (int k = from; k < Math.Min(from + 16, depth); k++) chain = MathF.FusedMultiplyAdd(pa[row * gemm.ARow + k * gemm.AStep], b[k * bStep + lane], chain);
                                    sum += chain;
                                }
                                expected[row * cRow + lane] = sum;
                            }
                    }
                    Assert.That(Widths.Bits(c).AsSpan().SequenceEqual(Widths.Bits(expected)), $"{rows} rows, {lanes} lanes, {depth} steps");
                }
    }

    private static float[] Random(Rng rng, int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = (float)rng.NextNormal();
        return values;
    }
}
