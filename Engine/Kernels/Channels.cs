using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>How the numbers of channels meet the lanes of a vector: in a wide block of <see cref="BatchLanes"/> all lanes belong to one channel, in a single
/// image each lane to the next.</summary>
internal unsafe interface IChannels
{
    /// <summary>What belongs to the lanes from <paramref name="channel"/> on.</summary>
    static abstract TV Of<TV, TS>(float* values, int channel) where TV : unmanaged where TS : struct, ISimd<TV>;
}

/// <summary>All lanes see the same channel.</summary>
internal readonly unsafe struct OneChannel : IChannels
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Of<TV, TS>(float* values, int channel) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Create(values[channel]);
}

/// <summary>Every lane sees a channel of its own.</summary>
internal readonly unsafe struct ChannelALane : IChannels
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Of<TV, TS>(float* values, int channel) where TV : unmanaged where TS : struct, ISimd<TV> => TS.Load(values + channel);
}
