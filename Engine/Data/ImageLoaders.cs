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
}
