using Engine.Inference;
using Engine.Nn;
using Engine.Tensors;

namespace Engine.Tests.Docs;

/// <summary>The program of docs/inference.md.</summary>
internal static class InferencePage
{
    public static (Shape Scores, float[] Digits) Run()
    {
        Rng rng = new(42);
        Sequential model =
        [
            new Conv2d(1, 8, rng, 5, stride: 2, padding: 2), new Relu(), new BatchNorm2d(8),
            new Conv2d(8, 16, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(16),
            new AdaptiveAvgPool2d(1), new Flatten(), new Linear(16, 10, rng),
        ];

        InferenceSession session = new(model);                        // evaluation, whatever mode the model is in
        Tensor scores = session.Run(Tensor.Normal([64, 1, 28, 28], rng));

        float[] pixels = new float[784], digits = new float[10];
        session.Run(pixels, [1, 1, 28, 28], digits);                  // from memory to memory: nothing is allocated

        session.Refresh();                                            // after more training: reads the model again
        return (scores.Shape, digits);
    }
}
