using Engine;
using Engine.Data;
using Engine.Inference;
using Engine.Interop;
using Engine.Nn;
using Engine.Training;

namespace Elsewhere;

/// <summary>The program of README.md, with no more usings than it names.</summary>
internal static class ReadmePage
{
    public static void Run()
    {
        Rng rng = new(42);
        ImageSplits images = new MnistFiles(ImageDataset.Mnist).Load();
        ImageLoaders data = ImageLoaders.Of(images.Train, images.Test, batchSize: 512, rng);

        static Sequential ConvBlock(int ni, int nf, Rng rng, int kernel = 3) =>
            [new Conv2d(ni, nf, rng, kernel, stride: 2, padding: kernel / 2), new Relu(), new BatchNorm2d(nf)];

        Sequential model = [ConvBlock(1, 8, rng, kernel: 5), ConvBlock(8, 16, rng), ConvBlock(16, 32, rng), new Flatten(), new Linear(32 * 4 * 4, 10, rng)];
        ActivationStats stats = new();
        Learner learner = new(data, model, Loss.CrossEntropy, metrics: [Metric.Accuracy], callbacks: [stats, new TrainingDoctor()]);
        Console.WriteLine(learner.Summary());

        learner.FitOneCycle(epochs: 1, peakRate: 0.06);
        Console.WriteLine($"accuracy {learner.Epochs[^1].Accuracy:F4}; the doctor: {learner.Get<TrainingDoctor>()}");
        stats.ColorDim(^4).Save("layer.svg");
        ModelWeights.Save(model, "digits.safetensors");

        InferenceSession session = new(model); // weights packed, batch norms folded, safe from many threads
        Console.WriteLine(session.Run(data.Valid.Gather([0]).Inputs));
    }
}
