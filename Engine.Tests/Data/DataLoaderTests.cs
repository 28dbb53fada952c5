using Engine.Data;

namespace Engine.Tests.Data;

[TestFixture]
internal sealed class DataLoaderTests
{
    private static ImageSet Images(int count, int channels = 2) => new(
        [count, channels, 3, 5], [.. Enumerable.Range(0, count * channels * 15).Select(i => (byte)(i * 7))], [.. Enumerable.Range(0, count).Select(i => i % 3)], ["a", "b", "c"], "set");

    [Test]
    public void Shuffled_epochs_follow_the_seed_differ_and_hold_every_image_once()
    {
        DataLoader loader = new(Images(100), 7, Normalization.None(2), new Rng(1)), same = new(Images(100), 7, Normalization.None(2), new Rng(1));
        int[] first = [.. loader.Order().SelectMany(batch => batch)], second = [.. loader.Order().SelectMany(batch => batch)];
        Assert.That(first, Is.EquivalentTo(Enumerable.Range(0, 100)).And.Not.EqualTo(second));
        Assert.That(same.Order().SelectMany(batch => batch), Is.EqualTo(first));
        Assert.That(loader.Order(shuffle: false).SelectMany(batch => batch), Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(new DataLoader(Images(100), 7, Normalization.None(2)).Order().SelectMany(batch => batch), Is.EqualTo(Enumerable.Range(0, 100)), "no generator, no shuffle");
    }

    [TestCase(100, 7, false, 15, 100)] // 14 * 7 + 2
    [TestCase(100, 7, true, 14, 98)]
    [TestCase(98, 7, false, 14, 98)]
    [TestCase(98, 7, true, 14, 98)]
    [TestCase(3, 7, false, 1, 3)]
    public void The_last_batch_is_short_or_left_out(int count, int size, bool dropLast, int batches, int images)
    {
        DataLoader loader = new(Images(count), size, Normalization.None(2), new Rng(2), dropLast);
        int[] counts = [.. loader.Epoch().Select(batch => batch.Count)];
        Assert.That((loader.BatchCount, loader.ImageCount, counts.Length, counts.Sum()), Is.EqualTo((batches, images, batches, images)));
        Assert.That(counts.SkipLast(1), Is.All.EqualTo(size));
    }

    [Test]
    public void Pixels_become_normalised_floats_of_their_channel([Values(1, 64, 67, 130)] int size)
    {
        ImageSet images = Images(150);
        Normalization normalization = new([0.1f, 0.5f], [0.25f, 2]);
        DataLoader loader = new(images, size, normalization, new Rng(3));
        Batch batch = loader.Epoch().First();
        Assert.That(batch.Inputs.Shape, Is.EqualTo(new Shape(size, 2, 3, 5)));
        int[] indices = batch.Indices.ToArray();
        Assert.That(batch.Labels.ToArray(), Is.EqualTo(indices.Select(i => i % 3)));
        float[] expected = [.. indices.SelectMany(i => images.Image(i).ToArray().Select((pixel, p) => (pixel / 255f - normalization.Mean[p / 15]) / (normalization.Std[p / 15] + 1e-7f)))];
        Assert.That(batch.Inputs.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Without_normalisation_a_pixel_is_divided_by_255() =>
        Assert.That(new DataLoader(Images(1), 1, Normalization.None(2)).Gather([0]).Inputs.ToArray()[..3], Is.EqualTo(new[] { 0f, 7 / 255f, 14 / 255f }));

    [Test]
    public void Statistics_of_one_batch_are_mean_and_unbiased_deviation()
    {
        ImageSet images = new([3, 1, 1, 2], [0, 51, 255, 102, 9, 9], [0, 0, 0], ["a"]);
        Normalization normalization = Normalization.FromBatch(images, [0, 1]); // 0 .2 1 .4: mean .4, squares .16 .04 .36 0, sum .56, / 3
        Assert.That(normalization.Mean[0], Is.EqualTo(0.4).Within(1e-7));
        Assert.That(normalization.Std[0], Is.EqualTo(Math.Sqrt(0.56 / 3)).Within(1e-7));
        Assert.That(() => Normalization.FromBatch(images, []), Throws.ArgumentException.With.Message.EqualTo("normalization: needs at least 2 pixels a channel, got 0. (Parameter 'batch')"));
    }

    [Test]
    public void What_cannot_be_loaded_is_said()
    {
        Normalization none = Normalization.None(2);
        Assert.That(() => new DataLoader(Images(0), 7, none), Throws.ArgumentException.With.Message.EqualTo("dataset is empty: 0 samples in set. (Parameter 'images')"));
        Assert.That(() => new DataLoader(Images(3), 0, none), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("data loader: batch size must be positive, got 0. (Parameter 'batchSize')"));
        Assert.That(() => new DataLoader(Images(3), 7, none, dropLast: true), Throws.ArgumentException.With.Message.EqualTo(
            "data loader: set has 3 images, fewer than one batch of 7, and dropLast would drop them all; use a smaller batch. (Parameter 'batchSize')"));
        Assert.That(() => new DataLoader(Images(3), 7, Normalization.None(1)), Throws.ArgumentException.With.Message.EqualTo(
            "data loader: normalization has 1 channels, the images have 2. (Parameter 'normalization')"));
        Assert.That(() => new DataLoader(Images(3), 2, none).Gather([0, 3]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.EqualTo("set: no image 3; 3 images (0..2). (Parameter 'indices')"));
    }
}
