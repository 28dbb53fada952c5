using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/callbacks.md, run.</summary>
internal static class CallbacksPage
{
    public static void Run(Learner learner)
    {
        ActivationStats stats = new();
        learner.Fit(1, stats);
        IReadOnlyList<double> nearZero = stats[^2].NearZero; // the last but one layer with parameters, a number a batch
        float[,] picture = stats[^2].LogHistograms(); // [bin, batch]: the colourful dimension
        Assert.That((nearZero.Count, picture.GetLength(0), picture.GetLength(1)), Is.EqualTo((learner.StepCount, 40, learner.StepCount)));
        learner.Fit(1, new ActivationStats(module => module is Engine.Nn.Relu, every: 10)); // said in a sentence

        learner.Fit(30, new SaveModel("best.safetensors", "accuracy"), new EarlyStopping("accuracy", patience: 5), new CsvLog("log.csv"));
        Assert.That(learner.StopReason, Does.StartWith("accuracy has not become better than "));
    }
}
