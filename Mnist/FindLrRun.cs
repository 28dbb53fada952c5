using System.Globalization;
using Engine;
using Engine.Data;
using Engine.Training;
using Mnist.Screens;

namespace Mnist;

/// <summary>One run of <c>find-lr</c>.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class FindLrRun(FindLrOptions options, Screen screen, Func<string, string?> variable)
{
    private const string PictureFile = "find-lr.svg";

    /// <summary>Runs it.</summary>
    /// <exception cref="BadInputException">The picture cannot be written, or a batch is larger than the training set.</exception>
    public void Run()
    {
        OutputCheck.Folder("--out", options.Out, PictureFile);
        Compute.Threads = options.Threads;
        ImageSplits data = new FoundData(screen, variable).Load(options.Dataset, options.Data, "training");
        if (options.Batch > data.Train.Count) throw new BadInputException($"--batch must be at most the {data.Train.Count} training images, got {options.Batch}.");
        Rng rng = new(options.Seed), weights = rng.Split();
        LrSearch search = new Learner(ImageLoaders.Of(data.Train, data.Test, options.Batch, rng), Models.Create(options.Model, weights), Loss.CrossEntropy).LrFind();
        foreach ((string name, double? rate, string what) in ((string, double?, string)[])
        [
            ("valley", search.Valley, "half way down the longest descent; a good peak for one-cycle"), ("slide", search.Slide, "shortly before the loss grows"),
            ("minimum", search.Minimum, "a tenth of the rate with the lowest loss"), ("steep", search.Steep, "where the loss falls fastest"),
        ])
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{name,-8} {(rate is { } found ? found.ToString("G3", CultureInfo.InvariantCulture) : "none"),-9} {what}"));
        Directory.CreateDirectory(options.Out);
        string path = Path.Combine(options.Out, PictureFile);
        search.Plot().Save(path);
        screen.Line($"curve {path}");
    }
}
