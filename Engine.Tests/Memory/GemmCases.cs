using Engine.Kernels.Products;

namespace Engine.Tests.Memory;

/// <summary>Matrix products, both ways round, with every start of the sums.</summary>
internal static class GemmCases
{
    private static readonly int[] Rows = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13], Columns = [.. Enumerable.Range(1, 18), 31, 32, 33, 47, 63, 64, 65, 67, 80, 96, 129], Depths = [0, 1, 2, 7, 8, 9, 17];

    public static IEnumerable<KernelCase> All
    {
        get
        {
            int number = 0;
            foreach (int m in Rows)
                foreach (int n in Columns)
                    foreach (int k in Depths)
                    {
                        bool turnA = (number & 1) != 0, turnB = (number & 2) != 0;
                        SumStart start = (SumStart)(number++ / 3 % 4);
                        int bias = start switch { SumStart.RowBias => m, SumStart.LaneBias => n, _ => 0 };
                        yield return new("gemm", $"{m} {n} {k}{(turnA ? " A transposed" : "")}{(turnB ? " B transposed" : "")} {start}",
                            o => Gemm.Multiply(m, n, k, o.Input(m * k), turnA, o.Input(k * n), turnB, o.Output(m * n), start, o.Input(bias)));
                    }
        }
    }
}
