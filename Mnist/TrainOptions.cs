using System.Globalization;
using Engine.Data;
using Engine.Nn;
using Engine.Optim;

namespace Mnist;

/// <summary>What <c>train</c> was asked to do, each value in its range.</summary>
internal sealed record TrainOptions
{
    /// <summary>Images a step where <c>--batch</c> is not given.</summary>
    public const int DefaultBatch = 512;

    /// <summary>The folder of the data; null to look for it.</summary>
    public string? Data { get; init; }

    public required ImageDataset Dataset { get; init; }

    /// <summary>One of <see cref="Models.Names"/>.</summary>
    public required string Model { get; init; }

    /// <summary>"adam" or "sgd".</summary>
    public required string Optimizer { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Images a step.</summary>
    public required int Batch { get; init; }

    /// <summary>The learning rate; the largest one where it follows a schedule.</summary>
    public required double Rate { get; init; }

    /// <summary>"one-cycle" or "constant".</summary>
    public required string Schedule { get; init; }

    public required ulong Seed { get; init; }

    public required int Threads { get; init; }

    /// <summary>Only the first so many images of each set; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The folder for the weights; made where it is missing.</summary>
    public required string Out { get; init; }

    /// <summary>Batches from one checkpoint to the next; null for none but when interrupted.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>Whether to go on from the checkpoint in <see cref="Out"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>The file for the numbers; null for none.</summary>
    public string? Json { get; init; }

    /// <summary>The options that decide the result, as a checkpoint keeps them; the data has a fingerprint of its own.</summary>
    public IReadOnlyDictionary<string, string> Decisive => new Dictionary<string, string>
    {
        ["--dataset"] = Dataset.Name, ["--model"] = Model, ["--optimizer"] = Optimizer, ["--epochs"] = Text(Epochs), ["--batch"] = Text(Batch), ["--lr"] = Text(Rate),
        ["--schedule"] = Schedule, ["--seed"] = Text(Seed), ["--limit"] = Limit is { } limit ? Text(limit) : "none",
    };

    /// <summary>The optimizer over a model's parameters.</summary>
    public Engine.Optim.Optimizer CreateOptimizer(Module model) => Optimizer == "sgd" ? new Sgd(model.Parameters(), Rate, momentum: 0.9) : new FastaiAdam(model.Parameters(), Rate);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
