using Engine;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Tensors;
using Engine.Training;

namespace Mnist;

/// <summary>A look inside a trained network: what it gets wrong, what its layers look for, what speaks for an answer.</summary>
internal static class InsidePages
{
    private const int Shown = 3;

    /// <summary>Adds the sections.</summary>
    /// <param name="report">To this.</param>
    /// <param name="model">One of <see cref="Models"/>, trained; is left in evaluation mode.</param>
    /// <param name="result">What it says of the test set.</param>
    /// <param name="test">The test set as the model takes it.</param>
    public static void Add(HtmlReport report, Sequential model, Interpretation result, DataLoader test)
    {
        ImageSet images = test.Images;
        model.Eval();
        report.Section("What it gets wrong")
            .Figure(result.Confusion.Plot()).Figure(result.Confusion.PlotMostConfused(atMost: 10))
            .Figure(result.PlotTopLosses(images), "The images with the largest losses");
        Conv2d first = (Conv2d)((Sequential)model[0])[0];
        int chosen = Math.Max(0, Array.IndexOf(images.Labels, Math.Min(7, images.Classes.Count - 1)));
        report.Section("What it looks for")
            .Figure(first.PlotKernels(), "Kernels of the first convolution")
            .Figure(model.PlotFeatureMaps(Input(chosen), first), $"What they make of an image of class {images.Classes[images.Labels[chosen]]}");
        report.Section("What speaks for the answer");
        for (int index = 0; index < Math.Min(Shown, images.Count); index++)
        {
            Tensor logits;
            using (GradMode.NoGrad()) logits = model.Forward(Input(index));
            int answer = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.AsSpan());
            report.Figure(GradCam.Compute(model, Input(index), answer, convolution: 1).Plot(images.Picture(index), images.Classes[answer]), $"Grad-CAM of the second convolution for an image of class {images.Classes[images.Labels[index]]}");
        }

        Tensor Input(int index) => test.Gather([index]).Inputs;
    }
}
