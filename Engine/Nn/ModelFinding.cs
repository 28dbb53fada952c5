namespace Engine.Nn;

/// <summary>Something <see cref="ModelCheck"/> found.</summary>
/// <param name="Layer">Path of the layer it is about: "2.0"; empty for the model itself.</param>
/// <param name="Kind">The layer's type: "Conv2d".</param>
/// <param name="IsError">True where training cannot work; false for advice.</param>
/// <param name="Problem">What is wrong, with all shapes.</param>
/// <param name="Suggestion">What to do.</param>
public sealed record ModelFinding(string Layer, string Kind, bool IsError, string Problem, string Suggestion)
{
    /// <summary>Problem and suggestion in one line.</summary>
    public override string ToString() => $"{Problem} {Suggestion}";
}
