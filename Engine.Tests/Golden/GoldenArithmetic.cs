using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder broadcast/.</summary>
internal static class GoldenArithmetic
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["add"] = g => Run(g, (a, b) => a + b),
        ["sub"] = g => Run(g, (a, b) => a - b),
        ["mul"] = g => Run(g, (a, b) => a * b),
        ["div"] = g => Run(g, (a, b) => a / b),
        ["maximum"] = g => Run(g, (a, b) => a.Maximum(b)),
        ["minimum"] = g => Run(g, (a, b) => a.Minimum(b)),
    };

    private static void Run(GoldenCase golden, Func<Tensor, Tensor, Tensor> op)
    {
        Tensor a = golden.Input("a"), b = golden.Input("b");
        golden.CheckOutputAndGradients(op(a, b), ("a", a), ("b", b));
    }
}
