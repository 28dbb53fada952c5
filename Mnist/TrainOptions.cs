using Engine.Data;
using Engine.Nn;
using Engine.Optim;

namespace Mnist;

/// <summary>What <c>train</c> was asked to do, each value in its range.</summary>
internal sealed record TrainOptions
{
    /// <summary>The folder of the data; null to look for it.</summary>
    public string? Data { get; init; }

    public required ImageDataset Dataset { get; init; }

    /// <summary>One of <see cref="Models.Names"/>.</summary>
    public required string Model { get; init; }

    /// <summary>"adam" or "sgd".</summary>
    public required string Optimizer { get; init; }

    public required int Epochs { get; init; }

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

    /// <summary>The file for the numbers; null for none.</summary>
    public string? Json { get; init; }

    /// <summary>The optimizer over a model's parameters.</summary>
    public Engine.Optim.Optimizer CreateOptimizer(Module model) => Optimizer == "sgd" ? new Sgd(model.Parameters(), Rate, momentum: 0.9) : new FastaiAdam(model.Parameters(), Rate);
}
