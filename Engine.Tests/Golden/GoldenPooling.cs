using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder pool/.</summary>
internal static class GoldenPooling
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["max_pool2d"] = g => Maximum(g, x => x.MaxPool2dWithIndices(Kernel(g), g.Size("stride", Kernel(g)), g.Size("padding", 0), g.Size("dilation", 1), g.Bool("ceil_mode"))),
        ["adaptive_max_pool2d"] = g => Maximum(g, x => x.AdaptiveMaxPool2dWithIndices(g.Size("output_size", 0))),
        ["avg_pool2d"] = g => Average(g, x => x.AvgPool2d(Kernel(g), g.Size("stride", Kernel(g)), g.Size("padding", 0), g.Bool("ceil_mode"),
            g.Bool("count_include_pad", true), g.List("divisor_override") is [int divisor] ? divisor : null)),
        ["adaptive_avg_pool2d"] = g => Average(g, x => x.AdaptiveAvgPool2d(g.Size("output_size", 0))),
    };

    private static Size2 Kernel(GoldenCase golden) => golden.Size("kernel", 0);

    private static void Average(GoldenCase golden, Func<Tensor, Tensor> op)
    {
        Tensor input = golden.Input("input");
        golden.CheckOutputAndGradients(op(input), ("input", input));
    }

    private static void Maximum(GoldenCase golden, Func<Tensor, (Tensor Values, int[] Indices)> op)
    {
        Tensor input = golden.Input("input");
        (Tensor values, int[] indices) = op(input);
        if (golden.Has("indices")) golden.Check("indices", indices);
        golden.CheckOutputAndGradients(values, ("input", input));
    }
}
