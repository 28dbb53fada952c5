namespace Engine.Ops;

/// <summary>What becomes of a loss's items.</summary>
public enum LossReduction
{
    /// <summary>They are returned one by one.</summary>
    None,

    /// <summary>Their mean, weighted where the loss has weights for classes.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}
