namespace Engine.Data;

/// <summary>How bytes become floats: (pixel / 255 - mean) / (std + 1e-7) for each channel, as fastai's IntToFloatTensor and Normalize.</summary>
/// <param name="Mean">One a channel, in units of 0..1.</param>
/// <param name="Std">One a channel.</param>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>pixel / 255 and no more.</summary>
    /// <param name="channels">Number of channels.</param>
    public static Normalization None(int channels) => new(new float[channels], Enumerable.Repeat(1f, channels).ToArray()) { _scaleOnly = true };

    private const float Epsilon = 1e-7f;
    private bool _scaleOnly;

    /// <summary>fastai's <c>Normalize()</c> without arguments: mean and unbiased standard deviation of each channel over one batch.</summary>
    /// <param name="images">The set.</param>
    /// <param name="batch">Numbers of the images in the batch.</param>
    /// <exception cref="ArgumentException">The batch has fewer than two pixels a channel.</exception>
    public static Normalization FromBatch(ImageSet images, ReadOnlySpan<int> batch)
    {
        ArgumentNullException.ThrowIfNull(images);
        int channels = images.Shape[1], plane = images.Shape[2] * images.Shape[3];
        long count = (long)batch.Length * plane;
        if (count < 2) throw new ArgumentException($"normalization: needs at least 2 pixels a channel, got {count}.", nameof(batch));
        float[] mean = new float[channels], std = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            long sum = 0, squares = 0; // exact in integers
            foreach (int image in batch)
                foreach (byte pixel in images.Image(image).Slice(c * plane, plane)) (sum, squares) = (sum + pixel, squares + pixel * pixel);
            double average = (double)sum / count;
            mean[c] = (float)(average / 255);
            std[c] = (float)(Math.Sqrt(Math.Max(0, squares - sum * average) / (count - 1)) / 255);
        }
        return new Normalization(mean, std);
    }

    /// <summary>What a kernel subtracts from pixel / 255 and divides by, one a channel.</summary>
    internal (float[] Means, float[] Divisors) MeansAndDivisors() => _scaleOnly
        ? (new float[Mean.Count], Enumerable.Repeat(1f, Std.Count).ToArray()) // neither changes a bit
        : ([.. Mean], [.. Std.Select(std => std + Epsilon)]);
}
