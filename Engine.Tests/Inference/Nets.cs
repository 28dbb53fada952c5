using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Inference;

/// <summary>Models of every kind of layer, with statistics and weights as if they had been trained, and sizes that are odd.</summary>
internal static class Nets
{
    public static IReadOnlyDictionary<string, (Func<Rng, Module> Create, Shape Image)> All { get; } = new Dictionary<string, (Func<Rng, Module>, Shape)>
    {
        ["book's net"] = (global::Mnist.Models.SimpleCnn, [1, 28, 28]),
        ["book's net, batch norm"] = (global::Mnist.Models.SimpleCnnBn, [1, 28, 28]),
        ["batch norm after convolution"] = (rng => new Sequential { new Conv2d(3, 5, rng, (3, 2), stride: (2, 1), padding: 1, bias: false), new BatchNorm2d(5), new Relu(), new Conv2d(5, 7, rng, 2), new BatchNorm2d(7, affine: false) }, [3, 7, 6]),
        ["batch norm before a padded convolution"] = (rng => new Sequential { new BatchNorm2d(2), new Conv2d(2, 6, rng, (3, 5), stride: (1, 2), padding: (2, 1), dilation: (2, 1)), new Relu(), new BatchNorm2d(6), new Conv2d(6, 11, rng, 3, padding: 1), new Relu() }, [2, 9, 8]),
        ["batch norm before one without padding"] = (rng => new Sequential { new Conv2d(1, 4, rng, 3), new Relu(), new BatchNorm2d(4), new Conv2d(4, 6, rng, 2, groups: 2), new Relu(), new BatchNorm2d(6), new Flatten(), new Linear(6 * 4 * 3, 5, rng) }, [1, 7, 6]),
        ["batch norm between rectified ones"] = (rng => new Sequential { new BatchNorm2d(3), new Relu(), new BatchNorm2d(3), new BatchNorm2d(3), new Relu(), new Relu(), new Conv2d(3, 3, rng, 1) }, [3, 4, 5]),
        ["groups, depthwise"] = (rng => new Sequential { new Conv2d(4, 8, rng, 3, padding: 1, groups: 4), new BatchNorm2d(8), new Relu(), new Conv2d(8, 8, rng, 3, padding: 1, groups: 8), new Relu(), new BatchNorm2d(8), new Conv2d(8, 6, rng, 3, padding: 1, groups: 2) }, [4, 6, 5]),
        ["winograd"] = (rng => new Sequential { new Conv2d(16, 32, rng, 3, padding: 1), new Relu(), new BatchNorm2d(32), new Conv2d(32, 32, rng, 3, padding: 1, bias: false), new BatchNorm2d(32), new Relu(), new Conv2d(32, 16, rng, 3) }, [16, 12, 12]),
        ["residual"] = (rng => new Sequential
        {
            new Residual(new Sequential { new Conv2d(2, 2, rng, 3, padding: 1), new BatchNorm2d(2), new Relu(), new Conv2d(2, 2, rng, 3, padding: 1), new BatchNorm2d(2) }), new BatchNorm2d(2),
            new Residual(new Sequential { new BatchNorm2d(2), new Relu(), new Conv2d(2, 9, rng, 3, stride: 2, padding: 1) }, new Sequential { new Conv2d(2, 9, rng, 1, stride: 2), new BatchNorm2d(9) }, relu: false), new Relu(),
            new Residual(new Residual(new Conv2d(9, 9, rng, 1))), new Residual(new Sequential()), new BatchNorm2d(9), new AdaptiveAvgPool2d((2, 1)), new Flatten(), new Linear(18, 3, rng),
        }, [2, 7, 6]),
        ["pooling"] = (rng => new Sequential
        {
            new Conv2d(1, 5, rng, 3), new MaxPool2d((2, 3), stride: 1, padding: 1), new Relu(), new AvgPool2d(2, padding: 1), new AvgPool2d(2, stride: 1, ceilMode: true, countIncludePad: false),
            new AvgPool2d(2, stride: 1, divisorOverride: 3), new BatchNorm2d(5), new AdaptiveMaxPool2d((2, 2)), new Flatten(), new Linear(20, 12, rng), new BatchNorm1d(12), new Relu(), new Linear(12, 10, rng, bias: false),
        }, [1, 12, 11]),
        ["features"] = (rng => new Sequential { new BatchNorm1d(7), new Linear(7, 9, rng), new Relu(), new BatchNorm1d(9), new Linear(9, 4, rng), new BatchNorm1d(4) }, [7]),
        ["sequences"] = (rng => new Sequential { new BatchNorm1d(3), new Relu(), new Flatten(), new Linear(15, 4, rng) }, [3, 5]),
        ["features of a plane"] = (rng => new Sequential { new Conv2d(1, 2, rng, 2), new Flatten(), new BatchNorm1d(24), new Relu(), new Linear(24, 3, rng) }, [1, 4, 5]),
        ["linear on the last dimension"] = (rng => new Sequential { new Conv2d(2, 4, rng, 1), new Linear(4, 6, rng), new Relu(), new Flatten(), new Linear(120, 2, rng) }, [2, 5, 4]),
        ["a module of the user's"] = (rng => new Sequential { new Conv2d(1, 3, rng, 2), new Relu(), new BatchNorm2d(3), new Halved(), new Conv2d(3, 2, rng, 2), new Residual(new Halved(), relu: false), new Flatten() }, [1, 5, 4]),
        ["only that"] = (_ => new Halved(), [2, 3]),
        ["batch statistics"] = (rng => new Sequential { new Conv2d(1, 3, rng, 2), new BatchNorm2d(3, trackRunningStats: false), new Relu() }, [1, 4, 4]),
        ["nothing"] = (_ => new Sequential(), [2, 3, 4]),
        ["flatten alone"] = (_ => new Sequential { new Flatten() }, [2, 3, 4]),
        ["deep and wide"] = (rng => new Sequential { new Conv2d(24, 70, rng, 3, padding: 1), new Relu(), new BatchNorm2d(70), new Conv2d(70, 13, rng, 3, stride: 3, padding: 2), new Relu(), new BatchNorm2d(13), new Flatten(), new Linear(13 * 9, 10, rng) }, [24, 6, 5]),
    };

