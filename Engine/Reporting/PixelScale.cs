namespace Engine.Reporting;

/// <summary>Which values become the two ends of a colour map.</summary>
public enum PixelScale
{
    /// <summary>The least and the largest value.</summary>
    MinMax,

    /// <summary>Minus and plus the largest size: zero is in the middle.</summary>
    Symmetric,

    /// <summary>0 and 1; what lies outside takes the nearer end.</summary>
    Unit,
}
