using Engine.Data;
using Engine.Tensors;

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

    [Test, NonParallelizable]
    public void Batches_made_ahead_are_those_made_when_asked_for([Values(1, 2, 3)] int threads, [Values(true, false)] bool dropLast)
    {
        int before = Compute.Threads;
        Compute.Threads = threads;
        try
        {
            ImageSet images = Images(300);
            DataLoader loader = new(images, 70, Normalization.None(2), new Rng(4), dropLast), same = new(images, 70, Normalization.None(2), new Rng(4), dropLast);
            BatchesAhead ahead = new(same, recycles: true);
            Workspace workspace = new();
            for (int epoch = 0; epoch < 3; epoch++)
            {
                ahead.Start(shuffle: true);
                foreach (int[] indices in loader.Order())
                {
                    using Workspace.Scope scope = workspace.Begin();
                    Batch expected = loader.Gather(indices), batch = ahead.Next()!;
                    Assert.That(batch.Indices.ToArray(), Is.EqualTo(indices));
                    Assert.That(batch.Labels.ToArray(), Is.EqualTo(expected.Labels.ToArray()));
                    Assert.That(batch.Inputs.ToArray(), Is.EqualTo(expected.Inputs.ToArray()));
                }
                Assert.That(ahead.Next(), Is.Null);
            }
        }
        finally
        {
            Compute.Threads = before;
        }
    }

    [Test]
    public void An_epoch_that_is_left_early_can_be_begun_again_and_takes_no_more_memory()
    {
        BatchesAhead ahead = new(new DataLoader(Images(300), 64, Normalization.None(2), new Rng(5)), recycles: true);
        Workspace workspace = new();
        HashSet<Storage> memory = [];
        for (int epoch = 0; epoch < 12; epoch++) // 300 = 4 * 64 + 44
        {
            ahead.Start(shuffle: true);
            for (int i = 0; i <= epoch % 5; i++)
            {
                using Workspace.Scope scope = workspace.Begin();
                memory.Add(ahead.Next()!.Inputs.Storage);
            }
            ahead.Stop();
        }
        Assert.That(memory, Has.Count.EqualTo(3)); // two of whole batches, one for the last
    }

    [Test]
    public void Inputs_that_are_kept_stay_and_others_end_with_their_batch()
    {
        BatchesAhead ahead = new(new DataLoader(Images(300), 50, Normalization.None(2), new Rng(6)), recycles: true);
        Workspace workspace = new();
        List<(Tensor Kept, float[] Values)> kept = [];
        Tensor? ended = null;
        ahead.Start(shuffle: true);
        for (int i = 0; i < 6; i++)
        {
            using Workspace.Scope scope = workspace.Begin();
            Tensor inputs = ahead.Next()!.Inputs;
            if (i % 2 == 0) kept.Add((inputs.Keep(), inputs.ToArray()));
            else ended = inputs;
        }
        foreach ((Tensor tensor, float[] values) in kept) Assert.That(tensor.ToArray(), Is.EqualTo(values));
        Assert.That(ended!.ToArray, Throws.InvalidOperationException);
    }

    [Test]
    public void Batches_of_an_enumeration_outlive_it_also_where_it_is_left_early()
    {
        DataLoader loader = new(Images(300), 64, Normalization.None(2), new Rng(7)), same = new(Images(300), 64, Normalization.None(2), new Rng(7));
        Batch[] batches = [.. loader.Epoch().Take(3)];
        int[][] order = [.. same.Order().Take(3)];
        for (int i = 0; i < 3; i++) Assert.That(batches[i].Inputs.ToArray(), Is.EqualTo(same.Gather(order[i]).Inputs.ToArray()));
    }

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
