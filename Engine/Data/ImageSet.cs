namespace Engine.Data;

/// <summary>Labelled images in memory, one byte a pixel and channel.</summary>
public sealed class ImageSet
{
    /// <summary>Makes a set; the arrays are kept, not copied.</summary>
    /// <param name="shape">[N, C, H, W].</param>
    /// <param name="pixels">Row-major, <c>shape.Count</c> bytes.</param>
    /// <param name="labels">One per image, 0 to the number of classes - 1.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="name">What the set is called in messages: a path or a title.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or a label names no class.</exception>
    public ImageSet(Shape shape, byte[] pixels, int[] labels, IReadOnlyList<string> classes, string name = "image set")
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classes);
        if (shape.Rank != 4)
            throw new ArgumentException($"{name}: shape must have 4 dimensions [N, C, H, W]. Received: {shape}.", nameof(shape));
        if (pixels.Length != shape.Count)
            throw new ArgumentException($"{name}: shape {shape} needs {shape.Count} pixels, got {pixels.Length}.", nameof(pixels));
        if (labels.Length != shape[0])
            throw new ArgumentException($"{name}: {shape[0]} images but {labels.Length} labels.", nameof(labels));
        int bad = labels.AsSpan().IndexOfAnyExceptInRange(0, classes.Count - 1);
        if (bad >= 0)
            throw new ArgumentException($"{name}: label {labels[bad]} at index {bad}; {classes.Count} classes (0..{classes.Count - 1}).", nameof(labels));
        (Shape, Pixels, Labels, Classes, Name) = (shape, pixels, labels, classes, name);
    }

    /// <summary>[N, C, H, W].</summary>
    public Shape Shape { get; }

    /// <summary>Row-major, 0 (black) to 255.</summary>
    public byte[] Pixels { get; }

    /// <summary>The class of each image.</summary>
    public int[] Labels { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What the set is called in messages.</summary>
    public string Name { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => Shape[0];

    /// <summary>Bytes of one image: C * H * W.</summary>
    public int ImageLength => Shape[1] * Shape[2] * Shape[3];

    /// <summary>The pixels of one image, [C, H, W].</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), $"{Name}: no image {index}; {Count} images (0..{Count - 1}).");
        return Pixels.AsSpan(index * ImageLength, ImageLength);
    }

    /// <summary>A set of the chosen images, copied, in the order given; an image may be chosen more than once.</summary>
    /// <param name="indices">0 to Count - 1 each.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such image.</exception>
    public ImageSet Subset(params ReadOnlySpan<int> indices)
    {
        Shape shape = new(indices.Length, Shape[1], Shape[2], Shape[3]);
        byte[] pixels = new byte[shape.Count];
        int[] labels = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * ImageLength));
            labels[i] = Labels[indices[i]];
        }
        return new ImageSet(shape, pixels, labels, Classes, Name);
    }

    /// <summary>A set of the images whose label passes, copied, in the same order.</summary>
    /// <param name="keep">Receives the label.</param>
    public ImageSet Subset(Func<int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        return Subset(Enumerable.Range(0, Count).Where(i => keep(Labels[i])).ToArray());
    }

    /// <summary>A set of the first images.</summary>
    /// <param name="count">How many; all of them where there are fewer.</param>
    public ImageSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= Count ? this : Subset(Enumerable.Range(0, count).ToArray());
    }

    /// <summary>Mean and standard deviation (of the population) of each channel, in units of 0..1: 0.1307 and 0.3081 for MNIST's training set.</summary>
    /// <remarks>Exact: sums of integers, so independent of any order.</remarks>
    /// <exception cref="InvalidOperationException">The set is empty.</exception>
    public (float[] Mean, float[] Std) ChannelStatistics()
    {
        if (Shape.Count == 0)
            throw new InvalidOperationException($"dataset is empty: 0 samples in {Name}");
        int channels = Shape[1], plane = Shape[2] * Shape[3];
        float[] mean = new float[channels], std = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            ulong sum = 0, squares = 0;
            for (int image = 0; image < Count; image++)
                foreach (byte pixel in Pixels.AsSpan((image * channels + channel) * plane, plane))
                {
                    sum += pixel;
                    squares += (uint)(pixel * pixel);
                }
            double count = (double)Count * plane, average = sum / count;
            mean[channel] = (float)(average / 255);
            std[channel] = (float)(Math.Sqrt(Math.Max(0, squares / count - average * average)) / 255);
        }
        return (mean, std);
    }
}
