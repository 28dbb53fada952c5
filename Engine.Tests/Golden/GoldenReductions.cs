using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder reduce/.</summary>
internal static class GoldenReductions
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["sum"] = g => Run(g, x => x.Sum(g.List("dim"), g.Bool("keepdim"))),
        ["mean"] = g => Run(g, x => x.Mean(g.List("dim"), g.Bool("keepdim"))),
        ["var"] = g => Run(g, x => x.Var(g.List("dim"), g.Bool("unbiased", true), g.Bool("keepdim"))),
        ["std"] = g => Run(g, x => x.Std(g.List("dim"), g.Bool("unbiased", true), g.Bool("keepdim"))),
        ["max"] = g => Extremum(g, x => x.Max(), (x, dim, keepDim) => x.Max(dim, keepDim)),
        ["min"] = g => Extremum(g, x => x.Min(), (x, dim, keepDim) => x.Min(dim, keepDim)),
        ["argmax"] = g => g.Check("output", g.List("dim") is [int dim] ? g.Input("input").ArgMax(dim) : [g.Input("input").ArgMax()]),
    };

    private static void Run(GoldenCase golden, Func<Tensor, Tensor> op)
    {
        Tensor input = golden.Input("input");
        golden.CheckOutputAndGradients(op(input), ("input", input));
    }

    private static void Extremum(GoldenCase golden, Func<Tensor, Tensor> ofAll, Func<Tensor, int, bool, (Tensor Values, int[] Indices)> along)
    {
        Tensor input = golden.Input("input");
        if (golden.List("dim") is [int dim])
        {
            (Tensor values, int[] indices) = along(input, dim, golden.Bool("keepdim"));
            if (golden.Has("indices")) golden.Check("indices", indices);
            golden.CheckOutputAndGradients(values, ("input", input));
        }
        else
        {
            golden.CheckOutputAndGradients(ofAll(input), ("input", input));
        }
    }
}
