namespace Engine.Data;

/// <summary>A data set in memory.</summary>
/// <param name="Train">Images to learn from.</param>
/// <param name="Test">Images to measure with.</param>
/// <param name="Source">Where they came from.</param>
/// <param name="Description">One line to print: what the data is, how much, where from; for the synthetic digits, why it is them.</param>
public sealed record ImageSplits(ImageSet Train, ImageSet Test, DataSource Source, string Description);
