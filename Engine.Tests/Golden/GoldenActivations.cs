using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder activation/.</summary>
internal static class GoldenActivations
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["relu"] = g => Run(g, x => x.Relu()),
        ["leaky_relu"] = g => Run(g, x => x.LeakyRelu(g.Float("negative_slope", 0.01f))),
        ["sigmoid"] = g => Run(g, x => x.Sigmoid()),
        ["tanh"] = g => Run(g, x => x.Tanh()),
        ["gelu"] = g => Run(g, x => x.Gelu(g.Text("approximate") switch
        {
            "none" or null => GeluApproximation.None, "tanh" => GeluApproximation.Tanh, string other => throw new AssertionException($"unknown approximation '{other}'"),
        })),
        ["silu"] = g => Run(g, x => x.Silu()),
        ["softmax"] = g => Run(g, x => x.Softmax(g.Int("dim", -1))),
        ["log_softmax"] = g => Run(g, x => x.LogSoftmax(g.Int("dim", -1))),
        ["exp"] = g => Run(g, x => x.Exp()),
        ["log"] = g => Run(g, x => x.Log()),
        ["sqrt"] = g => Run(g, x => x.Sqrt()),
        ["square"] = g => Run(g, x => x.Square()),
        ["abs"] = g => Run(g, x => x.Abs()),
        ["neg"] = g => Run(g, x => -x),
        ["reciprocal"] = g => Run(g, x => x.Reciprocal()),
        ["clamp"] = g => Run(g, x => x.Clamp(g.Float("min", float.NegativeInfinity), g.Float("max", float.PositiveInfinity))),
        ["pow_scalar"] = g => Run(g, x => x.Pow(g.Float("exponent"))),
    };

    private static void Run(GoldenCase golden, Func<Tensor, Tensor> op)
    {
        Tensor input = golden.Input("input");
        golden.CheckOutputAndGradients(op(input), ("input", input));
    }
}
