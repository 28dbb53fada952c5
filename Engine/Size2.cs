namespace Engine;

/// <summary>A pair of extents, height first: a kernel, a stride, a dilation. Converts from one number (square) and from a pair.</summary>
/// <param name="Height">Extent along the rows, in pixels.</param>
/// <param name="Width">Extent along the columns, in pixels.</param>
public readonly record struct Size2(int Height, int Width)
{
    /// <summary>The same extent in both directions.</summary>
    public static implicit operator Size2(int both) => new(both, both);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <summary><c>3</c> for a square, <c>(3, 5)</c> otherwise.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"({Height}, {Width})";
}
