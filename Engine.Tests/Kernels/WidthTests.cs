using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>The drivers of element-wise loops and sums: the same bits at every width, for lengths around every vector.</summary>
[TestFixture]
internal sealed unsafe class WidthTests
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 100, 131];

    [Test]
    public void Element_wise_functions_give_the_same_bits_at_every_width([ValueSource(nameof(Lengths))] int length)
    {
        Rng rng = new(41);
        float[] a = Widths.Numbers(length, rng, special: true), b = Widths.Numbers(length, rng, special: true), c = Widths.Numbers(1, rng);
        float[] expected = [.. Enumerable.Range(0, length).Select(i => MathF.FusedMultiplyAdd(a[i], b[i], c[0]) / b[i])];
        foreach (int width in Widths.All)
        {
            float[] y = new float[length];
            fixed (float* pa = a, pb = b, pc = c, py = y)
                Widths.RunBody(width, typeof(Elementwise), "Body`1", [typeof(FmaOver)],
                    ("A", (nint)pa), ("B", (nint)pb), ("C", (nint)pc), ("Y", (nint)py), ("OneC", length != 1), ("_from", 0), ("_to", length));
            Assert.That(Widths.Bits(y), Is.EqualTo(Widths.Bits(expected)), $"width {width}");
        }
        float[] driven = new float[length];
        Elementwise.Map(default(FmaOver), a, b, c, driven);
        Assert.That(Widths.Bits(driven), Is.EqualTo(Widths.Bits(expected)));
    }

    [Test]
    public void An_input_may_be_the_output_and_large_arrays_are_cut_without_a_gap()
    {
        float[] x = Widths.Numbers(100_003, new Rng(42)), y = [.. x];
        Elementwise.Map(default(FmaOver), y, y, [2f], y);
        for (int i = 0; i < x.Length; i++) Assert.That(y[i], Is.EqualTo(MathF.FusedMultiplyAdd(x[i], x[i], 2) / x[i]));
    }

    [Test]
    public void A_row_sum_is_sixteen_chains_and_a_tree([ValueSource(nameof(Lengths))] int length)
    {
        float[] x = Widths.Numbers(length, new Rng(43));
        float[] lanes = new float[16];
        for (int i = 0; i < length; i++) lanes[i % 16] += x[i];
        float expected = Tree(lanes);
        Assert.That(Widths.Bits([RowSum.Of(x)]), Is.EqualTo(Widths.Bits([expected])));
        foreach (int width in Widths.All)
        {
            float[] result = new float[16];
            fixed (float* px = x, pResult = result)
                Widths.RunBody(width, typeof(RowSum), "Sum`1", [typeof(First)], ("X", (nint)px), ("Result", (nint)pResult), ("Length", length));
            Assert.That(Widths.Bits([Tree(result)]), Is.EqualTo(Widths.Bits([expected])), $"width {width}");
        }
    }

    private static float Tree(float[] lanes)
    {
        for (int half = lanes.Length / 2; half > 0; half /= 2)
            for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    internal struct FmaOver : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Divide(TS.Fma(a, b, c), b);
    }

    internal struct First : IElementwise
    {
        public readonly TV Invoke<TV, TS>(TV a, TV b, TV c) where TV : unmanaged where TS : struct, ISimd<TV> => a;
    }
}
