using Engine.Data;
using Engine.Nn;
using Engine.Training;

namespace Engine.Tests.Training;

internal sealed class InterpretationTests
{
    private static readonly string[] Pets = ["cat", "dog", "cow"];

    /// <summary>Six items: cat as cat, cat as dog, dog as dog, dog as dog, cow as cat, cow as cat.</summary>
    private static Interpretation Six() => new(
        [
            0.7f, 0.2f, 0.1f,
            0.25f, 0.5f, 0.25f,
            0.1f, 0.8f, 0.1f,
            0.2f, 0.6f, 0.2f,
            0.9f, 0.05f, 0.05f,
            0.5f, 0.25f, 0.25f,
        ], [0, 0, 1, 1, 2, 2], Pets);

    [Test]
    public void Top_losses_are_sorted_with_index_prediction_truth_and_probability()
    {
        IReadOnlyList<TopLoss> top = Six().TopLosses(3);
        Assert.That(top.Select(item => (item.Index, item.Predicted, item.Actual)), Is.EqualTo(new[] { (4, 0, 2), (1, 1, 0), (5, 0, 2) }), "of equal losses the first of the set");
        Assert.That(top.Select(item => item.Loss), Is.EqualTo(new[] { -Math.Log(0.05f), -Math.Log(0.25), -Math.Log(0.25) }).Within(1e-12));
        Assert.That(top.Select(item => item.Probability), Is.EqualTo(new[] { 0.9f, 0.5f, 0.5f }));
        Assert.That(Six().TopLosses(2, largest: false).Select(item => item.Index), Is.EqualTo(new[] { 2, 0 }));
        Assert.That(Six().TopLosses(99), Has.Count.EqualTo(6));
        Assert.That(Six().Loss, Is.EqualTo(-(Math.Log(0.7f) + 2 * Math.Log(0.25) + Math.Log(0.8f) + Math.Log(0.6f) + Math.Log(0.05f)) / 6).Within(1e-12));
    }

    [Test]
    public void A_learner_s_predictions_are_taken_with_their_losses()
    {
        ImageSet digits = SyntheticDigits.Generate(30, new Rng(1));
        DataLoader loader = new(digits, 8, Normalization.None(1));
        Learner learner = new(new ImageLoaders(loader, loader), new Sequential { new Flatten(), new Linear(784, 10, new Rng(2)) });
        Interpretation seen = Interpretation.Of(learner.GetPredictions());
        (double loss, ConfusionMatrix confusion) = learner.Validate(loader);
        Assert.That((seen.Accuracy, seen.Confusion.Total), Is.EqualTo((confusion.Accuracy, 30)));
        Assert.That(seen.Loss, Is.EqualTo(loss).Within(1e-6));
        Assert.That(seen.TopLosses(30).Select(item => item.Actual), Is.EqualTo(seen.TopLosses(30).Select(item => digits.Labels[item.Index])));
        Assert.That(() => Interpretation.Of(learner.GetPredictions(logits: true)), Throws.ArgumentException.With.Message.Contain("FromLogits takes logits"));
    }

    [Test]
    public void Losses_that_are_given_are_used()
    {
        Interpretation given = new([0.9f, 0.1f, 0.2f, 0.8f], [0, 1], ["a", "b"], [1.5f, 7]);
        Assert.That(given.TopLosses(1)[0], Is.EqualTo(new TopLoss(1, 1, 1, 7, 0.8f)));
        Assert.That(given.Loss, Is.EqualTo(4.25));
    }

    [Test]
    public void Precision_recall_and_F1_of_each_class()
    {
        Interpretation six = Six();
        // cat: 3 predicted, 2 actual, 1 right; dog: 3 predicted, 2 actual, 2 right; cow: never predicted
        Assert.That(six.Scores, Is.EqualTo(new ClassScore[] { new("cat", 1 / 3.0, 0.5, 0.4, 2), new("dog", 2 / 3.0, 1, 0.8, 2), new("cow", 0, 0, 0, 2) }));
        Assert.That(six.Accuracy, Is.EqualTo(0.5));
        Assert.That(six.MostConfused(), Is.EqualTo(new[] { (2, 0, 2), (0, 1, 1) }));
        Assert.That(six.MostConfused(atLeast: 2), Is.EqualTo(new[] { (2, 0, 2) }));
        Assert.That(six.ToString().ReplaceLineEndings("\n"), Is.EqualTo(
            "class     precision  recall      f1  count\n" +
            "cat          0.3333  0.5000  0.4000      2\n" +
            "dog          0.6667  1.0000  0.8000      2\n" +
            "cow          0.0000  0.0000  0.0000      2\n" +
            "accuracy 0.5000 (3 of 6), loss 1.1432\n"));
    }

