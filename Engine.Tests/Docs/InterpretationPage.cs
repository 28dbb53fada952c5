using Engine.Nn;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/interpretation.md, run.</summary>
internal static class InterpretationPage
{
    public static Interpretation Run(Learner learner, Sequential model, Tensor image)
    {
        Console.WriteLine(ModelSummary.Of(model, [64, 1, 28, 28])); // a model alone, from a sample shape, without data
        Console.WriteLine(learner.Summary()); // with optimizer, loss, frozen groups, callbacks and advice

        Interpretation seen = Interpretation.Of(learner.GetPredictions()); // or new Interpretation(probabilities, labels, classes): plain arrays
        Console.WriteLine(seen); // precision, recall, F1 and count of each class; accuracy, loss
        foreach (TopLoss item in seen.TopLosses(9)) Console.WriteLine(item); // index, predicted, actual, loss, probability of the predicted class
        foreach ((int actual, int predicted, int count) in seen.MostConfused(atLeast: 3)) Console.WriteLine($"{actual} for {predicted}: {count}"); // worst first
        Console.WriteLine(seen.Confusion[4, 9]); // fours taken for nines

        ClassActivation cam = GradCam.Compute(model, image, @class: 7, convolution: ^2); // or layer: any module that gives feature maps
        float[,] map = cam.Map; // [H', W']: ReLU(sum over k of mean(d logit / d A_k) A_k)
        float[,] upsampled = cam.Upsampled; // [H, W], bilinear as PyTorch's align_corners=False
        Assert.That((map.GetLength(0), map.GetLength(1), upsampled.GetLength(0), upsampled.GetLength(1)), Is.EqualTo((2, 2, 28, 28)));
        return seen;
    }
}
