using System.Globalization;
using Engine.Reporting;
using static System.FormattableString;

namespace Engine.Tests.Reporting;

/// <summary>One of every figure, ordinary and extreme, with numbers made up so that they look like a training's.</summary>
internal static class Gallery
{
    private const string Hostile = "<script>alert(1)</script> & \"Ärger\" ' \u0001 \ud800 日本語のとても長い名前 مرحبا";
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    private static readonly string[] Clothes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    public static IEnumerable<(string Name, Plot Plot)> Plots()
    {
        yield return ("loss", Loss());
        yield return ("schedule", Schedule());
        yield return ("layer_stats", LayerStats());
        yield return ("finder", Finder());
        yield return ("many", Many());
        yield return ("extreme", Extreme());
        yield return ("color_dim", ColorDim(937));
        yield return ("grid_with_gaps", GridWithGaps());
        yield return ("digits", Confusion("Confusion matrix", Digits, 1000));
        yield return ("clothes", Confusion("Confusion matrix of clothes", Clothes, 100_000));
        yield return ("hundred", Confusion("A hundred classes", [.. Enumerable.Range(0, 100).Select(i => $"class number {i}")], 100));
        yield return ("batch", Batch());
        yield return ("top_losses", TopLosses());
        yield return ("kernels", ImageGrid.OfMaps("Kernels of the first layer, 5 x 5", Maps(8, 5, -1), scale: PixelScale.Symmetric, map: ColorMap.BlueRed, isShared: true));
        yield return ("features", ImageGrid.OfMaps("Feature maps of layer 2", Maps(16, 14, 0)));
        yield return ("cam", Cam());
        yield return ("confused", new BarPlot("Most confused pairs").Add("4 taken for 9", 17).Add("7 taken for 2", 11).Add("a very long name of a class taken for another very long name", 3).Add("never", 0));
        yield return ("hostile", new BarPlot(Hostile).Add(Hostile, 1, Hostile).Add("&lt;b>", 2));
        yield return ("empty_bars", new BarPlot("No bars"));
        yield return ("empty_grid", new ImageGrid("No images"));
        yield return ("empty_map", new HeatMap("No cells", 0, 0, []));
        yield return ("empty_matrix", new ConfusionPlot("No classes", [], []));
        yield return ("no_panes", new LinePlot("No panes"));
    }

    public static HtmlReport Report()
    {
        HtmlReport report = new("Convolutional networks, " + Hostile, "seed 1, two threads");
        report.Section("Text and tables").Paragraph("A paragraph of some length, so that it has to be broken on a narrow screen: " + Hostile)
            .Paragraph(new string('w', 300)).Bullets("one point", Hostile)
            .Table(["Layer (type)", "Output shape", "Parameters", "Multiply-adds", "Receptive field", "Activations", "Trainable"],
                Enumerable.Range(0, 6).Select(i => (string[])["0." + Text(i) + " Conv2d", "64 x 8 x 14 x 14", Text(208 * i), Text(39_200 * i), $"{5 + i} x {5 + i}", "1.2 MB", "yes"]), "What a summary has.")
            .Table([Hostile, "b"], [[Hostile, "1"], ["", "2.5 %"]])
            .Preformatted("a line\n    indented, and long enough to be wider than any screen there is " + new string('-', 200) + Hostile)
            .Subsection("Pictures " + Hostile);
        foreach ((string name, Plot plot) in Plots()) report.Section(name).Figure(plot, $"The figure called {name}. " + Hostile);
        return report;
    }

    public static LinePlot Loss()
    {
        double[] loss = [.. Enumerable.Range(0, 585).Select(i => 2.3 * Math.Exp(-i / 60.0) + 0.05 + 0.08 * Wave(i))];
        LinePlot plot = new("Losses of five epochs at batch 512");
        plot.AddPane(xTitle: "batch", yTitle: "loss").Add("training", loss).Add("validation", [116, 233, 350, 467, 584], [0.121, 0.0558, 0.0445, 0.0302, 0.0254]);
        return plot;
    }

    private static LinePlot Schedule()
    {
        LinePlot plot = new("");
        double[] cosine = [.. Enumerable.Range(0, 117).Select(i => 0.5 - 0.5 * Math.Cos(i / 117.0 * 2 * Math.PI))];
        plot.AddPane("lr", xTitle: "batch").Add("", [.. cosine.Select(c => 0.0024 + 0.0576 * c)]);
        plot.AddPane("mom", xTitle: "batch").Add("", [.. cosine.Select(c => 0.95 - 0.1 * c)]);
        return plot;
    }

    private static LinePlot LayerStats()
    {
        LinePlot plot = new("Activations of layer 0 (Conv2d 1 to 8)");
        double[] x = [.. Enumerable.Range(0, 937).Select(i => (double)i)];
        plot.AddPane("mean", xTitle: "batch").Add("", x, [.. x.Select(i => 0.4 + 0.2 * Wave((int)i))]);
        plot.AddPane("std", xTitle: "batch").Add("", x, [.. x.Select(i => 0.9 + 0.3 * Wave((int)i + 7))]);
        plot.AddPane("% near zero", xTitle: "batch").Add("", x, [.. x.Select(i => 0.48 + 0.01 * Wave((int)i + 3))]).Reach(0, 1);
        return plot;
    }

