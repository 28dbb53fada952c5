using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture]
internal sealed class MetricTests
{
    private static readonly string[] Classes = ["a", "b", "c", "never"];

    // labels 0 0 1 2 1, predictions 0 1 0 1 1, ranks of the labels 0 2 1 1 0; the third row is a tie, the first of which wins
    private static ClassificationCounts Counts()
    {
        ClassificationCounts counts = new(Classes);
        counts.Add([.9f, .1f, 0, -1, .2f, .5f, .3f, -1, .4f, .4f, .2f, -1], [0, 0, 1]);
        counts.Add([0, .6f, .5f, -1, 0, 1, 0, -1], [2, 1]);
        return counts;
    }

    [Test]
    public void Every_metric_is_what_is_counted_by_hand()
    {
        ClassificationCounts counts = Counts();
        foreach ((Metric metric, string name, double value) in new (Metric, string, double)[]
        {
            (Metric.Accuracy, "accuracy", 2 / 5.0), (Metric.ErrorRate, "error_rate", 3 / 5.0),
            (Metric.TopK(1), "top_1_accuracy", 2 / 5.0), (Metric.TopK(2), "top_2_accuracy", 4 / 5.0), (Metric.TopK(3), "top_3_accuracy", 1), (Metric.TopK(), "top_5_accuracy", 1),
            (Metric.Precision(0), "precision[0]", 1 / 2.0), (Metric.Precision(1), "precision[1]", 1 / 3.0), (Metric.Precision(2), "precision[2]", 0),
            (Metric.Recall(0), "recall[0]", 1 / 2.0), (Metric.Recall(1), "recall[1]", 1 / 2.0), (Metric.Recall(2), "recall[2]", 0),
            (Metric.F1(0), "f1[0]", 1 / 2.0), (Metric.F1(1), "f1[1]", 2 / 5.0), (Metric.F1(2), "f1[2]", 0), (Metric.F1(3), "f1[3]", 0),
            (Metric.Precision(), "precision", 5 / 18.0), (Metric.Recall(), "recall", 1 / 3.0), (Metric.F1(), "f1", 0.3), // over the three classes that occur
        })
        {
            Assert.That(metric.Name, Is.EqualTo(name));
            Assert.That(metric.Of(counts), Is.EqualTo(value).Within(1e-15), name);
        }
    }

    [Test]
    public void Metrics_of_nothing_are_0_and_an_own_one_is_a_function_of_the_counts()
    {
        ClassificationCounts none = new(Classes);
        none.Add([], []);
        foreach (Metric metric in new[] { Metric.Accuracy, Metric.TopK(2), Metric.Precision(), Metric.Recall(), Metric.F1(1) }) Assert.That(metric.Of(none), Is.Zero);
        Assert.That(new Metric("confused", counts => counts.Confusion[0, 1]).Of(Counts()), Is.EqualTo(1));
    }

    [Test]
    public void Equal_scores_are_ranked_by_their_place()
    {
        ClassificationCounts counts = new(["a", "b", "c"]);
        counts.Add([1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 2]);
        Assert.That((counts.InTop(1), counts.InTop(2), counts.InTop(3), counts.Confusion.Correct), Is.EqualTo((1, 2, 3, 1)));
    }

    [Test]
    public void A_score_that_is_no_number_is_never_among_the_best()
    {
        ClassificationCounts counts = new(["a", "b", "c"]);
        counts.Add([1, float.NaN, 2], [1]);
        Assert.That((counts.InTop(1), counts.InTop(2), counts.InTop(3)), Is.EqualTo((0, 0, 1)));
    }

    [Test]
    public void Faults_are_told()
    {
        Assert.That(() => Metric.TopK(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("top k: k must be at least 1, got 0. (Parameter 'k')"));
        Assert.That(() => Metric.F1(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("f1: class must not be negative, got -1. (Parameter 'class')"));
        Assert.That(() => Metric.Recall(4).Of(Counts()), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("confusion matrix: class 4; 4 classes (0..3). (Parameter 'class')"));
        Assert.That(() => Counts().Add([1, 2, 3], [0, 1]), Throws.ArgumentException.With.Message.EqualTo("metrics: 3 scores are not as many for each of 2 labels. (Parameter 'scores')"));
    }

    [Test]
    public void An_epoch_s_metrics_are_those_of_the_whole_set_however_it_is_cut_into_batches()
    {
        Learner learner = Tiny.Learner(1);
        Metric[] metrics = [Metric.ErrorRate, Metric.TopK(2), Metric.F1(), Metric.Recall(2)];
        Learner told = new(new Engine.Data.ImageLoaders(learner.Train, learner.Valid), learner.Model, metrics: metrics); // validation in 64 + 37
        told.Fit(1);
        ClassificationCounts whole = told.GetPredictions(new Engine.Data.DataLoader(learner.Valid.Images, 101, learner.Valid.Normalization)).Counts();
        EpochResult line = told.Epochs[0];
        Assert.That(line.Metrics, Is.EqualTo(metrics.Select(metric => (metric.Name, metric.Of(whole)))));
        Assert.That((line["error_rate"], line.Accuracy), Is.EqualTo((1 - whole.Confusion.Accuracy, whole.Confusion.Accuracy)));
        Assert.That(() => line["accuracy"], Throws.ArgumentException.With.Message.EqualTo(
            "epoch result: there is no metric 'accuracy'. Received: error_rate, top_2_accuracy, f1, recall[2]. (Parameter 'metric')"));
    }

    [Test]
    public void The_log_prints_as_fastai_s_table()
    {
        EpochLog log = new();
        log.Add(new EpochResult(0, 0.0726841, 0.04511, 0.990186, 5.128) { Metrics = [("accuracy", 0.990186), ("f1", 0.5)] });
        log.Add(new EpochResult(1, 12.25, 0.5, 0.25, 0.034) { Metrics = [("accuracy", 0.25), ("f1", 1)] });
        Assert.That(log.ToString(), Is.EqualTo("""
            epoch  train_loss  valid_loss  accuracy        f1  seconds
                0    0.072684    0.045110  0.990186  0.500000     5.13
                1   12.250000    0.500000  0.250000  1.000000     0.03

            """));
        Assert.That(new EpochLog().ToString(), Is.EqualTo("epoch  train_loss  valid_loss  seconds\n"));
    }
}
