using Engine.Interop;
using Engine.Ops;
using Engine.Tensors;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class MixupTests
{
    [TestCase(0f), TestCase(0.1f)]
    public void Images_and_losses_are_mixed_by_the_same_shares(float smoothing)
    {
        LossFunction loss = smoothing == 0 ? Loss.CrossEntropy : Loss.LabelSmoothingCrossEntropy(smoothing);
        Learner learner = Make(loss);
        Mixup mixup = new(new Rng(5));
        int seen = 0;
        learner.Fit(1, mixup, new At
        {
            Loss = l =>
            {
                float[] x = l.Batch!.Inputs.ToArray(), mixed = l.Inputs.ToArray(), shares = mixup.Shares.ToArray();
                int[] others = mixup.Others.ToArray(), labels = l.Batch.Labels.ToArray();
                Assert.That(others.Order(), Is.EqualTo(Enumerable.Range(0, 70)));
                Assert.That(shares, Has.All.InRange(0.5f, 1f).And.Some.LessThan(0.95f));
                for (int i = 0; i < x.Length; i++) Assert.That(mixed[i], Is.EqualTo(shares[i / 48] * x[i] + (1 - shares[i / 48]) * x[others[i / 48] * 48 + i % 48]).Within(1e-6));
                float[] own = l.Predictions!.CrossEntropy(labels, labelSmoothing: smoothing, reduction: LossReduction.None).ToArray();
                float[] partner = l.Predictions!.CrossEntropy([.. others.Select(o => labels[o])], labelSmoothing: smoothing, reduction: LossReduction.None).ToArray();
                Assert.That(l.LossValue, Is.EqualTo(Enumerable.Range(0, 70).Average(i => shares[i] * own[i] + (1 - shares[i]) * partner[i])).Within(1e-5), "fastai's lerp of the two losses");
                seen++;
            },
            ValidationBatch = l => Assert.That(l.Inputs, Is.EqualTo(l.Batch!.Inputs), "validation is not mixed"),
        });
        Assert.That(seen, Is.EqualTo(4));
    }

    /// <summary>Beta(a, a) has mean 1/2 and variance 1 / (4 (2 a + 1)); of the larger half l the variance about 1/2 is the same.</summary>
    [TestCase(0.05), TestCase(0.4), TestCase(1), TestCase(3)]
    public void Shares_are_spread_as_beta_says(double alpha)
    {
        Learner learner = Tiny.Learner(1);
        List<double> squares = [];
        Mixup mixup = new(new Rng(6), alpha);
        learner.Fit(30, mixup, new At { Loss = _ => { foreach (float share in mixup.Shares) squares.Add((share - 0.5) * (share - 0.5)); } });
        Assert.That(squares.Average(), Is.EqualTo(1 / (4 * (2 * alpha + 1))).Within(4).Percent); // 8,400 draws
    }

    [Test]
    public void Its_generator_is_its_own_and_its_seed_decides()
    {
        string plain = Hash(null), one = Hash(1), again = Hash(1), two = Hash(2);
        Assert.That(again, Is.EqualTo(one));
        Assert.That(new[] { plain, one, two }, Is.Unique);

        static string Hash(ulong? seed)
        {
            Learner learner = Tiny.Learner(3);
            learner.Fit(1, seed is { } s ? [new Mixup(new Rng(s))] : []);
            return ModelWeights.Sha256(learner.Model);
        }
    }

    [Test]
    public void Label_smoothing_is_the_lerp_that_fastai_writes()
    {
        Tensor logits = Tensor.Normal([5, 4], new Rng(1));
        int[] labels = [0, 3, 1, 1, 2];
        double expected = 0;
        for (int i = 0; i < 5; i++)
        {
            double[] row = [.. Enumerable.Range(0, 4).Select(c => (double)logits.ToArray()[i * 4 + c])];
            double log = Math.Log(row.Sum(Math.Exp));
            expected += (0.8 * (log - row[labels[i]]) + 0.2 / 4 * row.Sum(v => log - v)) / 5;
        }
        Assert.That(Loss.LabelSmoothingCrossEntropy(0.2f)(logits, labels).Item(), Is.EqualTo(expected).Within(1e-6));
        Assert.That(() => Loss.LabelSmoothingCrossEntropy(2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("label smoothing: eps must be between 0 and 1, got 2. (Parameter 'eps')"));
    }

    [Test]
    public void A_loss_that_labels_cannot_be_mixed_for_is_refused()
    {
        Learner learner = Make((predictions, labels) => predictions.CrossEntropy(labels) * 2);
        Assert.That(() => learner.Fit(1, new Mixup(new Rng(1))),
            Throws.InvalidOperationException.With.Message.EqualTo("mixup: the learner's loss is not one that labels can be mixed for; use Loss.CrossEntropy or Loss.LabelSmoothingCrossEntropy."));
        Assert.That(() => new Mixup(new Rng(1), 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("mixup: alpha must be above 0, got 0. (Parameter 'alpha')"));
    }

    private static Learner Make(LossFunction loss)
    {
        Learner parts = Tiny.Learner(1);
        return new Learner(parts.Train, parts.Valid, parts.Model, parts.Optimizer, loss);
    }
}
