using Engine.Kernels.Products;

namespace Engine.Tests.Kernels.Products;

/// <summary>Every element is its own chain of fused multiply-adds in the order of taps, then k: with random floats any other order shows in the bits.</summary>
[TestFixture]
internal sealed unsafe class TapGemmTests
{
    /// <summary>Where the operands lie: steps that are none of each other's, so that a swapped stride shows.</summary>
    private sealed record Case(SumStart Begin, int Taps, int Depth, int Rows, int Lanes)
    {
        public long ARow => Depth * 2 + 1;

        public long BStep => Lanes + 3;

        public long CRow => Lanes + 5;

        public static long TapA(int t) => t * 2L;

        public long TapB(int t) => (Taps - 1 - t) * 7L; // overlapping, and not in order

        public bool Relu => (Rows + Lanes + Taps) % 3 == 0;

        public override string ToString() => $"{Begin}, {Taps} taps of {Depth}, {Rows} x {Lanes}{(Relu ? ", relu" : "")}";
    }

    /// <summary>Taps and depth: none, one, several, and around the 96 multiply-adds after which a sum is cut.</summary>
    private static readonly (int Taps, int Depth)[] Kinds = [(0, 1), (1, 1), (1, 7), (3, 5), (2, 16), (25, 1), (1, 96), (1, 97), (3, 100), (2, 200), (49, 2), (48, 2), (100, 1)];

    [Test]
    public void All_widths_give_the_bits_of_one_chain_for_every_height_and_width([Values] SumStart begin)
    {
        Rng rng = new(31);
        for (int rows = 1; rows <= 13; rows++)
            for (int lanes = 1; lanes <= 67; lanes++) Check(new Case(begin, Kinds[(rows * 67 + lanes) % 6].Taps, Kinds[(rows * 67 + lanes) % 6].Depth, rows, lanes), rng);
    }

    [TestCaseSource(nameof(Kinds))]
    public void All_widths_give_the_bits_of_one_chain_for_every_kind_of_taps((int Taps, int Depth) kind)
    {
        Rng rng = new(32);
        foreach (SumStart begin in Enum.GetValues<SumStart>().Where(begin => begin != SumStart.AddAtEnd || kind.Taps * kind.Depth <= 96)) // such a sum is not cut
            foreach (int rows in new[] { 1, 6, 8, 13 })
                foreach (int lanes in new[] { 1, 31, 64, 67 }) Check(new Case(begin, kind.Taps, kind.Depth, rows, lanes), rng);
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
        float[] a = Widths.Numbers((int)(it.Rows * it.ARow) + it.Taps * 2, rng), b = Widths.Numbers((int)(it.Depth * it.BStep) + it.Taps * 7 + it.Lanes, rng);
        float[] start = Widths.Numbers((int)(it.Rows * it.CRow), rng), init = Widths.Numbers(Math.Max(it.Rows, it.Lanes), rng);
        long[] tapsA = [.. Enumerable.Range(0, it.Taps).Select(Case.TapA)], tapsB = [.. Enumerable.Range(0, it.Taps).Select(it.TapB)];
        float[] expected = [.. start];
        for (int row = 0; row < it.Rows; row++)
            for (int lane = 0; lane < it.Lanes; lane++)
            {
                float sum = it.Begin switch { SumStart.Zero => 0, SumStart.RowBias => init[row], SumStart.LaneBias => init[lane], SumStart.AddAtEnd => 0, _ => start[row * it.CRow + lane] };
                for (int t = 0; t < it.Taps; t++)
                    for (int k = 0; k < it.Depth; k++) sum = MathF.FusedMultiplyAdd(a[tapsA[t] + row * it.ARow + k * 2], b[tapsB[t] + k * it.BStep + lane], sum);
                if (it.Begin == SumStart.AddAtEnd) sum = start[row * it.CRow + lane] + sum;
                expected[row * it.CRow + lane] = it.Relu ? Math.Max(sum, 0) : sum;
            }
        float[] panels = new float[it.Rows * it.Taps * it.Depth];
        long[] places = [.. Enumerable.Range(0, it.Taps).Select(t => (it.Taps - 1L - t) * it.Depth)];
        fixed (float* pa = a, pp = panels)
            for (int t = 0; t < it.Taps; t++) TapPanels.Pack(pa + tapsA[t], it.ARow, 2, it.Rows, it.Depth, pp, it.Taps * it.Depth, places[t]);
        foreach (int width in Widths.All.Append(0))
            foreach (bool isPacked in it.Taps == 0 ? [false] : new[] { false, true })
            {
                float[] c = [.. start];
                fixed (float* pa = isPacked ? panels : a, pb = b, pc = c, pInit = init)
                fixed (long* pTapsA = isPacked ? places : tapsA, pTapsB = tapsB)
                {
                    TapGemm g = new()
                    {
                        A = pa, B = pb, C = pc, Init = pInit, TapsA = pTapsA, TapsB = pTapsB, Taps = it.Taps, Depth = it.Depth,
                        BStep = it.BStep, CRow = it.CRow, Begin = it.Begin, Relu = it.Relu,
                    };
                    if (isPacked) g.PanelDepth = it.Taps * it.Depth;
                    else (g.ARow, g.AStep) = (it.ARow, 2);
                    if (width == 0) TapGemm.Run(g, it.Rows, it.Lanes);
                    else Widths.Run(width, g, it.Rows, it.Lanes);
                }
                string what = $"{it}, width {width}, {(isPacked ? "panels" : "strides")}";
                if (!c.AsSpan().SequenceEqual(expected)) Assert.That(Widths.Bits(c), Is.EqualTo(Widths.Bits(expected)), what); // what lies between rows stays as it was
            }
    }
}
