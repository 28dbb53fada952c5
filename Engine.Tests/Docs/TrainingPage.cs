using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/training.md, run.</summary>
internal static class TrainingPage
{
    public static void Run(ImageSplits images)
    {
        Rng rng = new(42);
        Sequential model =
        [
            new Conv2d(1, 8, rng, 3, stride: 2, padding: 1), new Relu(), new BatchNorm2d(8),
            new Conv2d(8, 16, rng, 3, stride: 2, padding: 1), new Relu(), new AdaptiveAvgPool2d(1), new Flatten(), new Linear(16, 10, rng),
        ];
        ImageLoaders data = ImageLoaders.Of(images.Train, images.Test, batchSize: 64, rng);
        Learner learner = new(data, model, Loss.CrossEntropy, metrics: [Metric.Accuracy, Metric.F1()]);
        LrSearch search = learner.LrFind();
        learner.FitOneCycle(epochs: 2, peakRate: search.Valley ?? 0.01);
        Console.Write(learner.Epochs); // a table: epoch, losses, metrics, seconds

        learner.Fit(epochs: 4, new ScheduleCallback(new StepLr(0.01, stepSize: 2 * learner.Train.BatchCount)));

        Learner tuned = new(data, model, splitter: _ => [model.Parameters().SkipLast(2), model.Parameters().TakeLast(2)]);
        tuned.FitOneCycle(epochs: 1, peakRate: 0.01);
        tuned.FitOneCycle(epochs: 1, peakRate: new[] { 0.001, 0.01 });
        tuned.FitOneCycle(epochs: 1, peakRate: (0.0001, 0.01));
        tuned.Freeze(); // the last group alone is trained
        tuned.Fit(epochs: 1, learningRate: 0.01);
        tuned.Unfreeze();
        tuned.FineTune(epochs: 1);

        Learner plain = new(data, model, optimizer: parameters => new Sgd(parameters, learningRate: 0.05, momentum: 0.9));
        plain.Fit(1);

        PredictionSet predictions = learner.GetPredictions(); // of the validation set: probabilities, true classes, losses
        PredictionSet augmented = learner.GetAugmentedPredictions(); // with the images moved by a pixel each way, too
        Prediction one = learner.Predict(images.Test.Image(0));
        Console.WriteLine($"{one.Name} with probability {one.Probabilities[one.Class]:F2}, accuracy {augmented.Counts().Confusion.Accuracy:F4}");
        Assert.That(predictions.Counts().Confusion.Accuracy, Is.GreaterThan(0.3));
    }
}
