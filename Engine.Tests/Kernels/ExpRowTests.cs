using Engine.Kernels;

namespace Engine.Tests.Kernels;

[TestFixture]
internal sealed unsafe class ExpRowTests
{
    [Test]
    public void Many_at_once_have_the_bits_of_one([Values(0, 1, 15, 16, 17, 100)] int count)
    {
        Rng rng = new(61);
        double[] rare = [0, -0.0, 710, -746, -720, 699.9, -699.9, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon];
        foreach (bool special in (bool[])[false, true])
            for (int round = 0; round < 20; round++)
            {
                double[] x = [.. Enumerable.Range(0, count).Select(_ => special && rng.NextInt(4) == 0 ? rare[rng.NextInt(rare.Length)] : rng.NextNormal() * 100)];
                long[] expected = Array.ConvertAll(x, value => BitConverter.DoubleToInt64Bits(Elementary.Exp(value)));
                fixed (double* p = x) ExpRow.Run(p, count);
                Assert.That(Array.ConvertAll(x, BitConverter.DoubleToInt64Bits), Is.EqualTo(expected));
            }
    }
}
