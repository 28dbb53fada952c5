namespace Engine.Training;

/// <summary>Something that a <see cref="TrainingDoctor"/> found.</summary>
/// <param name="Code">Its name: "collapse".</param>
/// <param name="Where">The layer, batch or set it was seen in.</param>
/// <param name="Evidence">What was seen, with numbers.</param>
/// <param name="Advice">What to do.</param>
public sealed record Finding(string Code, string Where, string Evidence, string Advice)
{
    /// <summary>All of it in one paragraph.</summary>
    public override string ToString() => $"{Code} ({Where}): {Evidence} {Advice}";
}
