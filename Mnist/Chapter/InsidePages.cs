using Engine;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Tensors;
using Engine.Training;

namespace Mnist.Chapter;

/// <summary>A look inside a trained network: what it gets wrong, what its layers look for, what speaks for an answer.</summary>
internal static class InsidePages
{
    private const int Digits = 3;

    /// <summary>Adds the sections.</summary>
    /// <param name="report">To this.</param>
    /// <param name="result">The training.</param>
    /// <param name="images">The test set.</param>
    public static void Add(HtmlReport report, LadderResult result, ImageSet images)
    {
        Learner learner = result.Learner;
        PredictionSet predictions = learner.GetPredictions();
        Interpretation interpretation = new(predictions.Scores, [.. predictions.Targets], predictions.Classes, [.. predictions.Losses]);
        report.Section("What it gets wrong")
            .Figure(interpretation.Confusion.Plot()).Figure(interpretation.Confusion.PlotMostConfused(atMost: 10))
            .Figure(interpretation.PlotTopLosses(images), "The digits with the largest losses");
        Conv2d first = (Conv2d)((Sequential)((Sequential)learner.Model)[0])[0];
        int chosen = Math.Max(0, Array.FindIndex(images.Labels, label => images.Classes[label] == "7"));
        learner.Model.Eval();
        report.Section("What it looks for")
            .Figure(first.PlotKernels(), "Kernels of the first convolution")
            .Figure(learner.Model.PlotFeatureMaps(Input(learner, chosen), first), "What they make of a 7");
        report.Section("What speaks for the answer");
        foreach (int index in Enumerable.Range(0, Math.Min(Digits, images.Count)))
        {
            Prediction prediction = learner.Predict(images.Image(index));
            report.Figure(GradCam.Compute(learner.Model, Input(learner, index), prediction.Class, convolution: 1).Plot(images.Picture(index), prediction.Name), $"Grad-CAM of the second convolution for a {images.Classes[images.Labels[index]]}");
        }
        report.Section("A search for the learning rate").Figure(new Learner(new ImageLoaders(learner.Train, learner.Valid), Models.SimpleCnnBn(new Rng(1)), Loss.CrossEntropy).LrFind().Plot(), "lr_find for the network of steps E and F");
    }

    private static Tensor Input(Learner learner, int index) => learner.Valid.Gather([index]).Inputs;
}
