using System.Globalization;
using System.Text.Json;
using Engine;
using Engine.Data;
using Engine.Reporting;
using Engine.Training;
using Mnist.Screens;

namespace Mnist.Chapter;

/// <summary>One run of <c>chapter</c>: trains, prints the book's table beside its own, writes the report.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class ChapterRun(ChapterOptions options, Screen screen, Func<string, string?> variable)
{
    private const string ReportFile = "chapter.html", FiguresFolder = "figures";

    /// <summary>Runs it.</summary>
    /// <exception cref="BadInputException">Results cannot be written, or there are too few images.</exception>
    public void Run()
    {
        OutputCheck.Folder("--out", options.Out, ReportFile);
        if (File.Exists(Path.Combine(options.Out, FiguresFolder))) throw new BadInputException($"--out: '{Path.Combine(options.Out, FiguresFolder)}' is a file, not a folder.");
        if (options.Json is not null) OutputCheck.FilePath("--json", options.Json);
        Compute.Threads = options.Threads;
        ImageSplits data = Load();
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"edge kernel on the book's three: {EdgeKernels.Apply(EdgeKernels.Crop, 5, 7, EdgeKernels.TopEdge):F0} at (5, 7), {EdgeKernels.Apply(EdgeKernels.Crop, 8, 18, EdgeKernels.TopEdge):F0} at (8, 18)"));
        LadderRun ladder = new(data, options.Seed, screen);
        List<LadderResult> results = [];
        foreach (LadderStep step in LadderStep.All)
        {
            screen.Line();
            screen.Line($"{step.Name}  {step.Title}: {step.Call}, batches of {step.Batch}");
            LadderResult result = ladder.Run(step);
            foreach (Finding finding in result.Doctor.Findings) screen.Line($"doctor: {finding}");
            results.Add(result);
        }
        screen.Line();
        foreach (string line in LadderTable.Lines(results)) screen.Line(line);
        Directory.CreateDirectory(options.Out);
        string path = Path.Combine(options.Out, ReportFile);
        ChapterReport report = new(data, options.Seed, results);
        report.Build().Save(path);
        string figures = Path.Combine(options.Out, FiguresFolder);
        Directory.CreateDirectory(figures);
        foreach ((string name, Plot plot) in report.Figures) plot.Save(Path.Combine(figures, $"{name}.svg"));
        screen.Line();
        screen.Line($"report {path}, its plots as files in {figures}");
        if (options.Json is { } json) AtomicFile.Write(json, stream => Write(stream, results));
    }

    private ImageSplits Load()
    {
        ImageSplits data = new FoundData(screen, variable).Load(ImageDataset.Mnist, options.Data, "training", options.Limit);
        int largest = LadderStep.All.Max(step => step.Batch);
        return data.Train.Count >= largest ? data : throw new BadInputException($"chapter: its batches of {largest} need as many training images, got {data.Train.Count}; use a larger --limit.");
    }

    private void Write(Stream stream, List<LadderResult> results)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("seed", options.Seed);
        json.WriteStartArray("steps");
        foreach (LadderResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Step.Name);
            json.WriteNumber("accuracy", result.Last.Accuracy);
            json.WriteNumber("train_loss", result.Last.TrainLoss);
            json.WriteNumber("valid_loss", result.Last.ValidLoss);
            json.WriteNumber("seconds", result.Seconds);
            json.WriteString("weights_sha256", result.WeightsSha256);
            json.WriteStartArray("findings");
            foreach (Finding finding in result.Doctor.Findings) json.WriteStringValue(finding.Code);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
