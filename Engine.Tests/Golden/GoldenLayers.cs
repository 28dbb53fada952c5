using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folders conv2d/, batchnorm/, linear/, matmul/ and the cross-entropies of loss/.</summary>
internal static class GoldenLayers
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["conv2d"] = Conv2d,
        ["batch_norm1d"] = g => BatchNorm(g, new BatchNorm1d(g.Int("num_features"), Momentum(g), g.Double("eps", 1e-5), g.Bool("affine", true), g.Bool("track_running_stats", true))),
        ["batch_norm2d"] = g => BatchNorm(g, new BatchNorm2d(g.Int("num_features"), Momentum(g), g.Double("eps", 1e-5), g.Bool("affine", true), g.Bool("track_running_stats", true))),
        ["linear"] = Linear,
        ["matmul"] = MatMul,
        ["bmm"] = MatMul,
        ["cross_entropy"] = CrossEntropy,
        ["cross_entropy_soft"] = CrossEntropySoft,
    };

    private static double? Momentum(GoldenCase g) => g.Args.TryGetProperty("momentum", out _) ? g.Arg("momentum")?.GetDouble() : 0.1;

    private static void Conv2d(GoldenCase g)
    {
        Tensor input = g.Input("input"), weight = g.Input("weight");
        Tensor? bias = g.Optional("bias");
        Size2 padding = g.Size("padding", 0);
        Tensor y = input.Conv2d(weight, bias, g.Size("stride", 1), padding, g.Size("dilation", 1), g.Int("groups", 1));
        g.CheckOutputAndGradients(y, ("input", input), ("weight", weight), ("bias", bias));
    }

    private static void Linear(GoldenCase g)
    {
        Tensor input = g.Input("input"), weight = g.Input("weight");
        Tensor? bias = g.Optional("bias");
        g.CheckOutputAndGradients(input.Linear(weight, bias), ("input", input), ("weight", weight), ("bias", bias));
    }

    private static void MatMul(GoldenCase g)
    {
        Tensor a = g.Input("a"), b = g.Input("b");
        g.CheckOutputAndGradients(a.MatMul(b), ("a", a), ("b", b));
    }

    private static void CrossEntropy(GoldenCase g)
    {
        Tensor input = g.Input("input");
        Tensor? weight = g.Has("class_weight") ? g.Input("class_weight").Detach() : null;
        Tensor loss = input.CrossEntropy(g.Ints("target"), weight, g.Int("ignore_index", -100), g.Float("label_smoothing"), g.Reduction);
        g.CheckOutputAndGradients(loss, ("input", input));
    }

    private static void CrossEntropySoft(GoldenCase g)
    {
        Tensor input = g.Input("input");
        Tensor? weight = g.Has("class_weight") ? g.Input("class_weight").Detach() : null;
        g.CheckOutputAndGradients(input.CrossEntropy(g.Input("target").Detach(), weight, g.Float("label_smoothing"), g.Reduction), ("input", input));
    }

    /// <summary>Three training steps one after the other, then one in evaluation; gradients and running statistics at each.</summary>
    private static void BatchNorm(GoldenCase g, BatchNorm layer)
    {
        if (layer.Weight is not null) layer.Weight.CopyFrom(g.Array("weight").Floats);
        if (layer.Bias is not null) layer.Bias.CopyFrom(g.Array("bias").Floats);
        string[] steps = [.. g.Names.Where(n => n.EndsWith(".input", StringComparison.Ordinal) && !n.Contains("grad")).Select(n => n[..n.IndexOf('.')]).Order(StringComparer.Ordinal)];
        foreach (string step in steps.OrderBy(s => s == "eval"))
        {
            layer.Train(step != "eval");
            layer.ZeroGrad();
            Tensor input = Tensor.From(g.Array(step + ".input").Floats, new Shape(g.Array(step + ".input").Sizes));
            input.RequiresGrad = true;
            Tensor output = layer.Forward(input);
            output.Backward(Tensor.From(g.Array(step + ".grad_output").Floats, output.Shape));
            foreach ((string name, Tensor? value) in new[]
            {
                ("output", output), ("grad_input", input.Grad), ("grad_weight", layer.Weight?.Grad), ("grad_bias", layer.Bias?.Grad),
                ("running_mean", layer.RunningMean), ("running_var", layer.RunningVariance),
            })
                if (g.Has($"{step}.{name}")) g.Check($"{step}.{name}", value ?? throw new AssertionException($"{step}.{name} is missing"));
            if (g.Has($"{step}.num_batches_tracked")) g.Check($"{step}.num_batches_tracked", [checked((int)layer.BatchesTracked)]);
        }
    }
}
