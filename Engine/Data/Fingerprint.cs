using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Engine.Data;

/// <summary>Tells one set of images from another, in a few milliseconds for any size.</summary>
internal static class Fingerprint
{
    private const int ImagesRead = 1024;

    /// <summary>SHA-256 of shape, labels and images spread evenly over the set; the first 16 hexadecimal digits.</summary>
    public static string Of(ImageSet images)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (ReadOnlySpan<int> numbers in (ReadOnlySpan<int[]>)[[.. images.Shape.Sizes], images.Labels])
            foreach (int number in numbers)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                hash.AppendData(bytes);
            }
        int read = Math.Min(ImagesRead, images.Count);
        for (int i = 0; i < read; i++) hash.AppendData(images.Image((int)((long)i * images.Count / read)));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>What batches a loader makes, in words.</summary>
    public static string Of(DataLoader loader) => string.Create(CultureInfo.InvariantCulture,
        $"{loader.Images.Count} images {loader.Images.Shape}, fingerprint {Of(loader.Images)}, batches of {loader.BatchSize}{(loader.DropLast ? ", the last dropped" : "")}, mean {Join(loader.Normalization.Mean)}, std {Join(loader.Normalization.Std)}, {(loader.Shuffling is null ? "in order" : "shuffled")}");

    private static string Join(IEnumerable<float> values) => string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
