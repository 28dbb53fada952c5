using Engine.Reporting;

namespace Engine.Tests.Docs;

/// <summary>The code of docs/reporting.md, run.</summary>
internal static class ReportingPage
{
    public static void Run(string folder)
    {
        double[] losses = [.. Enumerable.Range(0, 20).Select(i => 2.3 / (1 + i))], rates = [0.001, 0.01, 0.1], smoothed = [2.3, 1.2, 4], means = [0, 0.1], stds = [1, 0.9], nearZero = [0.5, 0.6];
        int batches = 20;
        float[] logCounts = new float[40 * batches];
        float[,] digit = { { 0, 1 }, { 1, 0 } }, heat = { { 0, 1 } };
        float[][,] weights = [digit, digit];
        string summary = "Conv2d  64 x 8 x 14 x 14";

        LinePlot plot = new("Losses");
        plot.AddPane(xTitle: "batch", yTitle: "loss").Add("training", losses).Add("validation", [9, 19], [0.31, 0.12]);
        plot.Save(Path.Combine(folder, "losses.svg"));
        string svg = plot.ToSvg(width: 400); // the height follows

        LinePlot finder = new("Learning rate finder");
        finder.AddPane(xTitle: "learning rate", yTitle: "loss", isLogX: true).Add("", rates, smoothed).AddMark("valley", 0.002);

        LinePlot stats = new("Layer 0");
        stats.AddPane("mean", xTitle: "batch").Add("", means);
        stats.AddPane("std", xTitle: "batch").Add("", stds);
        stats.AddPane("% near zero", xTitle: "batch").Add("", nearZero).Reach(0, 1); // the axis shows at least 0 to 1

        HeatMap dimension = new("Layer -2", rows: 40, columns: batches, values: logCounts)
        {
            XTitle = "batch", YTitle = "activation", ValueTitle = "log(1 + count)", YRange = (0, 10),
        };

        ImageGrid kernels = ImageGrid.OfMaps("Kernels", weights, scale: PixelScale.Symmetric, map: ColorMap.BlueRed, isShared: true);
        ImageGrid batch = new("A batch") { Columns = 3 };
        batch.Add(Picture.FromGrid(digit), "seven").Add(Picture.FromGrid(digit).Overlay(heat), "what speaks for 7");

        HtmlReport report = new("A training", "seed 1");
        report.Section("Result").Paragraph("Text is text: <b> & co. are shown as they are.")
            .Table(["step", "accuracy"], [["D", "97.4 %"], ["E", "98.6 %"]], "After one epoch")
            .Figure(plot, "Loss of each batch")
            .Section("Inside").Figure(stats).Figure(dimension).Figure(kernels).Figure(batch)
            .Preformatted(summary);
        report.Save(Path.Combine(folder, "report.html"));

        Assert.That(svg, Does.StartWith("<svg "));
        Assert.That(finder.ToSvg(), Does.Contain("valley 0.002"));
    }
}
