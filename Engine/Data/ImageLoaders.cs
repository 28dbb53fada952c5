namespace Engine.Data;

/// <summary>Batches to learn from and batches to measure with (fastai's DataLoaders).</summary>
public sealed class ImageLoaders
{
    /// <summary>Puts them together.</summary>
    /// <param name="train">Training batches.</param>
    /// <param name="valid">Validation batches.</param>
    public ImageLoaders(DataLoader train, DataLoader valid)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(valid);
        (Train, Valid) = (train, valid);
    }

    /// <summary>Training batches.</summary>
    public DataLoader Train { get; }

    /// <summary>Validation batches.</summary>
    public DataLoader Valid { get; }

    /// <summary>Loaders as fastai makes them: training images in a new order each epoch, a last batch that is not full left out; both normalised by mean and
    /// standard deviation of one shuffled training batch (<c>Normalize()</c>).</summary>
    /// <param name="train">Images to learn from.</param>
    /// <param name="valid">Images to measure with.</param>
    /// <param name="batchSize">Images a batch, 1 to the number of training images.</param>
    /// <param name="rng">Split for the orders, then for the batch that is measured.</param>
    /// <exception cref="ArgumentException">A set is empty, or there are fewer training images than a batch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is not positive.</exception>
    public static ImageLoaders Of(ImageSet train, ImageSet valid, int batchSize, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(rng);
        Rng orders = rng.Split(), sample = rng.Split();
        int[] order = [.. Enumerable.Range(0, train.Count)];
        sample.Shuffle(order.AsSpan());
        _ = new DataLoader(train, batchSize, Normalization.None(train.Shape[1]), dropLast: true); // throws where the sizes do not fit
        Normalization normalization = Normalization.FromBatch(train, order.AsSpan(0, batchSize));
        return new ImageLoaders(new DataLoader(train, batchSize, normalization, orders, dropLast: true), new DataLoader(valid, batchSize, normalization));
    }
}
