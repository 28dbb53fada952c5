using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Ops;
using Engine.Optim;
using Engine.Tensors;

namespace Engine.Tests.Golden;

/// <summary>Folder model/: whole trainings of five steps, reproduced step by step. They hold MNIST images, so they are read from ENGINE_GOLDEN_DIR only.</summary>
internal static class GoldenModels
{
    public static Dictionary<string, Action<GoldenCase>> Ops { get; } = new()
    {
        ["simple_cnn"] = g => Run(g, SimpleCnn(batchNorm: false)),
        ["simple_cnn_bn"] = g => Run(g, SimpleCnn(batchNorm: true)),
        ["lenet_max"] = g => Run(g, Lenet()),
        ["mlp"] = g => Run(g, Mlp()),
    };

    private static Sequential SimpleCnn(bool batchNorm)
    {
        Rng rng = new(0);
        return [Block(1, 8, 5), Block(8, 16), Block(16, 32), Block(32, 64), Block(64, 10, act: false), new Flatten()];

        Sequential Block(int ni, int nf, int kernel = 3, bool act = true)
        {
            Sequential block = [new Conv2d(ni, nf, rng, kernel, stride: 2, padding: kernel / 2)];
            if (act) block.Add(new Relu());
            if (batchNorm) block.Add(new BatchNorm2d(nf));
            return block;
        }
    }

    private static Sequential Lenet()
    {
        Rng rng = new(0);
        return
        [
            new Conv2d(1, 6, rng, 5, padding: 2), new Relu(), new MaxPool2d(2), new Conv2d(6, 16, rng, 5), new Relu(), new MaxPool2d(2),
            new Flatten(), new Linear(400, 40, rng), new Relu(), new Linear(40, 10, rng),
        ];
    }

    private static Sequential Mlp()
    {
        Rng rng = new(0);
        return [new Flatten(), new Linear(784, 30, rng), new Relu(), new Linear(30, 10, rng)];
    }

    private static void Run(GoldenCase g, Sequential model)
    {
        ModelWeights.Load(model, Entries(g, "init/"), "init");
        Optimizer optimizer = GoldenOptimizers.Make(g.Text("optimizer")!, g.Args.GetProperty("hyper"), model.Parameters());
        bool standardised = g.Text("input")!.Contains("0.1307", StringComparison.Ordinal);
        Normalization normalization = standardised ? new Normalization([0.1307f], [0.3081f]) : Normalization.None(1);
        int[] sizes = g.Array("images").Sizes;
        int steps = sizes[0], batch = sizes[1];
        ImageSet images = new(new Shape([steps * batch, .. sizes[2..]]), g.Array("images").Bytes, g.Ints("labels"), [.. Enumerable.Range(0, 10).Select(d => $"{d}")]);
        DataLoader loader = new(images, batch, normalization);
        List<double> losses = [];
        foreach (Batch data in loader.Epoch())
        {
            Tensor logits = model.Forward(data.Inputs), loss = logits.CrossEntropy(data.Labels);
            loss.Backward();
            if (losses.Count == 0)
            {
                g.Check("step0/logits", logits);
                foreach (StateEntry entry in model.State().Where(s => s.IsParameter)) g.Check("step0/grad/" + entry.Name, entry.Value.Grad!);
            }
            losses.Add(loss.Item());
            optimizer.Step();
            optimizer.ZeroGrad();
        }
        g.Check("losses", losses);
        foreach (StateEntry entry in model.State())
            if (entry.IsInteger) g.Check("final/" + entry.Name, [(int)entry.Value.Item()]);
            else g.Check("final/" + entry.Name, entry.Value);
        model.Eval();
        g.Check("final_eval/logits_batch0", model.Forward(loader.Gather(Enumerable.Range(0, batch).ToArray()).Inputs));
    }

    private static List<SafetensorsEntry> Entries(GoldenCase g, string prefix) =>
    [
        .. g.Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => g.Array(n) is var array && array.IsInteger
            ? SafetensorsEntry.From(n[prefix.Length..], new Shape(array.Sizes), array.Integers)
            : SafetensorsEntry.From(n[prefix.Length..], new Shape(array.Sizes), array.Floats)),
    ];
}
