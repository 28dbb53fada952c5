namespace Engine.Training;

/// <summary>What a model says of one image.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Probabilities">Of every class; their sum is 1.</param>
public sealed record Prediction(int Class, string Name, IReadOnlyList<float> Probabilities);
