using Engine;
using Engine.Data;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;

namespace Mnist;

/// <summary>Makes the runtime compile the code of training while files are being read: trains a model of the same kind, which is thrown away, on a few images made up.</summary>
internal static class WarmUp
{
    private const int BatchSize = 64, Train = 2 * BatchSize, Valid = BatchSize + 16; // what a set leaves over for its last batch as well

    /// <summary>Runs beside the caller.</summary>
    /// <param name="options">Which model and optimizer.</param>
    public static Task Start(TrainOptions options) => Task.Run(() =>
    {
        Rng rng = new(0);
        ImageSet images = Images(Train, rng);
        Sequential model = Models.Create(options.Model, rng);
        Optimizer optimizer = options.CreateOptimizer(model);
        Learner learner = new(new DataLoader(images, BatchSize, new Normalization([0.5f], [0.5f]), rng, dropLast: true), new DataLoader(images.Take(Valid), BatchSize, new Normalization([0.5f], [0.5f])), model, optimizer);
        learner.Fit(1, new ScheduleCallback(new OneCycle(0.01)));
    });

    private static ImageSet Images(int count, Rng rng)
    {
        byte[] pixels = new byte[count * 28 * 28];
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)rng.NextInt(256);
        return new ImageSet([count, 1, 28, 28], pixels, [.. Enumerable.Range(0, count).Select(i => i % 10)], [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]);
    }
}
