namespace Engine.Kernels.Normalization;

/// <summary>Neighbouring channels of an activation: all of them, or some where there are no single images, whose sums need all.</summary>
/// <param name="From">The first.</param>
/// <param name="To">One past the last.</param>
internal readonly record struct ChannelRange(int From, int To)
{
    /// <summary>How many.</summary>
    public int Count => To - From;
}