    [Test]
    public void Logits_give_the_same_as_their_softmax_in_double()
    {
        Rng rng = new(1);
        const int N = 40, C = 5;
        float[] logits = [.. Enumerable.Range(0, N * C).Select(_ => rng.Uniform(-9, 9))], probabilities = new float[N * C];
        int[] labels = [.. Enumerable.Range(0, N).Select(_ => rng.NextInt(C))];
        double sum = 0;
        for (int i = 0; i < N; i++)
        {
            double row = Enumerable.Range(0, C).Sum(c => Math.Exp(logits[i * C + c]));
            for (int c = 0; c < C; c++) probabilities[i * C + c] = (float)(Math.Exp(logits[i * C + c]) / row);
            sum += Math.Log(row) - logits[i * C + labels[i]];
        }
        string[] names = ["a", "b", "c", "d", "e"];
        Interpretation direct = Interpretation.FromLogits(logits, labels, names), through = new(probabilities, labels, names);
        Assert.That(direct.Loss, Is.EqualTo(sum / N).Within(1e-12));
        Assert.That(through.Loss, Is.EqualTo(sum / N).Within(1e-6));
        Assert.That(direct.TopLosses(N).Select(item => (item.Index, item.Predicted, item.Actual)), Is.EqualTo(through.TopLosses(N).Select(item => (item.Index, item.Predicted, item.Actual))));
        Assert.That(direct.TopLosses(N).Select(item => item.Probability), Is.EqualTo(through.TopLosses(N).Select(item => item.Probability)).Within(1e-6));
        Assert.That(Interpretation.FromLogits([300, -500], [1], ["a", "b"]).Loss, Is.EqualTo(800), "finite where the probability is 0");
        Assert.That(new Interpretation([1, 0], [1], ["a", "b"]).Loss, Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void What_does_not_fit_is_told()
    {
        Assert.That(() => new Interpretation([0.5f], [0], ["a", "b"]), Throws.ArgumentException.With.Message.EqualTo("interpretation: 1 labels and 2 classes need 2 probabilities, got 1. (Parameter 'probabilities')"));
        Assert.That(() => Interpretation.FromLogits([0.5f, 1, 2], [0], ["a", "b"]), Throws.ArgumentException.With.Message.EqualTo("interpretation: 1 labels and 2 classes need 2 logits, got 3. (Parameter 'logits')"));
        Assert.That(() => new Interpretation([0, 1, 1, 0], [0, 2], ["a", "b"]), Throws.ArgumentException.With.Message.EqualTo("interpretation: label 2 at index 1; 2 classes (0..1). (Parameter 'labels')"));
        Assert.That(() => new Interpretation([0, 1, 1, 0], [0, 1], ["a", "b"], [1]), Throws.ArgumentException.With.Message.EqualTo("interpretation: 2 labels but 1 losses. (Parameter 'losses')"));
        Assert.That(() => new Interpretation([0, 1, 3, 0], [0, 1], ["a", "b"]), Throws.ArgumentException.With.Message.EqualTo("interpretation: probabilities must be between 0 and 1, got 3 for class 0 of item 1; FromLogits takes logits. (Parameter 'probabilities')"));
        Assert.That(() => new Interpretation([0, float.NaN], [0], ["a", "b"]), Throws.ArgumentException);
        Assert.That(() => Interpretation.FromLogits([0, float.NaN], [0], ["a", "b"]), Throws.ArgumentException.With.Message.EqualTo("interpretation: logits must be finite, got NaN for class 1 of item 0. (Parameter 'logits')"));
        Assert.That(() => new Interpretation([], [], []), Throws.ArgumentException.With.Message.StartsWith("interpretation: there must be at least one class."));
        Assert.That(() => Six().TopLosses(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(new Interpretation([], [], ["a"]).Loss, Is.NaN);
    }
}
