namespace Engine.Data;

/// <summary>What an idx file holds: unsigned bytes in row-major order.</summary>
/// <param name="Shape">Sizes, outermost first: [N, H, W] for images, [N] for labels.</param>
/// <param name="Values">The bytes, <c>Shape.Count</c> of them.</param>
/// <param name="Path">The file they came from.</param>
public sealed record IdxData(Shape Shape, byte[] Values, string Path);
