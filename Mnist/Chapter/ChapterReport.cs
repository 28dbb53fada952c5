using System.Globalization;
using Engine;
using Engine.Data;
using Engine.Nn;
using Engine.Reporting;
using Engine.Training;

namespace Mnist.Chapter;

/// <summary>The report of <c>chapter</c>: the chapter's own order, each of its pictures made from this run.</summary>
/// <param name="data">MNIST.</param>
/// <param name="seed">The seed of the run.</param>
/// <param name="results">The trainings, in order.</param>
internal sealed class ChapterReport(ImageSplits data, ulong seed, IReadOnlyList<LadderResult> results)
{
    private readonly List<(string Name, Plot Plot)> _figures = [];

    /// <summary>The plots of the trainings, by names for files: "B-loss".</summary>
    public IReadOnlyList<(string Name, Plot Plot)> Figures => _figures;

    /// <summary>Makes it.</summary>
    public HtmlReport Build()
    {
        HtmlReport report = new("Convolutional neural networks", string.Create(CultureInfo.InvariantCulture, $"{data.Description}; seed {seed}"));
        report.Section("The table").Paragraph("Accuracy on the test set after the last epoch. The book shows one run of each step; the same steps in PyTorch scatter over seeds as given.")
            .Table(LadderTable.Header, LadderTable.Rows(results));
        EdgePages.Add(report, data.Test);
        NetworkPages.Add(report);
        report.Section("Ten digits").Figure(data.Train.Plot(), "A batch with its labels");
        foreach (LadderResult result in results) Training(report, result);
        Inside(report, results.First(result => result.Step.Name == "F").Learner);
        return report;
    }

    private void Inside(HtmlReport report, Learner learner)
    {
        PredictionSet predictions = learner.GetPredictions();
        InsidePages.Add(report, (Sequential)learner.Model, new Interpretation(predictions.Scores, [.. predictions.Targets], predictions.Classes, [.. predictions.Losses]), learner.Valid);
        LrSearch search = new Learner(new ImageLoaders(learner.Train, learner.Valid), Models.SimpleCnnBn(new Rng(1)), Loss.CrossEntropy).LrFind();
        report.Section("A search for the learning rate").Paragraph($"lr_find for the network of steps E and F: {search}.").Figure(search.Plot());
        _figures.Add(("find-lr", search.Plot()));
    }

    private void Training(HtmlReport report, LadderResult result)
    {
        (LadderStep step, Learner learner) = (result.Step, result.Learner);
        report.Section($"Step {step.Name}: {step.Title}")
            .Paragraph(string.Create(CultureInfo.InvariantCulture, $"{step.Call} with batches of {step.Batch}: accuracy {result.Last.Accuracy:F4}") + (step.Book is { } book ? string.Create(CultureInfo.InvariantCulture, $"; the book has {book:F4}.") : "."))
            .Preformatted(learner.Epochs.ToString());
        Figure("loss", learner.Recorder.PlotLoss(validLosses: [.. learner.Epochs.Select(epoch => epoch.ValidLoss)]), "The loss of each batch, and of the test set after each epoch");
        if (step.Name is "D" or "F") Figure("schedule", learner.Recorder.PlotSchedule(), "1cycle: the learning rate goes up and comes down by cosines, momentum goes the other way");
        Figure("first", result.Stats.PlotLayerStats(0), "What the first convolution gives");
        Figure("penultimate", result.Stats.PlotLayerStats(step.Penultimate), "What the last but one convolution gives");
        Figure("colours", result.Stats.ColorDim(step.Penultimate), "The colourful dimension of the last but one convolution: each column is the histogram of a batch's activations");
        report.Paragraph(result.Doctor.Findings.Count == 0 ? "The training doctor found nothing." : "The training doctor says:");
        if (result.Doctor.Findings.Count > 0) report.Bullets([.. result.Doctor.Findings.Select(finding => finding.ToString())]);

        void Figure(string name, Plot plot, string caption)
        {
            report.Figure(plot, caption);
            _figures.Add(($"{step.Name.Replace("'", "-again", StringComparison.Ordinal)}-{name}", plot));
        }
    }
}
