namespace Engine;

/// <summary>Rows and columns of padding around an image, each side by itself. Converts from one number, from (height, width) and from a <see cref="Size2"/>.</summary>
/// <param name="Top">Rows above.</param>
/// <param name="Left">Columns to the left.</param>
/// <param name="Bottom">Rows below.</param>
/// <param name="Right">Columns to the right.</param>
public readonly record struct Padding2(int Top, int Left, int Bottom, int Right)
{
    /// <summary>The same on all four sides.</summary>
    public static implicit operator Padding2(int all) => new(all, all, all, all);

    /// <summary>PyTorch's pair: rows above and below, columns left and right.</summary>
    public static implicit operator Padding2((int Height, int Width) pair) => new(pair.Height, pair.Width, pair.Height, pair.Width);

    /// <summary>PyTorch's pair: rows above and below, columns left and right.</summary>
    public static implicit operator Padding2(Size2 pair) => new(pair.Height, pair.Width, pair.Height, pair.Width);

    /// <summary><c>1</c>, <c>(1, 2)</c> for (height, width), or all four sides by name.</summary>
    public override string ToString() =>
        (Top, Left) != (Bottom, Right) ? $"(top {Top}, left {Left}, bottom {Bottom}, right {Right})"
        : Top == Left ? $"{Top}" : $"({Top}, {Left})";
}
