using Engine.Reporting;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class TrainingPlotsTests
{
    [Test]
    public void Losses_are_shown_with_their_average_and_the_validation_at_the_ends_of_epochs()
    {
        Learner learner = Tiny.Learner(1);
        learner.FitOneCycle(epochs: 6, peakRate: 0.03); // 4 batches an epoch
        Pane pane = learner.Recorder.PlotLoss(skipStart: 5, [.. learner.Epochs.Select(epoch => epoch.ValidLoss)]).Panes.Single();
        Assert.That(pane.Lines.Select(line => line.Name), Is.EqualTo(new[] { "each batch", "smoothed", "validation" }));
        Assert.That(pane.Lines[0].X, Is.EqualTo(Enumerable.Range(5, 19)));
        Assert.That(pane.Lines[0].Y, Is.EqualTo(learner.Recorder.Losses.Skip(5)));
        Assert.That(pane.Lines[1].Y[^1], Is.EqualTo(learner.Recorder.SmoothLoss).Within(1e-12));
        Assert.That(pane.Lines[2].X, Is.EqualTo(new[] { 3, 7, 11, 15, 19, 23 }));
        Assert.That(pane.Lines[2].Y, Is.EqualTo(learner.Epochs.Select(epoch => epoch.ValidLoss)));
        Assert.That(new Recorder().PlotLoss().ToSvg(), Does.Contain("no data"));
    }

    [Test]
    public void The_schedule_has_a_pane_for_the_rate_and_one_for_the_momentum()
    {
        Learner learner = Tiny.Learner(2);
        learner.FitOneCycle(epochs: 2, peakRate: 0.03);
        LinePlot plot = learner.Recorder.PlotSchedule();
        Assert.That(plot.Panes.Select(pane => pane.Title), Is.EqualTo(new[] { "lr", "mom" }));
        Assert.That(plot.Panes[0].Lines.Single().Y, Is.EqualTo(learner.Recorder.Rates));
        Assert.That(plot.Panes[1].Lines.Single().Y, Is.EqualTo(learner.Recorder.Momenta));
    }

    [Test]
    public void Activations_of_a_layer_are_drawn_batch_by_batch()
    {
        ActivationStats stats = new(every: 2);
        Tiny.Learner(5, callbacks: stats).Fit(3); // 12 batches, 6 of them recorded
        LinePlot plot = stats.PlotLayerStats(^2);
        Assert.That(plot.Title, Is.EqualTo("Activations of layer 3 (Conv2d)"));
        Assert.That(plot.Panes.Select(pane => pane.Title), Is.EqualTo(new[] { "mean", "std", "% near zero" }));
        Assert.That(plot.Panes[0].Lines.Single().X, Is.EqualTo(new[] { 0, 2, 4, 6, 8, 10 }));
        Assert.That(plot.Panes.Select(pane => pane.Lines.Single().Y[^1]), Is.EqualTo(new[] { stats[^2].Means[^1], stats[^2].Stds[^1], 100 * stats[^2].NearZero[^1] }));
        HeatMap map = stats.ColorDim(^2);
        Assert.That((map.Rows, map.Columns, map.XRange, map.YRange, map.IsOriginAtTop), Is.EqualTo((40, 6, (0.0, 12.0), (0.0, 10.0), false)));
        Assert.That(() => stats.PlotLayerStats(9), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_search_is_drawn_with_its_suggestions()
    {
        LrSearch search = Tiny.Learner(3).LrFind();
        Pane pane = search.Plot().Panes.Single();
        Assert.That((pane.IsLogX, pane.Lines.Single().X, pane.Lines.Single().Y), Is.EqualTo((true, search.Rates, search.Losses)));
        Assert.That(pane.Marks, Has.Member(new Mark("valley", search.Valley!.Value)));
    }

    [Test]
    public void A_confusion_matrix_is_drawn_row_by_row_and_its_worst_pairs_as_bars()
    {
        ConfusionMatrix matrix = new(["a", "b", "c"]);
        foreach ((int actual, int predicted) in new[] { (0, 0), (0, 1), (0, 1), (2, 0), (1, 1) }) matrix.Add(actual, predicted);
        string svg = matrix.Plot().ToSvg();
        foreach (string cell in (string[])["a taken for a: 1", "a taken for b: 2", "c taken for a: 1", "b taken for a: 0"]) Assert.That(svg, Does.Contain(cell));
        Assert.That(svg, Does.Contain("2 of 5 items on the diagonal"));
        Assert.That(matrix.PlotMostConfused().ToSvg(), Does.Contain("<desc>a taken for b: 2. c taken for a: 1.</desc>"));
        Assert.That(matrix.PlotMostConfused(atLeast: 2).ToSvg(), Does.Contain("<desc>a taken for b: 2.</desc>"));
    }
}
