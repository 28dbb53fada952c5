using Engine.Data;
using Engine.Nn;
using Engine.Ops;
using Engine.Tensors;
using Engine.Training;
using Mnist;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/chapter.md, run.</summary>
internal static class ChapterPage
{
    public static void Run(ImageSplits images, string folder)
    {
        float[] crop = [.. EdgeKernels.Crop.Cast<float>()]; // rows 0 to 9, columns 0 to 19 of the book's three
        Tensor three = Tensor.From(crop, [1, 1, 10, 20]);
        Tensor topEdge = Tensor.From([-1, -1, -1, 0, 0, 0, 1, 1, 1], [1, 1, 3, 3]);
        Tensor map = three.Conv2d(topEdge); // [1, 1, 8, 18]
        Console.WriteLine($"{map.AsSpan()[4 * 18 + 6]} and {map.AsSpan()[7 * 18 + 17]}"); // 762 and -29
        Assert.That((map.Shape, map.AsSpan()[4 * 18 + 6], map.AsSpan()[7 * 18 + 17]), Is.EqualTo((new Shape(1, 1, 8, 18), 762f, -29f)));

        Tensor kernels = EdgeKernels.All(); // left, top, two diagonals: [4, 1, 3, 3]
        Batch digits = new DataLoader(images.Train, 64, Normalization.None(1)).Epoch().First();
        Console.WriteLine(digits.Inputs.Conv2d(kernels).Shape); // [64, 4, 26, 26]
        Assert.That(digits.Inputs.Conv2d(kernels).Shape, Is.EqualTo(new Shape(64, 4, 26, 26)));

        Rng rng = new(42);
        Shape shape = [64, 1, 28, 28];
        foreach (int filters in (int[])[4, 8, 16, 32])
        {
            shape = new Conv2d(shape[1], filters, rng, 3, stride: 2, padding: 1).OutputShape(shape);
            Console.WriteLine(shape); // [64, 4, 14, 14], [64, 8, 7, 7], [64, 16, 4, 4], [64, 32, 2, 2]
        }
        Assert.That(shape, Is.EqualTo(new Shape(64, 32, 2, 2)));

        Sequential broken = [new Conv2d(1, 30, rng, 3, padding: 1), new Relu(), new Conv2d(30, 1, rng, 3, padding: 1)];
        Console.WriteLine(broken.OutputShape([64, 1, 28, 28])); // [64, 1, 28, 28]
        foreach (ModelFinding finding in ModelCheck.Diagnose(broken, [64, 1, 28, 28], classes: 2)) Console.WriteLine(finding);
        Assert.That(broken.OutputShape([64, 1, 28, 28]), Is.EqualTo(new Shape(64, 1, 28, 28)));

        static Sequential Conv(int ni, int nf, Rng rng, int kernel = 3, bool act = true) => act
            ? [new Conv2d(ni, nf, rng, kernel, stride: 2, padding: kernel / 2), new Relu()]
            : [new Conv2d(ni, nf, rng, kernel, stride: 2, padding: kernel / 2)];

        Sequential threeOrSeven =
        [
            Conv(1, 4, rng), Conv(4, 8, rng), Conv(8, 16, rng), Conv(16, 32, rng), // 14 x 14, 7 x 7, 4 x 4, 2 x 2
            Conv(32, 2, rng, act: false), new Flatten(),                           // 1 x 1
        ];
        Console.WriteLine(ModelSummary.Of(threeOrSeven, [64, 1, 28, 28]));
        ModelSummary summary = ModelSummary.Of(threeOrSeven, [64, 1, 28, 28]);
        Assert.That((summary.Parameters, summary.MultiplyAdds), Is.EqualTo((6_722, 58_608)));

        static Sequential SimpleCnn(Rng rng) =>
        [
            Conv(1, 8, rng, kernel: 5), Conv(8, 16, rng), Conv(16, 32, rng), Conv(32, 64, rng), Conv(64, 10, rng, act: false), new Flatten(),
        ];

        ImageLoaders small = ImageLoaders.Of(images.Train, images.Test, batchSize: 64, rng);
        ActivationStats stats = new();
        TrainingDoctor doctor = new();
        Learner learner = new(small, SimpleCnn(rng), Loss.CrossEntropy, metrics: [Metric.Accuracy], callbacks: [stats, doctor]);
        learner.Fit(epochs: 1, learningRate: 0.06); // a high rate
        Console.WriteLine(doctor);
        stats.PlotLayerStats(0).Save(Path.Combine(folder, "first.svg"));
        stats.PlotLayerStats(^2).Save(Path.Combine(folder, "penultimate.svg"));

        ImageLoaders large = ImageLoaders.Of(images.Train, images.Test, batchSize: 512, rng);
        learner = new Learner(large, SimpleCnn(rng), Loss.CrossEntropy, callbacks: [new ActivationStats()]);
        learner.FitOneCycle(epochs: 1, peakRate: 0.06, div: 25, divFinal: 1e5, pctStart: 0.25, momenta: (0.95, 0.85, 0.95));
        learner.Recorder.PlotSchedule().Save(Path.Combine(folder, "schedule.svg"));
        learner.Get<ActivationStats>().ColorDim(^2).Save(Path.Combine(folder, "colours.svg"));

        static Sequential ConvNorm(int ni, int nf, Rng rng, int kernel = 3, bool act = true)
        {
            Sequential block = Conv(ni, nf, rng, kernel, act);
            block.Add(new BatchNorm2d(nf));
            return block;
        }

        Sequential normed =
        [
            ConvNorm(1, 8, rng, kernel: 5), ConvNorm(8, 16, rng), ConvNorm(16, 32, rng), ConvNorm(32, 64, rng), ConvNorm(64, 10, rng, act: false), new Flatten(),
        ];
        learner = new Learner(large, normed, Loss.CrossEntropy);
        learner.FitOneCycle(epochs: 5, peakRate: 0.1);
        Console.Write(learner.Epochs);
        Assert.That(learner.Epochs, Has.Count.EqualTo(5));

        Sequential strided = [new Conv2d(1, 8, rng, 5, stride: 2, padding: 2), new Relu()];
        Sequential pooled = [new Conv2d(1, 8, rng, 5, padding: 2), new Relu(), new MaxPool2d(2)];
        Console.WriteLine($"{strided.OutputShape([64, 1, 28, 28])} and {pooled.OutputShape([64, 1, 28, 28])}"); // both [64, 8, 14, 14]
        Console.WriteLine($"{strided.MultiplyAdds([1, 1, 28, 28])} and {pooled.MultiplyAdds([1, 1, 28, 28])}"); // 39200 and 156800
        Assert.That((strided.OutputShape([64, 1, 28, 28]), pooled.OutputShape([64, 1, 28, 28])), Is.EqualTo((new Shape(64, 8, 14, 14), new Shape(64, 8, 14, 14))));
        Assert.That((strided.MultiplyAdds([1, 1, 28, 28]), pooled.MultiplyAdds([1, 1, 28, 28])), Is.EqualTo((39_200, 156_800)));

        Sequential anySize = [Conv(1, 8, rng, kernel: 5), Conv(8, 16, rng), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(16, 10, rng)];
        Console.WriteLine($"{anySize.OutputShape([64, 1, 28, 28])} and {anySize.OutputShape([64, 1, 50, 37])}"); // [64, 10] both
        Assert.That((anySize.OutputShape([64, 1, 28, 28]), anySize.OutputShape([64, 1, 50, 37])), Is.EqualTo((new Shape(64, 10), new Shape(64, 10))));
    }
}
