namespace Engine.Optim.Schedules;

/// <summary>The way PyTorch's OneCycleLR goes from one value to the next.</summary>
public enum Anneal
{
    /// <summary>Half a cosine.</summary>
    Cos,

    /// <summary>A straight line.</summary>
    Linear,
}
