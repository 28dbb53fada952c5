using Engine.Data;

namespace Engine.Tests.Data;

public sealed class ImageSetTests
{
    private static ImageSet Set() => new([3, 2, 1, 2], [0, 255, 1, 2, 0, 255, 3, 4, 0, 255, 5, 6], [1, 0, 1], ["cat", "dog"], "pets");

    [Test]
    public void Images_are_found_by_index()
    {
        Assert.That(Set().Image(1).ToArray(), Is.EqualTo(new byte[] { 0, 255, 3, 4 }));
        Assert.That(() => Set().Image(3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("pets: no image 3; 3 images (0..2)."));
    }

    [Test]
    public void Subsets_copy_the_chosen_images_in_order()
    {
        ImageSet two = Set().Subset(2, 0);
        Assert.That(two.Shape, Is.EqualTo(new Shape(2, 2, 1, 2)));
        Assert.That(two.Pixels, Is.EqualTo(new byte[] { 0, 255, 5, 6, 0, 255, 1, 2 }));
        Assert.That(Set().Subset(label => label == 0).Image(0).ToArray(), Is.EqualTo(new byte[] { 0, 255, 3, 4 }));
        Assert.That(Set().Take(2).Labels, Is.EqualTo(new[] { 1, 0 }));
        Assert.That(Set().Take(9).Count, Is.EqualTo(3));
    }

    [Test]
    public void Mean_and_deviation_are_per_channel_in_units_of_one()
    {
        (float[] mean, float[] std) = Set().ChannelStatistics();
        Assert.That(mean, Is.EqualTo(new[] { 0.5f, 3.5f / 255 }));
        Assert.That(std, Is.EqualTo(new[] { 0.5f, (float)(Math.Sqrt(35 / 12.0) / 255) }).Within(1e-7f)); // 1..6: variance (36 - 1) / 12
        Assert.That(() => Set().Subset([]).ChannelStatistics(), Throws.InvalidOperationException.With.Message.EqualTo("dataset is empty: 0 samples in pets"));
    }

    [Test]
    public void Lengths_and_labels_are_checked()
    {
        Assert.That(() => new ImageSet([1, 2], [1, 2], [0], ["a"]), Throws.ArgumentException.With.Message.Contains("image set: shape must have 4 dimensions [N, C, H, W]. Received: [1, 2]."));
        Assert.That(() => new ImageSet([1, 1, 1, 2], [1], [0], ["a"]), Throws.ArgumentException.With.Message.Contains("image set: shape [1, 1, 1, 2] needs 2 pixels, got 1."));
        Assert.That(() => new ImageSet([1, 1, 1, 1], [1], [0, 0], ["a"]), Throws.ArgumentException.With.Message.Contains("image set: 1 images but 2 labels."));
        Assert.That(() => new ImageSet([2, 1, 1, 1], [1, 1], [0, 3], ["a", "b"], "x"), Throws.ArgumentException.With.Message.Contains("x: label 3 at index 1; 2 classes (0..1)."));
        Assert.That(() => new ImageSet([1, 1, 1, 1], [1], [-1], ["a"], "x"), Throws.ArgumentException.With.Message.Contains("x: label -1 at index 0; 1 classes (0..0)."));
    }
}
