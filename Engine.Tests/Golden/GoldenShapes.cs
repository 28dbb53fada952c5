using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder shape/.</summary>
internal static class GoldenShapes
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["reshape"] = g => Run(g, x => x.Reshape(g.List("shape"))),
        ["flatten"] = g => Run(g, x => x.Flatten(g.Int("start_dim"), g.Int("end_dim", -1))),
        ["permute"] = g => Run(g, x => x.Permute(g.List("dims"))),
        ["transpose"] = g => Run(g, x => x.Transpose(g.Int("dim0"), g.Int("dim1"))),
        ["slice"] = g => Run(g, x => x.Slice(g.Int("dim"), g.Int("start"), g.Int("stop", int.MaxValue), g.Int("step", 1))),
        ["expand"] = g => Run(g, x => x.Expand(g.List("shape"))),
        ["pad"] = g => Run(g, x => x.Pad(g.List("pad"), g.Float("value"))),
        ["index_select"] = g => Run(g, x => x.IndexSelect(g.Int("dim"), g.Ints("index"))),
        ["cat"] = g => Join(g, parts => Tensor.Cat(parts, g.Int("dim"))),
        ["stack"] = g => Join(g, parts => Tensor.Stack(parts, g.Int("dim"))),
    };

    private static void Run(GoldenCase golden, Func<Tensor, Tensor> op)
    {
        Tensor input = golden.Input("input");
        golden.CheckOutputAndGradients(op(input), ("input", input));
    }

    private static void Join(GoldenCase golden, Func<Tensor[], Tensor> op)
    {
        (string Name, Tensor? Leaf)[] inputs = [.. Enumerable.Range(0, golden.Int("count")).Select(i => ($"input{i}", (Tensor?)golden.Input($"input{i}")))];
        golden.CheckOutputAndGradients(op([.. inputs.Select(input => input.Leaf!)]), inputs);
    }
}
