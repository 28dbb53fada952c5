using System.Diagnostics;
using Engine;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Optim;
using Engine.Training;
using Mnist.Screens;

namespace Mnist.Chapter;

/// <summary>Trains the chapter's networks, each by itself from the same seed, as <c>train --seed</c> does.</summary>
/// <param name="data">MNIST.</param>
/// <param name="seed">Decides everything that is drawn.</param>
/// <param name="screen">What people see meanwhile.</param>
internal sealed class LadderRun(ImageSplits data, ulong seed, Screen screen)
{
    private static readonly string[] ThreeOrSeven = ["3", "7"];

    /// <summary>Trains one.</summary>
    /// <param name="step">Which.</param>
    public LadderResult Run(LadderStep step)
    {
        Rng rng = new(seed);
        for (int i = 0; i < step.Repeats; i++) rng = rng.Split();
        Rng weights = rng.Split();
        ImageLoaders loaders = Loaders(step, rng);
        Sequential model = step.Create(weights);
        ActivationStats stats = new();
        TrainingDoctor doctor = new();
        Learner learner = new(loaders, model, Loss.CrossEntropy, callbacks: [stats, doctor], optimizer: groups => new FastaiAdam(groups, step.Rate));
        long start = Stopwatch.GetTimestamp();
        screen.Training(display =>
        {
            if (step.IsOneCycle) learner.FitOneCycle(step.Epochs, step.Rate, callbacks: display);
            else learner.Fit(step.Epochs, display);
        });
        return new LadderResult(step, learner, stats, doctor, Stopwatch.GetElapsedTime(start).TotalSeconds, ModelWeights.Sha256(model));
    }

    /// <summary>Step A: threes and sevens, pixels from 0 to 1 (the book's MNIST_SAMPLE); the others: all digits, normalised by one batch.</summary>
    private ImageLoaders Loaders(LadderStep step, Rng rng)
    {
        if (!step.IsThreeOrSeven) return ImageLoaders.Of(data.Train, data.Test, step.Batch, rng);
        Normalization scaled = Normalization.None(1);
        return new ImageLoaders(new DataLoader(Sample(data.Train), step.Batch, scaled, rng.Split(), dropLast: true), new DataLoader(Sample(data.Test), step.Batch, scaled));
    }

    private static ImageSet Sample(ImageSet images)
    {
        ImageSet chosen = images.Subset(label => images.Classes[label] is "3" or "7");
        return new ImageSet(chosen.Shape, chosen.Pixels, [.. chosen.Labels.Select(label => Array.IndexOf(ThreeOrSeven, images.Classes[label]))], ThreeOrSeven, "threes and sevens");
    }
}
