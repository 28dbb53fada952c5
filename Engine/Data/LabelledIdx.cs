namespace Engine.Data;

/// <summary>Reads a pair of idx files, images and their labels.</summary>
public static class LabelledIdx
{
    /// <summary>Reads and checks a pair of files.</summary>
    /// <param name="imagesPath">3-D idx file, [N, H, W], plain or gzip-compressed.</param>
    /// <param name="labelsPath">1-D idx file, [N], plain or gzip-compressed.</param>
    /// <param name="classes">The names of the classes; every label must name one.</param>
    /// <returns>Images [N, 1, H, W].</returns>
    /// <exception cref="ModelFormatException">A file is damaged or of another kind, the counts differ, or a label names no class.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ImageSet Read(string imagesPath, string labelsPath, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        IdxData images = IdxFile.ReadImages(imagesPath), labels = IdxFile.ReadLabels(labelsPath);
        if (labels.Shape[0] != images.Shape[0])
            throw new ModelFormatException(labelsPath, 4, "item count", $"{images.Shape[0]} labels as there are images in {imagesPath}", $"{labels.Shape[0]}");
        int[] classOf = new int[labels.Values.Length];
        for (int i = 0; i < classOf.Length; i++)
            classOf[i] = labels.Values[i] < classes.Count ? labels.Values[i]
                : throw new ModelFormatException(labelsPath, 8 + i, "label", $"0..{classes.Count - 1}", $"label {labels.Values[i]} at index {i}; {classes.Count} classes (0..{classes.Count - 1})");
        return new ImageSet(new Shape(images.Shape[0], 1, images.Shape[1], images.Shape[2]), images.Values, classOf, classes, imagesPath);
    }
}
