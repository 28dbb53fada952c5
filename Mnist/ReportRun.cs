using System.Globalization;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Training;
using Mnist.Screens;

namespace Mnist;

/// <summary>One run of <c>report</c>.</summary>
/// <param name="options">What to do.</param>
/// <param name="screen">What people see.</param>
/// <param name="variable">Looks up environment variables.</param>
internal sealed class ReportRun(ReportOptions options, Screen screen, Func<string, string?> variable)
{
    private const string ReportFile = "report.html";

    /// <summary>Runs it.</summary>
    /// <exception cref="BadInputException">The weights cannot be used, or the report cannot be written.</exception>
    public void Run()
    {
        OutputCheck.Folder("--out", options.Out, ReportFile);
        SavedModel saved = SavedModel.Load(options.Weights);
        ImageSplits data = new FoundData(screen, variable).Load(options.Dataset ?? saved.Dataset, options.Data, "testing");
        Interpretation result = Interpretation.FromLogits(saved.Logits(data.Test, data.Test.Classes.Count), data.Test.Labels, data.Test.Classes);
        HtmlReport report = new($"{saved.Name} on {saved.Dataset.Name}", data.Description);
        report.Section("Scores")
            .Paragraph(string.Create(CultureInfo.InvariantCulture, $"{options.Weights}: {result.Confusion.Correct} of {result.Confusion.Total} test images right, accuracy {result.Accuracy:F4}, loss {result.Loss:F4}."))
            .Preformatted(result.ToString())
            .Section("The network").Preformatted(ModelSummary.Of(saved.Model, [1, .. data.Test.Shape.Sizes[1..]]).ToString());
        InsidePages.Add(report, saved.Model, result, new DataLoader(data.Test, 1, saved.Normalization));
        Directory.CreateDirectory(options.Out);
        string path = Path.Combine(options.Out, ReportFile);
        report.Save(path);
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"accuracy {result.Accuracy:F4}"));
        screen.Line($"report {path}");
    }
}
