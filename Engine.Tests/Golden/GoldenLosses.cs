using Engine.Ops;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder loss/, without cross-entropy.</summary>
internal static class GoldenLosses
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["mse_loss"] = g => Pair(g, (x, t) => x.MseLoss(t, g.Reduction)),
        ["l1_loss"] = g => Pair(g, (x, t) => x.L1Loss(t, g.Reduction)),
        ["smooth_l1_loss"] = g => Pair(g, (x, t) => x.SmoothL1Loss(t, g.Float("beta", 1), g.Reduction)),
        ["bce_with_logits"] = g => Pair(g, (x, t) => x.BceWithLogits(t, g.Optional("weight"), g.Optional("pos_weight"), g.Reduction)),
        ["nll_loss"] = Nll,
    };

    private static void Pair(GoldenCase golden, Func<Tensor, Tensor, Tensor> loss)
    {
        Tensor input = golden.Input("input"), target = golden.Input("target");
        golden.CheckOutputAndGradients(loss(input, target), ("input", input), ("target", target));
    }

    private static void Nll(GoldenCase golden)
    {
        Tensor input = golden.Input("input");
        Tensor loss = input.NllLoss(golden.Ints("target"), golden.Optional("class_weight"), golden.Int("ignore_index", -100), golden.Reduction);
        golden.CheckOutputAndGradients(loss, ("input", input));
    }
}
