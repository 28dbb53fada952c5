using Engine.Data;
using Engine.Training;

namespace Engine.Tests.Training;

[TestFixture, NonParallelizable]
internal sealed class InferenceTests
{
    [Test]
    public void Predictions_are_probabilities_in_the_set_s_order_with_classes_and_losses()
    {
        Learner learner = Trained();
        PredictionSet set = learner.GetPredictions(), logits = learner.GetPredictions(logits: true);
        (double loss, ConfusionMatrix confusion) = learner.Validate(learner.Valid);
        Assert.That((set.Count, set.Scores.Length), Is.EqualTo((101, 303)));
        Assert.That(set.Targets, Is.EqualTo(learner.Valid.Images.Labels));
        for (int i = 0; i < set.Count; i++)
        {
            float[] p = set.Of(i).ToArray();
            double[] exp = [.. logits.Of(i).ToArray().Select(x => Math.Exp(x))];
            Assert.That(p, Is.EqualTo(exp.Select(e => e / exp.Sum())).Within(1e-5));
            Assert.That(set.Losses[i], Is.EqualTo(-Math.Log(p[set.Targets[i]])).Within(1e-4));
            Assert.That(set.Predicted(i), Is.EqualTo(logits.Predicted(i)));
        }
        Assert.That(set.Losses.Average(), Is.EqualTo(loss).Within(1e-5));
        Assert.That(set.Counts().Confusion.Correct, Is.EqualTo(confusion.Correct));
        Assert.That(learner.Model.IsTraining, Is.True);
        Assert.That(() => set.Of(101), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("predictions: no image 101; 101 images (0..100). (Parameter 'index')"));
    }

    [Test]
    public void One_image_is_predicted_as_it_is_within_the_set()
    {
        Learner learner = Trained();
        PredictionSet set = learner.GetPredictions();
        foreach (int index in new[] { 0, 57, 100 })
        {
            Prediction one = learner.Predict(learner.Valid.Images.Image(index));
            Assert.That(one.Probabilities, Is.EqualTo(set.Of(index).ToArray()).Within(1e-6));
            Assert.That((one.Class, one.Name), Is.EqualTo((set.Predicted(index), learner.Valid.Images.Classes[set.Predicted(index)])));
        }
        Assert.That(() => learner.Predict(new byte[47]), Throws.ArgumentException.With.Message.EqualTo("predict: an image of stripes has 48 pixels [1, 8, 6], got 47. (Parameter 'image')"));
    }

    [Test]
    public void Augmented_predictions_go_from_the_mean_of_the_changed_images_a_part_of_the_way_to_the_plain_ones()
    {
        Learner learner = Trained();
        Func<ImageSet, ImageSet>[] ways = [Augmentation.Shift(1, 0), Augmentation.Shift(0, 1)];
        PredictionSet plain = learner.GetPredictions(), mixed = learner.GetAugmentedPredictions(augmentations: ways);
        PredictionSet[] changed = Array.ConvertAll(ways, way => learner.GetPredictions(new DataLoader(way(learner.Valid.Images), 101, learner.Valid.Normalization)));
        Assert.That(changed[0].Scores.ToArray(), Is.Not.EqualTo(plain.Scores.ToArray()));
        for (int i = 0; i < mixed.Scores.Length; i++)
            Assert.That(mixed.Scores[i], Is.EqualTo(0.75 * (changed[0].Scores[i] + changed[1].Scores[i]) / 2 + 0.25 * plain.Scores[i]).Within(1e-6));
        Assert.That(mixed.Losses[5], Is.EqualTo(-Math.Log(mixed.Of(5)[mixed.Targets[5]])).Within(1e-6));
        Assert.That(learner.GetAugmentedPredictions(beta: 1).Scores.ToArray(), Is.EqualTo(plain.Scores.ToArray()));
        Assert.That(learner.GetAugmentedPredictions(augmentations: [images => images]).Scores.ToArray(), Is.EqualTo(plain.Scores.ToArray()).Within(1e-7));
        Assert.That(learner.GetAugmentedPredictions().Counts().Confusion.Accuracy, Is.GreaterThan(0.5));
    }

    [Test]
    public void Augmentations_move_pixels_as_they_say()
    {
        byte[] pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]; // 3 x 4
        Assert.That(Run(Augmentation.Shift(1, 0)), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 }));
        Assert.That(Run(Augmentation.Shift(0, -2)), Is.EqualTo(new[] { 3, 4, 0, 0, 7, 8, 0, 0, 11, 12, 0, 0 }));
        Assert.That(Run(Augmentation.Flip()), Is.EqualTo(new[] { 4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9 }));
        // about the centre (1.5, 2): rows .25 and .75 and 1.25 of the way, floor(((y + .5) - 1.5) / 2 + 1.5) = 1 1 2; columns floor(((x + .5) - 2) / 2 + 2) = 1 1 2 2
        Assert.That(Run(Augmentation.Zoom(2)), Is.EqualTo(new[] { 6, 6, 7, 7, 6, 6, 7, 7, 10, 10, 11, 11 }));
        Assert.That(Run(Augmentation.Zoom(1)), Is.EqualTo(pixels));
        Assert.That(Augmentation.Shifts.Select(Run).Select(image => image.Sum(x => x)), Is.EqualTo(new[] { 78 - 10, 78 - 42, 78 - 15, 78 - 24 })); // what falls out: first row, last row, first column, last column

        byte[] Run(Func<ImageSet, ImageSet> way) => way(new ImageSet([2, 1, 3, 4], [.. new byte[12], .. pixels], [0, 0], ["a"])).Image(1).ToArray();
    }

    [Test]
    public void Faults_are_told()
    {
        Learner learner = Tiny.Learner(1);
        Assert.That(() => learner.GetAugmentedPredictions(augmentations: []), Throws.ArgumentException.With.Message.EqualTo(
            "test-time augmentation: there must be at least one augmentation, got none. (Parameter 'augmentations')"));
        Assert.That(() => learner.GetAugmentedPredictions(beta: 1.5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("test-time augmentation: beta must be 0 to 1, got 1.5. (Parameter 'beta')"));
        Assert.That(() => Augmentation.Zoom(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("zoom: factor must be a finite number above 0, got 0. (Parameter 'factor')"));
    }

    private static Learner Trained()
    {
        Learner learner = Tiny.Learner(1);
        learner.FitOneCycle(2, 0.03);
        return learner;
    }
}
