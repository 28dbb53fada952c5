using Engine.Kernels;
using Engine.Tensors;

namespace Engine.Data;

/// <summary>Cuts a set into batches: shuffled anew each epoch from an explicit generator, gathered, turned to floats and normalised.</summary>
public sealed class DataLoader
{
    private readonly Rng? _shuffle;
    private readonly float[] _means, _divisors;

    /// <summary>Makes a loader.</summary>
    /// <param name="images">The set.</param>
    /// <param name="batchSize">Images a batch, at least 1.</param>
    /// <param name="normalization">How bytes become floats.</param>
    /// <param name="shuffle">Generator of each epoch's order; null keeps the set's order.</param>
    /// <param name="dropLast">Leaves out a last batch that is not full, as training does.</param>
    /// <exception cref="ArgumentException">The set is empty, or smaller than a batch that may not be dropped.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is not positive.</exception>
    public DataLoader(ImageSet images, int batchSize, Normalization normalization, Rng? shuffle = null, bool dropLast = false)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(normalization);
        if (batchSize <= 0) throw new ArgumentOutOfRangeException(nameof(batchSize), $"data loader: batch size must be positive, got {batchSize}.");
        if (images.Count == 0) throw new ArgumentException($"dataset is empty: 0 samples in {images.Name}.", nameof(images));
        if (dropLast && images.Count < batchSize)
            throw new ArgumentException($"data loader: {images.Name} has {images.Count} images, fewer than one batch of {batchSize}, and dropLast would drop them all; use a smaller batch.", nameof(batchSize));
        if (normalization.Mean.Count != images.Shape[1] || normalization.Std.Count != images.Shape[1])
            throw new ArgumentException($"data loader: normalization has {normalization.Mean.Count} channels, the images have {images.Shape[1]}.", nameof(normalization));
        (Images, BatchSize, Normalization, DropLast, _shuffle) = (images, batchSize, normalization, dropLast, shuffle);
        (_means, _divisors) = normalization.MeansAndDivisors();
    }

    /// <summary>The set.</summary>
    public ImageSet Images { get; }

    /// <summary>Images a batch.</summary>
    public int BatchSize { get; }

    /// <summary>How bytes become floats.</summary>
    public Normalization Normalization { get; }

    /// <summary>Whether a last batch that is not full is left out.</summary>
    public bool DropLast { get; }

    /// <summary>Where the orders of the epochs come from; null keeps the set's order.</summary>
    internal Rng? Shuffling => _shuffle;

    /// <summary>Batches an epoch.</summary>
    public int BatchCount => DropLast ? Images.Count / BatchSize : (Images.Count + BatchSize - 1) / BatchSize;

    /// <summary>Images an epoch.</summary>
    public int ImageCount => DropLast ? BatchCount * BatchSize : Images.Count;

    /// <summary>The batches of one epoch. Each batch is made while the one before is in use.</summary>
    /// <param name="shuffle">In a new order, where the loader has a generator.</param>
    public IEnumerable<Batch> Epoch(bool shuffle = true)
    {
        BatchesAhead batches = new(this, recycles: false);
        try
        {
            batches.Start(shuffle);
            while (batches.Next() is { } batch) yield return batch;
        }
        finally
        {
            batches.Stop();
        }
    }

    /// <summary>Which images go into each batch of one epoch.</summary>
    /// <param name="shuffle">In a new order, where the loader has a generator.</param>
    public IEnumerable<int[]> Order(bool shuffle = true)
    {
        int[] order = NewOrder([], shuffle);
        for (int i = 0; i < BatchCount; i++) yield return IndicesOf(order, i).ToArray();
    }

    /// <summary>All images in the order of one epoch; the array of an earlier epoch, which nobody needs any more, is used again.</summary>
    internal int[] NewOrder(int[] earlier, bool shuffle)
    {
        int[] order = earlier.Length == Images.Count ? earlier : new int[Images.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i; // each epoch's order depends on the generator alone
        if (shuffle) _shuffle?.Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>The images of one batch of an order.</summary>
    internal ReadOnlySpan<int> IndicesOf(int[] order, int batch) => order.AsSpan(batch * BatchSize, Math.Min(BatchSize, order.Length - batch * BatchSize));

    /// <summary>Makes a batch of chosen images.</summary>
    /// <param name="indices">Numbers of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such image.</exception>
    public Batch Gather(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            if ((uint)index >= (uint)Images.Count)
                throw new ArgumentOutOfRangeException(nameof(indices), $"{Images.Name}: no image {index}; {Images.Count} images (0..{Images.Count - 1}).");
        Tensor inputs = Tensor.Empty(InputShape(indices.Length), Layout.BatchLanes);
        PixelKernel.Gather(Images.Pixels, indices, Images.Shape[1], Plane, _means, _divisors, inputs.Span);
        return Batch.Of(inputs, indices, Images.Labels);
    }

    /// <summary>Pieces of a batch that can be made one by one.</summary>
    internal int Pieces(int count) => PixelKernel.Pieces(count, Images.Shape[1], Plane);

    /// <summary>Makes a piece of a batch.</summary>
    internal void GatherPiece(ReadOnlySpan<int> indices, Span<float> batch, int piece) =>
        PixelKernel.GatherPiece(Images.Pixels, indices, Images.Shape[1], Plane, _means, _divisors, batch, piece);

    /// <summary>[count, C, H, W].</summary>
    internal Shape InputShape(int count) => new(count, Images.Shape[1], Images.Shape[2], Images.Shape[3]);

    private int Plane => Images.Shape[2] * Images.Shape[3];
}
