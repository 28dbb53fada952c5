using System.Text.Json;
using Engine;
using Engine.Training;

namespace Mnist;

/// <summary>What a run came to, as <c>--json</c> writes it.</summary>
internal sealed record TrainReport
{
    public required TrainOptions Options { get; init; }

    public required string DataSource { get; init; }

    public required IReadOnlyList<EpochResult> Epochs { get; init; }

    /// <summary>Share of the test set predicted right, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The training loop alone: epochs with their validation.</summary>
    public required double Seconds { get; init; }

    public required long Parameters { get; init; }

    public required string WeightsPath { get; init; }

    public required string WeightsSha256 { get; init; }

    /// <summary>Writes the file, all of it or nothing.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) => AtomicFile.Write(path, Write);

    private void Write(Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        Number(json, "accuracy", Accuracy);
        json.WriteStartArray("epochs");
        foreach (EpochResult epoch in Epochs)
        {
            json.WriteStartObject();
            Number(json, "train_loss", epoch.TrainLoss);
            Number(json, "valid_loss", epoch.ValidLoss);
            Number(json, "accuracy", epoch.Accuracy);
            Number(json, "seconds", epoch.Seconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Number(json, "seconds", Seconds);
        json.WriteNumber("parameters", Parameters);
        json.WriteString("weights_sha256", WeightsSha256);
        json.WriteNumber("threads", Options.Threads);
        json.WriteString("instruction_set", Compute.InstructionSet);
        json.WriteString("weights", WeightsPath);
        json.WriteString("dataset", Options.Dataset.Name);
        json.WriteString("data_source", DataSource);
        json.WriteString("model", Options.Model);
        json.WriteString("optimizer", Options.Optimizer);
        json.WriteString("schedule", Options.Schedule);
        json.WriteNumber("batch", Options.Batch);
        json.WriteNumber("lr", Options.Rate);
        json.WriteNumber("seed", Options.Seed);
        if (Options.Limit is { } limit) json.WriteNumber("limit", limit);
        json.WriteEndObject();
    }

    /// <summary>JSON has no word for NaN and infinity.</summary>
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
