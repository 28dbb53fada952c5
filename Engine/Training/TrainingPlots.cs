using Engine.Reporting;

namespace Engine.Training;

/// <summary>Pictures of what training recorded.</summary>
public static class TrainingPlots
{
    private const double Smoothing = 0.98;

    /// <summary>fastai's <c>plot_loss</c>: the loss of each batch and its moving average (weight .98 of the old, debiased) over batches.</summary>
    /// <param name="recorder">The recorder.</param>
    /// <param name="skipStart">Batches at the beginning to leave out; the average counts them.</param>
    /// <param name="validLosses">A validation loss for each epoch, drawn where the epoch ends; as many epochs as the recorder has seen.</param>
    public static LinePlot PlotLoss(this Recorder recorder, int skipStart = 5, IReadOnlyList<double>? validLosses = null)
    {
        ArgumentNullException.ThrowIfNull(recorder);
        ArgumentOutOfRangeException.ThrowIfNegative(skipStart);
        double[] batches = [.. Enumerable.Range(0, recorder.Losses.Count).Select(i => (double)i)], averages = new double[batches.Length];
        (double average, double rest) = (0, 1);
        for (int i = 0; i < averages.Length; i++)
        {
            (average, rest) = (Smoothing * average + (1 - Smoothing) * recorder.Losses[i], rest * Smoothing);
            averages[i] = average / (1 - rest);
        }
        LinePlot plot = new("Loss");
        Pane pane = plot.AddPane(xTitle: "batch", yTitle: "loss")
            .Add("each batch", [.. batches.Skip(skipStart)], [.. recorder.Losses.Skip(skipStart)])
            .Add("smoothed", [.. batches.Skip(skipStart)], [.. averages.Skip(skipStart)]);
        if (validLosses is { Count: > 0 })
            pane.Add("validation", [.. validLosses.Select((_, epoch) => (epoch + 1.0) * batches.Length / validLosses.Count - 1)], validLosses);
        return plot;
    }

    /// <summary>fastai's <c>plot_sched</c>: learning rate and momentum of each batch, side by side.</summary>
    /// <param name="recorder">The recorder.</param>
    public static LinePlot PlotSchedule(this Recorder recorder)
    {
        ArgumentNullException.ThrowIfNull(recorder);
        LinePlot plot = new("Schedule");
        plot.AddPane("lr", xTitle: "batch").Add("", recorder.Rates);
        plot.AddPane("mom", xTitle: "batch").Add("", recorder.Momenta);
        return plot;
    }

    /// <summary>fastai's plot of <c>lr_find</c>: the smoothed loss over the rates tried, and the rates suggested.</summary>
    /// <param name="search">What was found.</param>
    public static LinePlot Plot(this LrSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        LinePlot plot = new("Learning rate finder");
        Pane pane = plot.AddPane(xTitle: "learning rate", yTitle: "smoothed loss", isLogX: true).Add("", search.Rates, search.Losses);
        foreach ((string name, double? rate) in ((string, double?)[])[("valley", search.Valley), ("slide", search.Slide), ("minimum", search.Minimum), ("steep", search.Steep)])
            if (rate is { } found) pane.AddMark(name, found);
        return plot;
    }

    /// <summary>fastai's <c>plot_layer_stats</c>: mean, standard deviation and share near zero of what a layer gave, batch by batch, side by side.</summary>
    /// <param name="stats">What was recorded.</param>
    /// <param name="layer">From the end too: <c>^2</c> is the book's -2.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public static LinePlot PlotLayerStats(this ActivationStats stats, Index layer)
    {
        ArgumentNullException.ThrowIfNull(stats);
        ActivationSeries series = stats[layer];
        double[] steps = [.. series.Steps];
        LinePlot plot = new($"Activations of {LayerProbe.Name(series.Module)}");
        plot.AddPane("mean", xTitle: "batch").Add("", steps, series.Means);
        plot.AddPane("std", xTitle: "batch").Add("", steps, series.Stds);
        plot.AddPane("% near zero", xTitle: "batch").Add("", steps, [.. series.NearZero.Select(share => 100 * share)]).Reach(0, 100);
        return plot;
    }

    /// <summary>fastai's <c>color_dim</c>, the colourful dimension: the histogram of what a layer gave as a column for each batch, log(1 + count) as colour.</summary>
    /// <param name="stats">What was recorded, with histograms.</param>
    /// <param name="layer">From the end too: <c>^2</c> is the book's -2.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    /// <exception cref="InvalidOperationException">Histograms were not asked for.</exception>
    public static HeatMap ColorDim(this ActivationStats stats, Index layer)
    {
        ArgumentNullException.ThrowIfNull(stats);
        ActivationSeries series = stats[layer];
        int every = series.Count > 1 ? series.Steps[1] - series.Steps[0] : 1;
        return new HeatMap($"The colourful dimension of {LayerProbe.Name(series.Module)}", series.LogHistograms())
        {
            XTitle = "batch", YTitle = "activation", ValueTitle = "log(1 + count)",
            XRange = series.Count == 0 ? null : (series.Steps[0], series.Steps[^1] + Math.Max(1, every)), YRange = (0, ActivationSeries.BinCount * ActivationSeries.BinWidth),
        };
    }

    /// <summary>The matrix as a square of cells with counts.</summary>
    /// <param name="matrix">The matrix.</param>
    public static ConfusionPlot Plot(this ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int n = matrix.Classes.Count;
        return new ConfusionPlot("Confusion matrix", matrix.Classes, [.. Enumerable.Range(0, n * n).Select(i => matrix[i / n, i % n])]);
    }

    /// <summary>The pairs of classes most often taken for each other as bars, worst first.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="atLeast">Smallest count shown.</param>
    /// <param name="atMost">Number of pairs shown.</param>
    public static BarPlot PlotMostConfused(this ConfusionMatrix matrix, int atLeast = 1, int atMost = 20)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        BarPlot plot = new("Most confused");
        foreach ((int actual, int predicted, int count) in matrix.MostConfused(atLeast).Take(atMost))
            plot.Add($"{matrix.Classes[actual]} taken for {matrix.Classes[predicted]}", count);
        return plot;
    }
}
