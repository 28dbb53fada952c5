using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>Every element is its own chain of fused multiply-adds in the order of taps, then k: with random floats any other order shows in the bits.</summary>
[TestFixture]
internal sealed unsafe class TapGemmTests
{
    /// <summary>Where the operands lie: steps that are none of each other's, so that a swapped stride shows.</summary>
    private sealed record Case(SumStart Begin, int[] Depths, bool Even, int Rows, int Lanes)
    {
        public int Depth => Depths.DefaultIfEmpty(0).Max();

        public long ARow => Depth * 2 + 1;

        public long BStep => Lanes + 3;

        public long CRow => Lanes + 5;

        public static long TapA(int t) => t * 2L;

        public long TapB(int t) => (Depths.Length - 1 - t) * 7L; // overlapping, and not in order

        public override string ToString() => $"{Begin} taps [{string.Join(' ', Depths)}]{(Even ? " alike" : "")} {Rows} x {Lanes}";
    }

    private static IEnumerable<int[]> TapKinds() => [[], [1], [7], [5, 5, 5], [1, 9, 2], [16, 1], [3, 3]];

    [Test]
    public void All_widths_give_the_bits_of_one_chain_for_every_height_and_width([Values] SumStart begin)
    {
        Rng rng = new(31);
        List<int[]> kinds = [.. TapKinds()];
        for (int rows = 1; rows <= 13; rows++)
            for (int lanes = 1; lanes <= 67; lanes++) Check(new Case(begin, kinds[(rows * 67 + lanes) % kinds.Count], (rows + lanes) % 2 == 0, rows, lanes), rng);
    }

    [TestCaseSource(nameof(TapKinds))]
    public void All_widths_give_the_bits_of_one_chain_for_every_kind_of_taps(int[] depths)
    {
        Rng rng = new(32);
        foreach (SumStart begin in Enum.GetValues<SumStart>())
            foreach (int rows in new[] { 1, 6, 8, 13 })
                foreach (int lanes in new[] { 1, 31, 64, 67 })
                    foreach (bool even in new[] { true, false }) Check(new Case(begin, depths, even, rows, lanes), rng);
    }

    [Test]
    public void A_sum_cut_into_two_calls_is_the_same_chain()
    {
        Rng rng = new(33);
        float[] a = Widths.Numbers(5 * 20, rng), b = Widths.Numbers(20 * 37, rng), whole = new float[5 * 37], cut = new float[5 * 37];
        fixed (float* pa = a, pb = b, pWhole = whole, pCut = cut)
        {
            long tap = 0;
            TapGemm g = new() { A = pa, B = pb, C = pWhole, TapsA = &tap, TapsB = &tap, Taps = 1, Depth = 20, ARow = 20, AStep = 1, BStep = 37, CRow = 37 };
            TapGemm.Run(g, 5, 37);
            g.C = pCut;
            g.Depth = 9;
            TapGemm.Run(g, 5, 37);
            (g.Depth, g.Begin) = (11, SumStart.Accumulate);
            g.A = pa + 9;
            g.B = pb + 9 * 37;
            TapGemm.Run(g, 5, 37);
        }
        Assert.That(Widths.Bits(cut), Is.EqualTo(Widths.Bits(whole)));
    }

    private static void Check(Case it, Rng rng)
    {
        int taps = it.Depths.Length;
        if (it.Even && it.Depths.Distinct().Count() > 1) return; // only taps of one depth can be given as such
        float[] a = Widths.Numbers((int)(it.Rows * it.ARow) + 40, rng), b = Widths.Numbers((int)(it.Depth * it.BStep) + 60 + it.Lanes, rng);
        float[] start = Widths.Numbers((int)(it.Rows * it.CRow), rng), init = Widths.Numbers(Math.Max(it.Rows, it.Lanes), rng);
        long[] tapsA = [.. Enumerable.Range(0, taps).Select(Case.TapA)], tapsB = [.. Enumerable.Range(0, taps).Select(it.TapB)];
        float[] expected = [.. start];
        for (int row = 0; row < it.Rows; row++)
            for (int lane = 0; lane < it.Lanes; lane++)
            {
                float sum = it.Begin switch { SumStart.Zero => 0, SumStart.RowBias => init[row], SumStart.LaneBias => init[lane], _ => start[row * it.CRow + lane] };
                for (int t = 0; t < taps; t++)
                    for (int k = 0; k < it.Depths[t]; k++) sum = MathF.FusedMultiplyAdd(a[tapsA[t] + row * it.ARow + k * 2], b[tapsB[t] + k * it.BStep + lane], sum);
                expected[row * it.CRow + lane] = sum;
            }
        foreach (int width in Widths.All.Append(0))
        {
            float[] c = [.. start];
            fixed (float* pa = a, pb = b, pc = c, pInit = init)
            fixed (long* pTapsA = tapsA, pTapsB = tapsB)
            fixed (int* depths = it.Depths)
            {
                TapGemm g = new()
                {
                    A = pa, B = pb, C = pc, Init = pInit, TapsA = pTapsA, TapsB = pTapsB, TapDepth = depths, Taps = taps, Depth = it.Even && taps > 0 ? it.Depth : 0,
                    ARow = it.ARow, AStep = 2, BStep = it.BStep, CRow = it.CRow, Begin = it.Begin,
                };
                if (width == 0) TapGemm.Run(g, it.Rows, it.Lanes);
                else Widths.Run(width, g, it.Rows, it.Lanes);
            }
            if (!c.AsSpan().SequenceEqual(expected)) Assert.That(Widths.Bits(c), Is.EqualTo(Widths.Bits(expected)), $"{it}, width {width}"); // what lies between rows stays as it was
        }
    }
}
