namespace Engine.Training;

/// <summary>How well one class is recognised. A share of nothing is 0, as scikit-learn has it.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">Share of the items predicted as the class that are of it.</param>
/// <param name="Recall">Share of the items of the class that are predicted as it.</param>
/// <param name="F1">Harmonic mean of the two: 2 P R / (P + R).</param>
/// <param name="Count">Items of the class.</param>
public readonly record struct ClassScore(string Name, double Precision, double Recall, double F1, int Count);
