using System.Text.Json;
using Engine;
using Engine.Data;
using Engine.Training;
using Mnist.Screens;

namespace Mnist;

/// <summary>One run of <c>evaluate</c>.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class EvaluateRun(EvaluateOptions options, Screen screen, Func<string, string?> variable)
{
    private const int LossesWritten = 9;

    /// <summary>Runs it.</summary>
    /// <exception cref="BadInputException">The weights cannot be used, or results cannot be written.</exception>
    public void Run()
    {
        if (options.Json is not null) OutputCheck.FilePath("--json", options.Json);
        SavedModel saved = SavedModel.Load(options.Weights);
        ImageSplits data = new FoundData(screen, variable).Load(options.Dataset ?? saved.Dataset, options.Data, "testing");
        screen.Line($"weights {options.Weights}: {saved.Name}, trained on {saved.Dataset.Name}");
        Interpretation result = Interpretation.FromLogits(saved.Logits(data.Test, data.Test.Classes.Count), data.Test.Labels, data.Test.Classes);
        screen.Line();
        screen.Line(result.ToString());
        screen.Line(Texts.Confusion(result.Confusion));
        screen.Line(Texts.MostConfused(result.Confusion));
        screen.Line(Texts.TopLosses(result));
        if (options.Json is { } path) AtomicFile.Write(path, stream => Write(stream, result, saved, $"{data.Source}"));
    }

    private void Write(Stream stream, Interpretation result, SavedModel saved, string source)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("accuracy", result.Accuracy);
        json.WriteNumber("loss", result.Loss);
        json.WriteNumber("count", result.Confusion.Total);
        json.WriteString("weights", options.Weights);
        json.WriteString("model", saved.Name);
        json.WriteString("dataset", (options.Dataset ?? saved.Dataset).Name);
        json.WriteString("data_source", source);
        json.WriteStartArray("classes");
        foreach (ClassScore score in result.Scores)
        {
            json.WriteStartObject();
            json.WriteString("name", score.Name);
            json.WriteNumber("precision", score.Precision);
            json.WriteNumber("recall", score.Recall);
            json.WriteNumber("f1", score.F1);
            json.WriteNumber("count", score.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("confusion");
        for (int i = 0; i < result.Classes.Count; i++)
        {
            json.WriteStartArray();
            for (int j = 0; j < result.Classes.Count; j++) json.WriteNumberValue(result.Confusion[i, j]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("top_losses");
        foreach (TopLoss item in result.TopLosses(LossesWritten))
        {
            json.WriteStartObject();
            json.WriteNumber("index", item.Index);
            json.WriteNumber("predicted", item.Predicted);
            json.WriteNumber("actual", item.Actual);
            json.WriteNumber("loss", item.Loss);
            json.WriteNumber("probability", item.Probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
