namespace Engine.Kernels;

/// <summary>Neighbouring images of a batch that lie together in memory: see <see cref="BatchLanes"/>.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Width">How many: 64 in a full block, a smaller multiple of 16, or 1.</param>
internal readonly record struct ImageBlock(int First, int Width)
{
    /// <summary>Where the block begins in an activation of so many floats an image.</summary>
    public long Start(long features) => First * features;
}
