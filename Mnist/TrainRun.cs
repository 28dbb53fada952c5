using System.Globalization;
using Engine;
using Engine.Data;
using Engine.Interop;
using Engine.Nn;
using Engine.Optim;
using Engine.Optim.Schedules;
using Engine.Training;
using Mnist.Screens;

namespace Mnist;

/// <summary>One run of <c>train</c>, from finding the data to saving the weights.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
/// <param name="error">Where faults go.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class TrainRun(TrainOptions options, Screen screen, TextWriter error, Func<string, string?> variable)
{
    private const string WeightsFile = "weights.safetensors", CheckpointFile = "checkpoint.safetensors";
    private readonly string _checkpointPath = Path.Combine(options.Out, CheckpointFile);

    /// <summary>Runs it.</summary>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    /// <exception cref="BadInputException">An option does not fit the data, or results cannot be written.</exception>
    public int Run()
    {
        OutputCheck.Folder("--out", options.Out, WeightsFile);
        OutputCheck.Folder("--out", options.Out, CheckpointFile);
        if (options.Json is not null) OutputCheck.FilePath("--json", options.Json);
        Checkpoint? resumed = options.Resume ? ResumedRun.Find(_checkpointPath, options) : null;
        Compute.Threads = options.Threads;
        Task warmUp = WarmUp.Start(options);
        ImageSplits data;
        try
        {
            data = new FoundData(screen, variable).Load(options.Dataset, options.Data, "training", options.Limit);
        }
        finally
        {
            Task.WhenAny(warmUp).Wait(); // whatever failed in it will fail again, and be told, in the training itself
        }

        Rng rng = new(options.Seed), initRng = rng.Split(), orderRng = rng.Split(), sampleRng = rng.Split();
        Normalization normalization = NormalizationFrom(data.Train, sampleRng);
        DataLoader train = new(data.Train, options.Batch, normalization, shuffle: orderRng, dropLast: true);
        DataLoader valid = new(data.Test, options.Batch, normalization);
        Sequential model = Models.Create(options.Model, initRng);
        Optimizer optimizer = options.CreateOptimizer(model);
        Learner learner = new(train, valid, model, optimizer, Loss.CrossEntropy);

        ModelSummary summary = ModelSummary.Of(model, [options.Batch, .. data.Train.Shape.Sizes[1..]]);
        screen.Model(summary);
        if (options.Resume) Resume(learner, resumed);
        using Interruption interruption = new(screen.Restore);
        CheckpointEvery checkpoints = new(_checkpointPath, options.CheckpointEvery ?? 0, options.CheckpointEvery is null ? 0 : 1, options.Decisive);
        Fit(learner, checkpoints, interruption);
        if (interruption.Requested is null && learner.StopReason is { } reason)
        {
            error.WriteLine($"training diverged: {reason} Nothing was saved.");
            return ExitCode.Diverged;
        }

        string path = Save(model, normalization);
        if (interruption.Requested is { } code)
        {
            screen.Line($"interrupted after {learner.Recorder.Losses.Count} of {learner.StepCount} batches; the weights are in {path}{(checkpoints.Count > 0 ? $"; --resume goes on from {_checkpointPath}" : "")}");
            return code;
        }
        ConfusionMatrix confusion = learner.Validate(valid).Confusion;
        TrainReport report = new()
        {
            Options = options, DataSource = $"{data.Source}", Epochs = learner.Epochs, Accuracy = confusion.Accuracy, Seconds = learner.FitSeconds(),
            Parameters = summary.Parameters, WeightsPath = path, WeightsSha256 = ModelWeights.Sha256(model),
        };
        Show(confusion, report);
        if (options.Json is not null) report.Write(options.Json);
        return ExitCode.Done;
    }

    /// <summary>fastai's <c>Normalize()</c>: the statistics of one shuffled training batch.</summary>
    private Normalization NormalizationFrom(ImageSet train, Rng rng)
    {
        if (options.Batch > train.Count)
            throw new BadInputException($"--batch must be at most the {train.Count} training images{(options.Limit is null ? "" : " that --limit leaves")}, got {options.Batch}{(options.Batch == TrainOptions.DefaultBatch ? ", its default" : "")}.");
        if (options.Batch == 1 && options.Model == "simple-bn")
            throw new BadInputException("--batch must be at least 2 for --model simple-bn: batch normalisation needs more than one value a channel, and the last layer has one pixel.");
        int[] order = [.. Enumerable.Range(0, train.Count)];
        rng.Shuffle(order.AsSpan());
        return Normalization.FromBatch(train, order.AsSpan(0, options.Batch));
    }

    private void Resume(Learner learner, Checkpoint? resumed)
    {
        if (resumed is null)
        {
            screen.Line($"no checkpoint at {_checkpointPath}: starting from the beginning");
            return;
        }
        int batches = learner.Train.BatchCount;
        screen.Line($"going on after {resumed.Epoch * batches + resumed.Batch} of {options.Epochs * batches} batches, from {_checkpointPath}");
        learner.Resume(resumed);
    }

    private void Fit(Learner learner, params Callback[] callbacks)
    {
        Callback[] schedule = options.Schedule == "one-cycle" ? [new ScheduleCallback(new OneCycle(options.Rate))] : [];
        screen.Training(display => learner.Fit(options.Epochs, [.. schedule, display, .. callbacks]));
    }

    private string Save(Module model, Normalization normalization)
    {
        Directory.CreateDirectory(options.Out);
        string path = Path.Combine(options.Out, WeightsFile);
        ModelWeights.Save(model, path, new Dictionary<string, string>
        {
            ["model"] = options.Model, ["dataset"] = options.Dataset.Name,
            ["mean"] = normalization.Mean[0].ToString(CultureInfo.InvariantCulture), ["std"] = normalization.Std[0].ToString(CultureInfo.InvariantCulture),
        });
        return path;
    }

    private void Show(ConfusionMatrix confusion, TrainReport report)
    {
        screen.Line();
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"test accuracy {report.Accuracy:F4} ({confusion.Correct} of {confusion.Total})"));
        screen.Line();
        screen.Line(Texts.Confusion(confusion));
        screen.Line(Texts.MostConfused(confusion));
        screen.Line();
        screen.Line($"weights {report.WeightsPath}");
        screen.Line($"weights_sha256 {report.WeightsSha256}");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"seconds {report.Seconds:F2} ({options.Threads} {(options.Threads == 1 ? "thread" : "threads")}, {Compute.InstructionSet})"));
    }
}