    /// <summary>A model whose batch norms have statistics, scales and shifts of a training's kind.</summary>
    public static Module Create(string name, ulong seed = 1)
    {
        Rng rng = new(seed);
        Module model = All[name].Create(rng);
        foreach (StateEntry entry in model.State())
            if (entry.Name.EndsWith("running_var", StringComparison.Ordinal)) entry.Value.CopyFrom(Tensor.Uniform(entry.Value.Shape, rng, 0.2f, 3).AsSpan());
            else if (entry.Name.EndsWith("running_mean", StringComparison.Ordinal)) entry.Value.CopyFrom(Tensor.Normal(entry.Value.Shape, rng).AsSpan());
        Scatter(model, rng);
        model.Eval();
        return model;
    }

    private static void Scatter(Module module, Rng rng)
    {
        if (module is BatchNorm { Weight: { } weight, Bias: { } bias })
        {
            weight.CopyFrom(Tensor.Normal(weight.Shape, rng, 1, 0.5f).AsSpan());
            bias.CopyFrom(Tensor.Normal(bias.Shape, rng, 0, 0.5f).AsSpan());
        }
        foreach ((_, Module child) in module.Children) Scatter(child, rng);
    }

    /// <summary>A module that no session knows.</summary>
    internal sealed class Halved : Module
    {
        public override Shape OutputShape(Shape input) => input;

        protected override Tensor ForwardCore(Tensor x) => Engine.Ops.MulOp.Mul(x, Tensor.Scalar(0.5f));
    }
}