    private static LinePlot Finder()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(i => 1e-7 * Math.Pow(10, i * 8 / 100.0))];
        LinePlot plot = new("Learning rate finder");
        plot.AddPane(xTitle: "learning rate", yTitle: "smoothed loss", isLogX: true).Add("", rates, [.. rates.Select((r, i) => i > 92 ? 8 : 2.3 - 1.8 / (1 + 0.01 / r) + r * r / 4)])
            .AddMark("valley", 0.0021).AddMark("slide", 0.0832).AddMark("minimum", 0.031).AddMark("steep", 0.00912);
        return plot;
    }

    private static LinePlot Many()
    {
        LinePlot plot = new("Nine lines with names of all lengths, over a hundred thousand points, and a title so long that it has to be broken into several lines of text");
        Pane pane = plot.AddPane(xTitle: "a title of the axis across that is longer than any axis has room for, so that its end has to be cut away and an ellipsis set", yTitle: "likewise an upright one that is longer than the pane is high");
        for (int k = 0; k < 9; k++) pane.Add($"line {k} {new string('n', k * k)}", [.. Enumerable.Range(0, 100_000 / (k + 1)).Select(i => k + Wave(i) + Math.Sin(i * 1e-4))]);
        return plot;
    }

    private static LinePlot Extreme()
    {
        LinePlot plot = new("Extremes");
        plot.AddPane("the largest doubles", xTitle: "x").Add("y", [double.MinValue, 0, double.MaxValue]);
        plot.AddPane("tiny", xTitle: "x").Add("y", [1.5e-30, 2.5e-30, double.NaN, 2e-30]);
        plot.AddPane("almost the same", xTitle: "x").Add("y", [1e9, 1e9 + 0.25, 1e9 + 1]);
        plot.AddPane("one point", xTitle: "x").Add("y", [3]);
        plot.AddPane("nothing").Add("y", []);
        plot.AddPane("nothing finite").Add("y", [double.NaN, double.PositiveInfinity]);
        plot.AddPane("gaps", xTitle: "x").Add("y", [.. Enumerable.Range(0, 60).Select(i => i % 13 == 5 || i % 13 == 7 ? double.NaN : i)]);
        plot.AddPane("logarithms", xTitle: "x", isLogX: true, isLogY: true).Add("y", [1e-12, 1, 1e12, -4], [1e-200, 1, 1e200, 5]);
        plot.AddPane("a constant", xTitle: "x", isLogY: true).Add("y", [7, 7, 7, 7]);
        return plot;
    }

    public static HeatMap ColorDim(int batches)
    {
        float[] values = new float[40 * batches];
        for (int bin = 0; bin < 40; bin++)
            for (int i = 0; i < batches; i++)
                values[bin * batches + i] = (float)Math.Log(1 + 1e5 * Math.Exp(-bin * bin / (2.0 + 300.0 * i / batches)) * (1 + 0.5 * Wave(i)));
        return new HeatMap("The colourful dimension of layer -2", 40, batches, values) { XTitle = "batch", YTitle = "activation", ValueTitle = "log(1 + count)", YRange = (0, 10) };
    }

    private static HeatMap GridWithGaps() =>
        new("A grid with gaps, from the top down", 3, 4, [float.NaN, -2e-9f, 3e-9f, 1e-9f, 0, 0, float.NaN, 2e-9f, -3e-9f, 1e-9f, 1e-9f, float.NegativeInfinity])
        {
            Map = ColorMap.BlueRed, Scale = PixelScale.Symmetric, IsOriginAtTop = true,
        };

    private static ConfusionPlot Confusion(string title, string[] classes, int each)
    {
        int n = classes.Length;
        int[] counts = new int[n * n];
        for (int i = 0; i < n * n; i++) counts[i] = i / n == i % n ? each - i % 7 * each / 50 : i % 11 == 3 ? i * 7 % 30 : 0;
        return new ConfusionPlot(title, classes, counts);
    }

    private static ImageGrid Batch()
    {
        ImageGrid grid = new("Nine of a batch") { Columns = 3 };
        for (int i = 0; i < 9; i++) grid.Add(Disc(i), i == 4 ? Hostile : Text(i));
        return grid;
    }

    private static ImageGrid TopLosses()
    {
        ImageGrid grid = new("Top losses") { Columns = 4 };
        for (int i = 0; i < 8; i++) grid.Add(Disc(i), $"predicted {Clothes[(i + 1) % 10]}", $"actual {Clothes[i]}", Invariant($"loss {9.1 - i:F2}"), Invariant($"probability {0.99 - i * 0.03:F2}"));
        return grid;
    }

    private static ImageGrid Cam()
    {
        float[,] heat = { { 0, 0.1f, 0 }, { 0.2f, 1, 0.3f }, { 0, 0.2f, -5 } };
        Picture image = Picture.FromPlanes(32, 48, Noise(3 * 32 * 48, 0, 1));
        return new ImageGrid("Where the network looked") { CellSize = 192 }.Add(image, "the image").Add(image.Overlay(heat), "with Grad-CAM for \"3\"");
    }

    private static Picture Disc(int i)
    {
        float[] values = new float[28 * 28];
        for (int at = 0; at < values.Length; at++)
        {
            double r = Math.Sqrt(Math.Pow(at / 28 - 13.5, 2) + Math.Pow(at % 28 - 13.5, 2));
            values[at] = r < 6 + i % 5 && r > 2 + i % 3 ? 1 : 0;
        }
        return Picture.FromValues(28, 28, values, PixelScale.Unit);
    }

    private static float[][,] Maps(int count, int size, float low)
    {
        float[] noise = Noise(count * size * size, low, 1);
        float[][,] maps = [.. Enumerable.Range(0, count).Select(_ => new float[size, size])];
        for (int i = 0; i < noise.Length; i++) maps[i / (size * size)][i / size % size, i % size] = noise[i];
        return maps;
    }

    private static float[] Noise(int count, float low, float high)
    {
        Rng rng = new(7);
        return [.. Enumerable.Range(0, count).Select(_ => rng.Uniform(low, high))];
    }

    private static double Wave(int i) => Math.Sin(i * 0.71) * Math.Sin(i * 2.3) * Math.Sin(i * 0.013);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
