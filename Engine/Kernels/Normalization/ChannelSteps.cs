namespace Engine.Kernels.Normalization;

/// <summary>Loops over an activation that come one after the other, each of which needs of the one before what is known of its own channels alone.</summary>
internal interface IChannelSteps
{
    /// <summary>Does all of them for some channels.</summary>
    void Run(ChannelRange channels);
}

/// <summary>Runs <see cref="IChannelSteps"/>: all channels at once, where each step is a parallel loop over pixels; or, of few pixels, half of the channels a thread, which
/// takes them through all steps: one fork instead of one a step, and nobody waits for the sums of others. The same bits either way.</summary>
/// <remarks>A convolution with few rows of pixels is cut by channels too (<see cref="Convolution.Conv2dKernel"/>), so that a thread finds much of what it wrote itself.</remarks>
internal static class ChannelSteps
{
    /// <summary>Halves are multiples of so many channels: a cache line of numbers a channel is written by one thread.</summary>
    private const int Line = Caches.Line;

    /// <summary>Elements of a channel up to which neighbours that are convolutions are cut by channels as well.</summary>
    private const long Few = 1024;

    /// <summary>Does all steps for all channels of an activation of these sizes.</summary>
    public static void Run<TSteps>(TSteps steps, int batch, int channels, int plane) where TSteps : struct, IChannelSteps
    {
        if (!IsCut(batch, channels, plane))
        {
            steps.Run(new(0, channels));
            return;
        }
        Body<TSteps> body = new() { Steps = steps, Channels = channels, Half = ((channels + Line - 1) / Line + 1) / 2 * Line };
        Work.For(2, 1, ref body);
    }

    private static bool IsCut(int batch, int channels, int plane) => BatchLanes.Singles(batch) == 0 && channels >= 2 * Line && (long)batch * plane <= Few;

    /// <summary>An item is half of the channels. What the steps themselves would give to other threads stays on this one.</summary>
    private struct Body<TSteps> : IWorkBody where TSteps : struct, IChannelSteps
    {
        public TSteps Steps;
        public int Channels, Half;

        public readonly void Run(int from, int to) => Steps.Run(new(from * Half, to == 2 ? Channels : Half));
    }
}
