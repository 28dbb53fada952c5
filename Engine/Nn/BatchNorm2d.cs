namespace Engine.Nn;

/// <summary>Batch normalisation of images, [N, C, H, W], as <c>torch.nn.BatchNorm2d</c>: each channel is normalised over N, H and W, then scaled and shifted.</summary>
/// <param name="features">Channels, C.</param>
/// <param name="momentum">Weight of a new batch's statistics in the running ones; null for the plain average of all batches.</param>
/// <param name="eps">Added to the variance.</param>
/// <param name="affine">Whether scale and shift are learned.</param>
/// <param name="trackRunningStats">Whether running statistics are kept; without them evaluation uses the batch's as well.</param>
/// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
public sealed class BatchNorm2d(int features, double? momentum = 0.1, double eps = 1e-5, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(features, momentum, eps, affine, trackRunningStats)
{
    private protected override string Expected => "[N, C, H, W]";

    private protected override bool Accepts(int rank) => rank == 4;
}
